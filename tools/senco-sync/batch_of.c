/*
 * batch_of.c — a batch being gathered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batch_of.h"

#include <assert.h>

void
batch_of_init(struct batch_of *batch)
{
	buf_init(&batch->body);
	batch->len = 0;
}

void
batch_of_release(struct batch_of *batch)
{
	buf_release(&batch->body);
	batch->len = 0;
}

void
batch_of_clear(struct batch_of *batch)
{
	buf_clear(&batch->body);
	batch->len = 0;
}

bool
batch_of_has_room(const struct batch_of *batch, size_t record_len)
{
	return batch->len < BATCH_OF_RECORDS &&
	       batch->body.len + record_len + 1 <= BATCH_OF_BYTES;
}

void
batch_of_add(struct batch_of *batch, struct slice record, unsigned where)
{
	assert(batch_of_has_room(batch, record.len));
	batch->records[batch->len].at = batch->body.len;
	batch->records[batch->len].len = record.len;
	batch->records[batch->len++].where = where;
	buf_add(&batch->body, record.at, record.len);
	buf_add_char(&batch->body, '\n');
}

struct slice
batch_of_record(const struct batch_of *batch, size_t i)
{
	assert(i < batch->len);
	return (struct slice){ batch->body.at + batch->records[i].at,
		               batch->records[i].len };
}
