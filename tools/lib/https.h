/*
 * https.h — the HTTPS client of both programs: one connection kept alive,
 * our certificate, TLS 1.2 or later, the server verified against the given
 * CA file alone. No proxies, no redirects, no cookies, HTTP/1.1.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_HTTPS_H
#define TOOLS_HTTPS_H

#include "buf.h"
#include "identity.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define HTTPS_TARGET_SIZE 4096

enum https_outcome {
	HTTPS_ANSWERED,      /* with any status */
	HTTPS_UNREACHABLE,   /* no whole answer; may be sent again */
	HTTPS_UNTRUSTED,     /* the server's certificate does not verify */
	HTTPS_UNWELCOME,     /* the server refused our certificate */
	HTTPS_MISCONFIGURED, /* a file of ours cannot be used */
	HTTPS_ABANDONED,     /* the caller wanted it no longer */
};

/* A piece of the body of a 2xx answer; false stops the transfer. */
typedef bool https_piece_fn(void *owner, const char *at, size_t len);
/* Asked about once a second while a call goes on; true ends it. */
typedef bool https_unwanted_fn(void *owner);

struct https_request {
	const char *method;
	const char *target;          /* path and query */
	const char *accept;
	const char *content_type;    /* NULL: no body */
	const char *content_coding;  /* or NULL */
	const char *idempotency_key; /* or NULL */
	const char *if_match;        /* or NULL */
	const char *body;            /* in memory, or NULL: from file */
	size_t body_len;
	FILE *file;
	int64_t file_size;           /* -1: not known; sent in chunks */
	unsigned timeout_s;
	https_piece_fn *piece_arrived; /* NULL: into the answer's body */
	https_unwanted_fn *is_unwanted; /* NULL: waits to the end */
	void *owner;                 /* of both */
	size_t answer_max_bytes;     /* 0: 256 MiB */
};

struct https_answer {
	int status;
	unsigned retry_after_s;
	char content_type[80];
	char etag[128];
	char next[HTTPS_TARGET_SIZE]; /* Link: <…>; rel="next", or "" */
	struct buf body;
};

struct https;

struct https *https_new(const struct identity *, const char *program,
    struct problem *) must_check;
void https_free(struct https *);

/* The answer is for https_answer_release() in every case. */
enum https_outcome https_call(struct https *, const struct https_request *,
    struct https_answer *, struct problem *) must_check;
void https_answer_release(struct https_answer *);

#endif
