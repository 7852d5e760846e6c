/*
 * ctf_file.c — a Common Transfer File: read whole, its pupils turned into
 * records, those that cannot be are not sent and told of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "read_file.h"

#include "ctf.h"

#include <errno.h>
#include <string.h>

#define CTF_BYTES_MAX (64 * 1024 * 1024)

static bool
bytes_read(struct delivery *delivery, struct buf *out)
{
	FILE *file = fopen(delivery->source->path, "rb");
	char piece[16 * 1024];
	size_t len;
	bool is_read = false;

	if (file == NULL)
		return delivery_stop(delivery, END_USAGE, "%s",
		    strerror(errno));
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0 &&
	    out->len <= CTF_BYTES_MAX)
		buf_add(out, piece, len);
	if (ferror(file))
		(void)delivery_stop(delivery, END_USAGE, "%s",
		    strerror(errno));
	else if (out->len > CTF_BYTES_MAX)
		(void)delivery_stop(delivery, END_USAGE,
		    "the file is larger than 64 MiB");
	else
		is_read = true;
	fclose(file);
	return is_read;
}

/* "Pupil 3, DOB": the pupil has a column of its own. */
static void
record_refuse(struct delivery *delivery, const struct record *record,
    unsigned pupil)
{
	struct problem why = *record->why;
	const char *element = strstr(record->why->where, ", ");

	snprintf(why.where, sizeof(why.where), "%s",
	    element != NULL ? element + 2 : "");
	delivery_refuse(delivery, pupil, record->kind != NULL ?
	    slice_of(record->kind->name) : (struct slice){ 0 },
	    record->source_id, &why);
}

static bool
record_deliver(struct delivery *delivery, const struct record *record,
    unsigned pupil, struct buf *line)
{
	if (record->is_refused) {
		record_refuse(delivery, record, pupil);
		return true;
	}
	buf_clear(line);
	record_print_json(record, line);
	return delivery_add(delivery, (struct slice){
		line->at, line->len - 1
	}, pupil);
}

/* Each pupil's records begin with the child. */
static bool
records_deliver(struct delivery *delivery, const struct batch *batch)
{
	struct buf line;
	unsigned pupil = 0;
	bool goes_on = true;

	buf_init(&line);
	for (size_t i = 0; i < batch->len && goes_on; i++) {
		const struct record *record = &batch->records[i];

		if (record->kind == NULL || record->kind == sync_kinds[0])
			pupil++;
		goes_on = record_deliver(delivery, record, pupil, &line);
	}
	buf_release(&line);
	return goes_on && delivery_flush(delivery);
}

bool
ctf_deliver(struct delivery *delivery)
{
	struct ctf ctf;
	struct arena arena;
	struct buf bytes;
	struct problem why = { 0 };
	bool is_done = false;

	arena_init(&arena);
	buf_init(&bytes);
	if (!bytes_read(delivery, &bytes))
		goto done;
	if (ctf_read(&ctf, bytes.at, bytes.len, &arena, &why))
		is_done = records_deliver(delivery, &ctf.batch);
	else
		(void)delivery_stop(delivery, END_USAGE,
		    "this is no Common Transfer File: %s", why.detail);
done:
	buf_release(&bytes);
	arena_release(&arena);
	return is_done;
}
