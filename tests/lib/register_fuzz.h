/*
 * register_fuzz.h — one input through a register's reader, whole and in
 * pieces: the rows must be the same, and every row must be sound. Shared by
 * tests/fuzz/gias.c and ofsted.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_REGISTER_FUZZ_H
#define TESTS_REGISTER_FUZZ_H

#include "arena.h"
#include "identifiers.h"
#include "register.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct fuzz_sum {
	uint64_t rows, lines, refused, hashes;
	bool is_read;
};

static inline void
fuzz_row_read(void *owner, const struct record *record, unsigned line)
{
	struct fuzz_sum *sum = owner;
	uint64_t half;

	assert(record->kind == &kind_setting && line >= 2);
	assert(record->is_refused == (record->why != NULL));
	assert(record->is_refused == (record->values == NULL));
	if (record->is_refused)
		assert(record->why->where[0] != '\0' &&
		    record->why->detail[0] != '\0' &&
		    text_is_utf8(record->why->detail,
		    strlen(record->why->detail)));
	else
		assert(setting_ref_is_valid(record->source_id));
	memcpy(&half, record->hash, sizeof(half));
	sum->rows++;
	sum->lines += line * sum->rows;
	sum->refused += record->is_refused;
	sum->hashes += half * sum->rows;
}

static inline struct fuzz_sum
fuzz_read(const struct register_format *format, const uint8_t *at, size_t len,
    size_t piece)
{
	struct fuzz_sum sum = { .is_read = true };
	struct register_reader *reader;
	struct problem why = { 0 };
	struct arena arena;

	arena_init(&arena);
	reader = register_reader_new(format, &arena, fuzz_row_read, &sum);
	for (size_t i = 0; i < len && sum.is_read; i += piece)
		sum.is_read = register_reader_feed(reader,
		    (const char *)at + i, len - i < piece ? len - i : piece,
		    &why);
	sum.is_read = sum.is_read && register_reader_finish(reader, &why);
	assert(sum.is_read == (why.slug == PROBLEM_NONE));
	register_reader_free(reader);
	arena_release(&arena);
	return sum;
}

static inline int
fuzz_register(const struct register_format *format, const uint8_t *at,
    size_t len)
{
	struct fuzz_sum whole = fuzz_read(format, at, len, len + 1);
	struct fuzz_sum parts = fuzz_read(format, at, len,
	    1 + (len > 0 ? at[len - 1] % 16 : 0));

	assert(whole.is_read == parts.is_read && whole.rows == parts.rows);
	assert(whole.lines == parts.lines && whole.refused == parts.refused);
	assert(whole.hashes == parts.hashes);
	return 0;
}

#endif
