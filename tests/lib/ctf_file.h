/*
 * ctf_file.h — a transfer file read from disk, from bytes, or made around one
 * pupil, and what became of its records, for the tests of protocol/ctf.c. One
 * file is held at a time, between start() and end(). All children in them are
 * fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CTF_FILE_H
#define TESTS_CTF_FILE_H

#include "ctf.h"
#include "register_rows.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define DATA "tests/data/ctf/"
#define HEADER "<Header><CTFversion>24.0</CTFversion>" \
	"<DateTime>2025-01-15T16:45:10</DateTime><SourceSchool><LEA>358</LEA>" \
	"<Estab>9001</Estab><AcademicYear>2024</AcademicYear></SourceSchool>" \
	"</Header>"
#define OPEN "<CTfile>" HEADER "<CTFpupilData>"
#define CLOSE "</CTFpupilData></CTfile>"
#define NAMES "<Surname>Testchild-Fictional</Surname>" \
	"<Forename>Kim</Forename><DOB>2017-03-09</DOB>"

static struct arena arena;
static struct ctf ctf;
static struct problem why;

static inline int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	why = (struct problem){ 0 };
	return 0;
}

static inline int
end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static inline bool
read_bytes(const char *at, size_t len)
{
	/* A copy of just that size lets ASan see a read past it. */
	char *copy = malloc(len + (len == 0));
	bool is_read;

	assert_non_null(copy);
	memcpy(copy, at, len);
	is_read = ctf_read(&ctf, copy, len, &arena, &why);
	free(copy); /* and shows whatever still points into it */
	return is_read;
}

static inline bool
read_file(const char *path)
{
	struct buf bytes;
	bool is_read;

	file_read(&bytes, path);
	is_read = read_bytes(bytes.at, bytes.len);
	buf_release(&bytes);
	return is_read;
}

static inline void
pupil(const char *inside)
{
	const char *text = arena_print(&arena, OPEN "<Pupil>%s</Pupil>" CLOSE,
	    inside);

	assert_true(read_bytes(text, strlen(text)));
	assert_int_equal(ctf.pupils_len, 1);
}

static inline const struct record *
nth(const char *kind, size_t n)
{
	for (size_t i = 0; i < ctf.batch.len; i++)
		if (strcmp(ctf.batch.records[i].kind->name, kind) == 0 &&
		    n-- == 0)
			return &ctf.batch.records[i];
	return NULL;
}

/* The record as the server will get it, without what is tested elsewhere. */
static inline void
is_record(const char *kind, size_t n, const char *data)
{
	const struct record *record = nth(kind, n);
	struct buf line;
	const char *found;

	assert_non_null(record);
	if (record->is_refused)
		fail_msg("%s: %s", record->why->where, record->why->detail);
	buf_init(&line);
	record_print_json(record, &line);
	buf_add_char(&line, '\0');
	found = strstr(line.at, "\"data\":");
	assert_non_null(found);
	assert_string_equal(found + strlen("\"data\":"),
	    arena_print(&arena, "%s}\n", data));
	buf_release(&line);
}

static inline void
is_refused(const char *kind, size_t n, enum problem_slug slug,
    const char *where)
{
	const struct record *record = nth(kind, n);

	assert_non_null(record);
	assert_true(record->is_refused);
	assert_null(record->values);
	assert_int_equal(record->why->slug, slug);
	assert_string_equal(record->why->where, where);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

#endif
