/*
 * batch.h — a body of records turned into checked records in one pass over
 * its bytes. Forms: JSON {"records":[{...}]}, or NDJSON, one record a line.
 * A record: kind, source_id, was, revision, op (default put), data.
 * One bad record is refused in its place; a bad envelope fails whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_BATCH_H
#define PROTOCOL_BATCH_H

#include "arena.h"
#include "problem.h"
#include "record.h"
#include <stddef.h>

#define BATCH_RECORDS_MAX 5000
#define BATCH_BYTES_MAX (8 * 1024 * 1024)

enum batch_form { BATCH_JSON, BATCH_NDJSON };

struct batch {
	struct record *records; /* in the arena */
	size_t len;
};

/*
 * The body must outlive the batch: values point into it. Where two records
 * of one kind share a source_id the highest revision stands and the others
 * are marked is_superseded; equal revisions with different content are all
 * refused as record_twice, with equal content all but the first superseded.
 * The one that stands takes over the former key (was) of those that do not.
 */
bool batch_read(struct batch *, const struct kind *const kinds[],
    const char *body, size_t len, enum batch_form, struct arena *,
    struct problem *) must_check;

#endif
