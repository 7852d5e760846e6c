/*
 * records.h — the records that the bench's schools send and the requests they
 * come in: sencod's batches, and the same records as each peer takes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BENCH_RECORDS_H
#define BENCH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#define RECORD_MAX 1024

/* What a server understands, and how one knows that it has done all. */
struct dialect {
	const char *name;
	const char *target; /* of the request, with a %s for the setting */
	const char *opening, *closing; /* of the body; opening with a %s */
	bool is_pouch;      /* records as CouchDB documents with a history */
	const char *done;   /* in the reply: %s the outcome, %d how many; "" to
	                     * look at the status alone */
};

struct request {
	char *at;
	size_t len;
	int records;
};

/* One batch: number setting of those that send, known there by its ref. */
struct batch {
	const char *ref;
	int setting;
	int from, to;   /* records, counted from 0 */
	long revision;
	bool is_mixed;  /* child, placement and need of each child; else needs */
};

/* NULL when there is none of that name. */
const struct dialect *dialect_find(const char *name);

/* The whole request, with a key that was never used. */
struct request request_make(const struct dialect *, const struct batch *);

#endif
