/*
 * csv_reader.c — libcsv counts neither lines nor bytes, so it is fed line by
 * line and in small pieces: that way the start of every row is known, and a
 * quotation mark that is never closed cannot make it hoard the file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "csv_reader.h"

#include <assert.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define PIECE_BYTES 4096 /* fed to libcsv at once */
/* Every quotation mark of a quoted cell counts double before it is read. */
#define PENDING_BYTES_MAX (2 * CSV_CELL_BYTES_MAX + PIECE_BYTES)

struct csv_reader {
	struct csv_parser parser;
	csv_row_read *row_read;
	void *owner;
	struct buf text;              /* the cells of the row so far */
	size_t ends[CSV_CELLS_MAX];   /* where in text each ends */
	struct slice cells[CSV_CELLS_MAX];
	size_t cells_len;
	unsigned line, first_line;
	size_t pending;               /* bytes since a cell last ended */
	char lead[3];                 /* the first bytes: perhaps a mark */
	size_t lead_len;
	char last;                    /* the byte before this piece */
	bool has_begun, is_in_row, has_cell_ended;
	struct problem why;           /* set when broken */
};

struct csv_reader *
csv_reader_new(csv_row_read *row_read, void *owner)
{
	struct csv_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL || csv_init(&reader->parser, 0) != 0)
		abort();
	buf_init(&reader->text);
	reader->row_read = row_read;
	reader->owner = owner;
	reader->line = 1;
	return reader;
}

void
csv_reader_free(struct csv_reader *reader)
{
	if (reader == NULL)
		return;
	csv_free(&reader->parser);
	buf_release(&reader->text);
	free(reader);
}

static bool
is_broken(const struct csv_reader *reader)
{
	return reader->why.slug != PROBLEM_NONE;
}

static void
break_off(struct csv_reader *reader, const char *sentence)
{
	char where[32];
	unsigned line = reader->is_in_row ? reader->first_line : reader->line;

	if (is_broken(reader))
		return;
	snprintf(where, sizeof(where), "line %u", line);
	(void)problem_set(&reader->why, PROBLEM_FILE_UNREADABLE, where,
	    "%s", sentence);
}

static void
cell_ended(void *at, size_t len, void *owner)
{
	struct csv_reader *reader = owner;

	reader->has_cell_ended = true;
	if (is_broken(reader))
		return;
	if (len > CSV_CELL_BYTES_MAX)
		break_off(reader, "a cell is longer than 64 KiB; perhaps a "
		    "quotation mark is not closed");
	else if (reader->text.len + len > CSV_ROW_BYTES_MAX)
		break_off(reader, "a row is longer than 1 MiB");
	else if (reader->cells_len == CSV_CELLS_MAX)
		break_off(reader, "a row has more than 1,000 cells");
	if (is_broken(reader))
		return;
	buf_add(&reader->text, at, len);
	reader->ends[reader->cells_len++] = reader->text.len;
}

static void
row_ended(int terminator, void *owner)
{
	struct csv_reader *reader = owner;
	size_t start = 0;

	(void)terminator;
	if (is_broken(reader))
		return;
	for (size_t i = 0; i < reader->cells_len; i++) {
		size_t len = reader->ends[i] - start;

		reader->cells[i] = len == 0 ? SLICE("") :
		    (struct slice){ reader->text.at + start, len };
		start = reader->ends[i];
	}
	reader->row_read(reader->owner, &(struct csv_row){
		.cells = reader->cells, .len = reader->cells_len,
		.first_line = reader->first_line, .last_line = reader->line
	});
	reader->cells_len = 0;
	reader->is_in_row = false;
	buf_clear(&reader->text);
}

static bool
is_blank(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r\n", at[i]) == NULL || at[i] == '\0')
			return false;
	return true;
}

/* Up to and with the next line end, and never more than a piece. */
static size_t
piece_length(const char *at, size_t len)
{
	for (size_t i = 0; i < len && i < PIECE_BYTES; i++)
		if (at[i] == '\n' || at[i] == '\r')
			return i + 1;
	return len < PIECE_BYTES ? len : PIECE_BYTES;
}

/* The LF of a CRLF comes as a piece of its own, its line already counted. */
static void
count_line(struct csv_reader *reader, const char *piece, size_t len)
{
	char end = piece[len - 1];
	char before = len > 1 ? piece[len - 2] : reader->last;

	if (end == '\r' || (end == '\n' && before != '\r'))
		reader->line++;
	reader->last = end;
}

static void
parse_piece(struct csv_reader *reader, const char *at, size_t len)
{
	if (!reader->is_in_row && !is_blank(at, len)) {
		reader->is_in_row = true;
		reader->first_line = reader->line;
	}
	reader->has_cell_ended = false;
	if (csv_parse(&reader->parser, at, len, cell_ended, row_ended,
	    reader) != len)
		abort(); /* lenient parsing only fails without memory */
	if (reader->has_cell_ended || !reader->is_in_row)
		reader->pending = 0;
	else
		reader->pending += len;
	if (reader->pending > PENDING_BYTES_MAX)
		break_off(reader, "a cell is longer than 64 KiB; perhaps a "
		    "quotation mark is not closed");
	count_line(reader, at, len);
}

static void
parse(struct csv_reader *reader, const char *at, size_t len)
{
	while (len > 0 && !is_broken(reader)) {
		size_t piece = piece_length(at, len);

		parse_piece(reader, at, piece);
		at += piece;
		len -= piece;
	}
}

/* The first three bytes decide: a mark is dropped, UTF-16 refused. */
static void
begin(struct csv_reader *reader)
{
	const char *lead = reader->lead;
	size_t len = reader->lead_len;

	reader->has_begun = true;
	if (len >= 2 && (memcmp(lead, "\xff\xfe", 2) == 0 ||
	    memcmp(lead, "\xfe\xff", 2) == 0 || lead[0] == 0 || lead[1] == 0))
		break_off(reader, "the file is saved as UTF-16 (\"Unicode "
		    "text\"); save it as CSV");
	else if (len < 3 || memcmp(lead, "\xef\xbb\xbf", 3) != 0)
		parse(reader, lead, len);
}

static bool
judge(const struct csv_reader *reader, struct problem *why)
{
	if (is_broken(reader))
		*why = reader->why;
	return !is_broken(reader);
}

bool
csv_reader_feed(struct csv_reader *reader, const char *at, size_t len,
    struct problem *why)
{
	assert(!is_broken(reader));
	for (; !reader->has_begun && len > 0; at++, len--) {
		reader->lead[reader->lead_len++] = *at;
		if (reader->lead_len == sizeof(reader->lead))
			begin(reader);
	}
	parse(reader, at, len);
	return judge(reader, why);
}

bool
csv_reader_finish(struct csv_reader *reader, struct problem *why)
{
	assert(!is_broken(reader));
	if (!reader->has_begun)
		begin(reader);
	if (!is_broken(reader) &&
	    csv_fini(&reader->parser, cell_ended, row_ended, reader) != 0)
		abort(); /* as above */
	return judge(reader, why);
}
