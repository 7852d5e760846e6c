/*
 * batch_of.h — a batch being gathered: its body as NDJSON, and for each
 * record where it came from.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_BATCH_OF_H
#define SENCO_SYNC_BATCH_OF_H

#include "buf.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>

#define BATCH_OF_RECORDS 1000
#define BATCH_OF_BYTES (4 * 1024 * 1024)

struct batch_of {
	struct buf body;
	struct {
		size_t at, len;   /* its line in the body */
		unsigned where;   /* line or pupil */
	} records[BATCH_OF_RECORDS];
	size_t len;
};

void batch_of_init(struct batch_of *);
void batch_of_release(struct batch_of *);
void batch_of_clear(struct batch_of *);
bool batch_of_has_room(const struct batch_of *, size_t record_len);
void batch_of_add(struct batch_of *, struct slice record, unsigned where);
struct slice batch_of_record(const struct batch_of *, size_t i);

#endif
