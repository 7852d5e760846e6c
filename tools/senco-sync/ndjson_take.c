/*
 * ndjson_take.c — NDJSON of the inbox: records as they are on the wire, with
 * the revisions their source gave them. Read here as the server would, so
 * that what differs is known before anything is sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "read_inbox.h"

#include "batch.h"
#include "lines.h"
#include "record_reader.h"

#include <string.h>

#define LINE_MAX_BYTES (64 * 1024)

struct intake {
	struct reading *reading;
	struct record_reader reader;
	struct arena arena; /* of the line */
};

static bool
line_read(void *owner, struct slice line, unsigned number)
{
	struct intake *intake = owner;
	struct json_reader *json = &intake->reader.json;
	struct record record = { .op = RECORD_PUT };
	struct problem why = { 0 };

	if (line.at == NULL) {
		(void)problem_set(&why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the line is longer than 64 KiB, which no record is");
		reading_refuse(intake->reading, number, (struct slice){ 0 },
		    (struct slice){ 0 }, &why);
		return true;
	}
	json_reader_init(json, line.at, line.len, &intake->arena);
	if (json_is_at_end(json))
		return true; /* a blank line */
	if (record_read(&intake->reader, &record) && !json_is_at_end(json))
		json_fail(json, "something follows the record");
	if (json->fault != NULL) {
		(void)problem_set(&why, PROBLEM_MALFORMED_JSON, NULL,
		    "%s at byte %zu of the line", json->fault,
		    (size_t)(json->at - json->start));
		reading_refuse(intake->reading, number, (struct slice){ 0 },
		    (struct slice){ 0 }, &why);
	} else {
		reading_add(intake->reading, &record, number);
	}
	arena_release(&intake->arena);
	return true;
}

bool
ndjson_take(struct reading *reading, const struct mapping *mapping,
    struct slice bytes, struct problem *why)
{
	struct intake intake = { .reading = reading };
	struct lines lines;
	bool is_taken;

	(void)mapping; /* NDJSON is the wire's own form */
	if (bytes.len == 0 || bytes.at[bytes.len - 1] != '\n')
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "its last line has no end, so it may not be written to "
		    "its end yet");
	arena_init(&intake.arena);
	intake.reader.kinds = sync_kinds;
	intake.reader.digest = digest_new();
	lines_init(&lines, LINE_MAX_BYTES, line_read, &intake);
	is_taken = lines_feed(&lines, bytes.at, bytes.len) &&
	    lines_finish(&lines);
	lines_release(&lines);
	digest_free(intake.reader.digest);
	arena_release(&intake.arena);
	return is_taken;
}
