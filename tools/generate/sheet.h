/*
 * sheet.h — a CSV file with a header held whole; cells are found by the
 * name of their column, and a column that is missing reads as empty.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_SHEET_H
#define GENERATE_SHEET_H

#include "arena.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

#define SHEET_COLUMNS_MAX 200

struct sheet_row {
	struct sheet_row *next;
	unsigned line;
	size_t cells_len;
	const char **cells;
};

struct sheet {
	size_t columns_len;
	const char *columns[SHEET_COLUMNS_MAX];
	struct sheet_row *rows; /* in file order; header left out */
	size_t rows_len;
};

bool sheet_read(struct sheet *, const char *path, struct arena *,
    struct problem *) must_check;
const char *sheet_cell(const struct sheet *, const struct sheet_row *,
    const char *column);
int sheet_number(const struct sheet *, const struct sheet_row *,
    const char *column, int absent);

#endif
