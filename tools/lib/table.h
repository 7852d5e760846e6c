/*
 * table.h — rows of text printed as an aligned table: a heading line,
 * numbers to the right, and when it is wider than the screen the widest
 * column of text is cut, with an ellipsis, then the next widest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include "arena.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 40

struct table_column {
	const char *heading;
	size_t width;        /* of the widest cell or the heading */
	bool is_whole;       /* its cells are not cut */
	bool has_text;       /* some cell is no number */
	bool has_value;      /* some cell is not empty, or it is kept */
};

struct table {
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t columns_len;
	struct slice **rows;
	size_t rows_len, rows_cap;
	struct arena *arena;
};

void table_init(struct table *, struct arena *);
void table_release(struct table *);
size_t table_add_column(struct table *, const char *heading);
/* A new empty row; then its cells. */
void table_add_row(struct table *);
void table_set(struct table *, size_t column, struct slice, bool is_number);
/* The column is printed although no row has anything in it. */
void table_keep(struct table *, size_t column);
/* Other columns in which no row has anything are left out. */
void table_print(struct table *, FILE *, size_t screen_width);

/* COLUMNS, else the terminal's width, else 120. */
size_t table_screen_width(void);

#endif
