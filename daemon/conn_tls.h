/*
 * conn_tls.h — the wire of one connection: a socket, under TLS or plain.
 * Nothing blocks, and TLS allocates nothing before the first byte arrives.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CONN_TLS_H
#define DAEMON_CONN_TLS_H

#include "common.h"
#include "tls.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_st; /* OpenSSL's SSL */

struct conn_tls {
	int fd;
	struct ssl_st *ssl; /* NULL: plain, or not begun */
};

enum wire {
	WIRE_DONE, WIRE_WANTS_READ, WIRE_WANTS_WRITE, WIRE_ENDED, WIRE_FAILED
};

/* fingerprint is filled when the client's certificate is verified. */
bool conn_tls_start(struct conn_tls *, struct ssl_ctx_st *,
    uint8_t fingerprint[static TLS_FINGERPRINT_SIZE]) must_check;
enum wire conn_tls_greet(struct conn_tls *);
/* Why the greeting failed, in a few words without any byte of the client. */
const char *conn_tls_reason(const struct conn_tls *);

/* DONE with *done > 0, or one of the others. */
enum wire conn_tls_read(struct conn_tls *, void *at, size_t max, size_t *done);
enum wire conn_tls_write(struct conn_tls *, const void *at, size_t len,
    size_t *done);
/* Bytes lie in our memory that the socket will not announce again. */
bool conn_tls_has_pending(const struct conn_tls *);
/* The peer has closed, or the line is dead; says nothing of what it sent. */
bool conn_tls_has_left(const struct conn_tls *);

void conn_tls_goodbye(struct conn_tls *); /* says that no more will come */
void conn_tls_forget(struct conn_tls *);  /* frees the TLS part; says nothing */

#endif
