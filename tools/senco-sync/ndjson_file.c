/*
 * ndjson_file.c — an NDJSON file, line by line in constant memory. What a
 * line says is the server's to judge; only one too long to be a record is
 * refused here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "read_file.h"

#include "lines.h"

#include <errno.h>
#include <string.h>

#define LINE_MAX_BYTES (64 * 1024)

static bool
line_read(void *owner, struct slice line, unsigned number)
{
	struct delivery *delivery = owner;
	struct problem why = { 0 };

	if (line.at == NULL) {
		(void)problem_set(&why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the line is longer than 64 KiB, which no record is");
		delivery_refuse(delivery, number, (struct slice){ 0 },
		    (struct slice){ 0 }, &why);
		return true;
	}
	if (slice_trim(line).len == 0)
		return true;
	return delivery_add(delivery, line, number);
}

static bool
pieces_feed(struct delivery *delivery, struct lines *lines, FILE *file)
{
	char piece[16 * 1024];
	size_t len;

	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		if (!lines_feed(lines, piece, len))
			return false;
	if (ferror(file))
		return delivery_stop(delivery, END_USAGE, "%s",
		    strerror(errno));
	return lines_finish(lines) && delivery_flush(delivery);
}

bool
ndjson_deliver(struct delivery *delivery)
{
	FILE *file = fopen(delivery->source->path, "rb");
	struct lines lines;
	bool is_done;

	if (file == NULL)
		return delivery_stop(delivery, END_USAGE, "%s",
		    strerror(errno));
	lines_init(&lines, LINE_MAX_BYTES, line_read, delivery);
	is_done = pieces_feed(delivery, &lines, file);
	lines_release(&lines);
	fclose(file);
	return is_done;
}
