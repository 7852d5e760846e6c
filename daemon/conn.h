/*
 * conn.h — one connection from accept to close: TLS when its listener says
 * so, HTTP/1.1 framing, deadlines, bounded buffers. It knows nothing of
 * routes or rights: it hands a checked head to a request, the body piece by
 * piece when the request asks for it, and carries the reply back.
 *
 * The two call each other like this:
 *   conn -> request   request_start, request_body, request_body_end,
 *                     request_body_failed, request_more, request_gone
 *   request -> conn   everything below
 * A request is told exactly one of "reply finished" (it called
 * conn_reply_end) or request_gone; after either it never touches the conn.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CONN_H
#define DAEMON_CONN_H

#include "buf.h"
#include "http1.h"
#include "problem.h"
#include "worker.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONN_HIGH_WATER (256 * 1024) /* unsent bytes above which to hold back */
#define FINGERPRINT_SIZE 32

struct conn;

/* ---- listeners ---- */
enum listener_kind {
	LISTENER_SYSTEMS, /* mutual TLS */
	LISTENER_INTERNAL /* plain, loopback: health and metrics */
};
/* Takes over accepting on fd; the fd stays the caller's. */
struct listener *listener_new(struct worker *, enum listener_kind, int fd);
void listener_stop(struct listener *);  /* accepts no more */
/* Idle conns close, busy ones after their reply. */
void listener_drain(struct listener *);
size_t listener_conns(const struct listener *);
/* Closes what is left, telling requests. */
void listener_free(struct listener *);

/* ---- what a request may ask ---- */
struct worker *conn_worker(const struct conn *);
enum listener_kind conn_kind(const struct conn *);
/* SHA-256 of the client's verified certificate; NULL on the internal one. */
const uint8_t *conn_fingerprint(const struct conn *);
const char *conn_address(const struct conn *); /* for logs */

/*
 * The body is wanted, at most max_bytes of it: answers 100-continue where
 * the client waits for it and starts calling request_body. May be called
 * from request_start. Without it the body is never read.
 */
void conn_read_body(struct conn *, size_t max_bytes);

/*
 * The reply will take long to begin: should the peer leave meanwhile, the
 * request is told at once (request_gone) and not when it answers, whatever
 * the peer has sent before.
 */
void conn_watch_peer(struct conn *);

/*
 * The reply. Head: status and fields; length -1 means chunked (or until
 * close in HTTP/1.0). Content-Type is NULL for none. extra is complete
 * "Name: value\r\n" lines or NULL. Common security fields, Date, framing,
 * and the absence of a body for HEAD, 204 and 304 are conn's business.
 */
void conn_reply_start(struct conn *, int status, const char *content_type,
    int64_t length, const char *extra);
void conn_reply_add(struct conn *, const void *at, size_t len);
/* Complete: flushes, then waits for the next head or, if close, closes. */
void conn_reply_end(struct conn *, bool close);
/* The reply broke off in its middle: the connection is cut so that the
 * client cannot take it for whole. Counts as reply finished. */
void conn_reply_abort(struct conn *);
/* Bytes not yet taken by the socket. After a reply_add that leaves it at
 * CONN_HIGH_WATER or more, stop: request_more is called when it has fallen. */
size_t conn_unsent(const struct conn *);

#endif
