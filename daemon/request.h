/*
 * request.h — the life of a request: a row of named steps walked by one
 * loop (request.c). This header is what conn.c sees of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_REQUEST_H
#define DAEMON_REQUEST_H

#include "conn.h"
#include "http1.h"
#include "problem.h"
#include <stddef.h>

struct request;

/*
 * A head is complete. The head is copied; the conn has one request at a
 * time. May answer at once, conn_reply_end included, and is NULL then.
 */
struct request *request_start(struct conn *, const struct http1_head *);

/* Only after conn_read_body: decoded pieces, then exactly one of the ends. */
void request_body(struct request *, const char *at, size_t len);
void request_body_end(struct request *);
void request_body_failed(struct request *, const struct problem *); /* 400, 408, 413: replies and closes */

/* Unsent bytes fell below a quarter of CONN_HIGH_WATER. */
void request_more(struct request *);

/* The connection is gone; the request ends itself without a reply. */
void request_gone(struct request *);

#endif
