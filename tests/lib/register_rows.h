/*
 * register_rows.h — a register read whole into memory, for the tests of
 * protocol/register.c, gias.c and ofsted.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_REGISTER_ROWS_H
#define TESTS_REGISTER_ROWS_H

#include "arena.h"
#include "buf.h"
#include "dates.h"
#include "register.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 2000

struct rows {
	struct arena arena;
	const struct record *records[ROWS_MAX];
	unsigned lines[ROWS_MAX];
	size_t len, refused;
	bool is_read;
	struct problem why;
};

static inline void
rows_row_read(void *owner, const struct record *record, unsigned line)
{
	struct rows *rows = owner;

	assert(rows->len < ROWS_MAX);
	rows->records[rows->len] = record;
	rows->lines[rows->len++] = line;
	rows->refused += record->is_refused;
}

/* In pieces of so many bytes. */
static inline void
rows_read(struct rows *rows, const struct register_format *format,
    const char *at, size_t len, size_t piece)
{
	struct register_reader *reader;

	memset(rows, 0, sizeof(*rows));
	arena_init(&rows->arena);
	reader = register_reader_new(format, &rows->arena, rows_row_read, rows);
	rows->is_read = true;
	for (size_t i = 0; i < len && rows->is_read; i += piece) {
		size_t size = len - i < piece ? len - i : piece;
		/* A copy of just that size lets ASan see a read past it. */
		char *copy = malloc(size);

		assert(copy != NULL);
		memcpy(copy, at + i, size);
		rows->is_read = register_reader_feed(reader, copy, size,
		    &rows->why);
		free(copy);
	}
	rows->is_read = rows->is_read &&
	    register_reader_finish(reader, &rows->why);
	register_reader_free(reader);
}

static inline void
rows_read_text(struct rows *rows, const struct register_format *format,
    const char *text)
{
	rows_read(rows, format, text, strlen(text), 4096);
}

static inline void
rows_release(struct rows *rows)
{
	arena_release(&rows->arena);
}

/* From the top of the source tree, where the tests run. */
static inline void
file_read(struct buf *out, const char *path)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	size_t len;

	if (file == NULL) {
		perror(path);
		abort();
	}
	buf_init(out);
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(out, bytes, len);
	fclose(file);
}

static inline void
rows_read_file(struct rows *rows, const struct register_format *format,
    const char *path, size_t piece)
{
	struct buf bytes;

	file_read(&bytes, path);
	rows_read(rows, format, bytes.at, bytes.len, piece);
	buf_release(&bytes);
}

static inline const struct record *
rows_find(const struct rows *rows, const char *source_id)
{
	for (size_t i = 0; i < rows->len; i++)
		if (slice_is(rows->records[i]->source_id, source_id))
			return rows->records[i];
	return NULL;
}

/* A field as text, "" when absent; the last few answers stay valid. */
static inline const char *
field_text(const struct record *record, const char *name)
{
	static char texts[8][256];
	static size_t next;
	char *out = texts[next++ % 8];
	size_t i = 0;

	while (strcmp(record->kind->fields[i].name, name) != 0)
		assert(++i < record->kind->fields_len);
	out[0] = '\0';
	if (!record->values[i].is_set)
		return out;
	if (record->values[i].text.at != NULL)
		snprintf(out, 256, "%.*s", (int)record->values[i].text.len,
		    record->values[i].text.at);
	else if (record->kind->fields[i].type == FIELD_DATE)
		date_print((int32_t)record->values[i].number, out);
	else
		snprintf(out, 256, "%lld", (long long)record->values[i].number);
	return out;
}

/* Equal row for row: identity, line, verdict and content. */
static inline bool
rows_equal(const struct rows *a, const struct rows *b)
{
	if (a->len != b->len || a->is_read != b->is_read)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct record *x = a->records[i], *y = b->records[i];

		if (a->lines[i] != b->lines[i] ||
		    x->is_refused != y->is_refused ||
		    memcmp(x->hash, y->hash, sizeof(x->hash)) != 0 ||
		    x->source_id.len != y->source_id.len)
			return false;
	}
	return true;
}

#endif
