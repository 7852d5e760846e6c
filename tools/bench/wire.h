/*
 * wire.h — one blocking HTTP/1.1 connection over mutual TLS (or plain), for the bench's
 * clients that ask one thing after another. Ends the program with a sentence
 * when anything is not as it should be: a measurement of errors is none.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	int fd;
	SSL *ssl;
	char *reply;       /* head and body as they came, NUL-terminated */
	size_t len, size;
	int status;
	double first_at;   /* when the first of the body was there (now_s) */
	const char *body;  /* within reply; chunked ones keep their framing */
};

/* A context with a client certificate; certificate may be NULL. Where there
 * is no context the wire is plain HTTP, as the peers speak it. */
SSL_CTX *wire_context(const char *ca, const char *certificate, const char *key);

/* A connected socket without TLS. */
int wire_connect(const char *port);

void wire_open(struct wire *, SSL_CTX *, const char *port);
void wire_close(struct wire *);

/* Sends the bytes of a whole request and takes the whole reply. */
void wire_ask(struct wire *, const char *request, size_t len);

double now_s(void);
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
