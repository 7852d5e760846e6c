/*
 * record_sample.h — a kind with every type of field, and its records read from
 * a line or from their data alone, for the tests of protocol/record.c and
 * record_reader.c. What is read lasts until release_arena().
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_RECORD_SAMPLE_H
#define TESTS_RECORD_SAMPLE_H

#include "arena.h"
#include "batch.h"
#include "record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* A kind with every type of field, which no real kind has. */
static const char *const colours[] = { "red", "green", "blue", NULL };
static const struct field sample_fields[] = {
	{ "text",     FIELD_TEXT, REQUIRED, .max = 20 },
	{ "code",     FIELD_CODE, OPTIONAL, .codes = colours },
	{ "codes",    FIELD_CODES, OPTIONAL, .codes = colours },
	{ "date",     FIELD_DATE, OPTIONAL },
	{ "time",     FIELD_TIME, OPTIONAL },
	{ "int",      FIELD_INT, OPTIONAL, .max = 99 },
	{ "bool",     FIELD_BOOL, OPTIONAL },
	{ "uuid",     FIELD_UUID, OPTIONAL },
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "upn",      FIELD_UPN, OPTIONAL },
	{ "uln",      FIELD_ULN, OPTIONAL },
	{ "nhs",      FIELD_NHS, OPTIONAL },
	{ "postcode", FIELD_POSTCODE, OPTIONAL },
	{ "texts",    FIELD_TEXTS, OPTIONAL, .max = 20 },
	{ "decimal",  FIELD_DECIMAL, OPTIONAL, .max = 168 },
};
static const struct kind sample = {
	"sample", sample_fields, nitems(sample_fields)
};
static const struct kind *const kinds[] = { &sample, NULL };

static struct arena arena;
static struct problem why;

/* The one record of a line. */
static inline const struct record *
read_bytes(struct slice line)
{
	struct batch batch;

	assert_true(batch_read(&batch, kinds, line.at, line.len, BATCH_NDJSON,
	    &arena, &why));
	assert_int_equal(batch.len, 1);
	return &batch.records[0];
}

static inline const struct record *
read_line(const char *line)
{
	return read_bytes(slice_of(line));
}

/* A record whose data is given. */
static inline const struct record *
read_data(const char *data)
{
	return read_line(arena_print(&arena, "{\"kind\":\"sample\","
	    "\"source_id\":\"s-1\",\"revision\":1,\"data\":%s}", data));
}

static inline void
is_refused(const struct record *record, enum problem_slug slug,
    const char *where)
{
	assert_true(record->is_refused);
	assert_null(record->values);
	assert_string_equal(problem_name(record->why->slug), problem_name(slug));
	assert_string_equal(record->why->where, where);
}

static inline int
release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

#endif
