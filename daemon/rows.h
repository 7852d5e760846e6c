/*
 * rows.h — rows of a result as JSON, NDJSON or CSV, straight from the
 * database's binary form: one query, every representation. Columns whose
 * name begins with "_" are for the daemon and are not shown. ROWS_TEXT: a
 * text that the database made, of the first column, without anything between. (A workbook is
 * made of the same rows by xlsx.c.)
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_ROWS_H
#define DAEMON_ROWS_H

#include "arena.h"
#include "buf.h"
#include "db.h"

enum rows_form { ROWS_JSON, ROWS_NDJSON, ROWS_CSV, ROWS_XLSX, ROWS_TEXT };

struct rows_column;

struct rows {
	const struct db_result *result;
	enum rows_form form;
	struct rows_column *columns; /* the shown ones */
	size_t columns_len;
	size_t next;                 /* the row to print next */
	size_t end;                  /* one past the last to print */
};

/* The arena owns what is prepared; the result is borrowed. Prints the rows
 * [0, end) of it. */
void rows_init(struct rows *, const struct db_result *, enum rows_form,
    size_t end, struct arena *);

/* CSV's header line; nothing for the others. */
void rows_print_header(const struct rows *, struct buf *);

/* Rows until buf holds at least enough bytes; false when none is left.
 * JSON: objects with commas between, without brackets around. */
bool rows_print(struct rows *, struct buf *, size_t enough);

/* One cell as it stands in a JSON text. */
void rows_print_cell(const struct db_result *, size_t row, size_t column,
    struct buf *);
/* The same as CSV has it, before it is quoted; nothing for NULL. */
void rows_print_plain(const struct db_result *, size_t row, size_t column,
    struct buf *);

bool rows_shows(const struct db_result *, size_t column);
/* child_id, other_child_id, … */
bool rows_names_child(const struct db_result *, size_t column);

#endif
