/*
 * sheet.c — libcsv's two callbacks turned into rows in an arena.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sheet.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct sheet *sheet;
	struct arena *arena;
	struct sheet_row **tail;
	unsigned line;
	size_t cells_len;
	const char *cells[SHEET_COLUMNS_MAX];
};

static void
cell_ended(void *at, size_t len, void *owner)
{
	struct reading *reading = owner;

	if (reading->cells_len < SHEET_COLUMNS_MAX)
		reading->cells[reading->cells_len++] =
		    arena_text(reading->arena, at == NULL ? "" : at, len);
}

static void
row_ended(int separator, void *owner)
{
	struct reading *reading = owner;
	struct sheet *sheet = reading->sheet;
	size_t size = reading->cells_len * sizeof(*reading->cells);
	struct sheet_row *row;

	(void)separator;
	reading->line++;
	if (sheet->columns_len == 0) {
		memcpy(sheet->columns, reading->cells, size);
		sheet->columns_len = reading->cells_len;
	} else {
		row = arena_alloc(reading->arena, sizeof(*row));
		row->line = reading->line;
		row->cells = arena_alloc(reading->arena, size + 1);
		memcpy(row->cells, reading->cells, size);
		row->cells_len = reading->cells_len;
		*reading->tail = row;
		reading->tail = &row->next;
		sheet->rows_len++;
	}
	reading->cells_len = 0;
}

static bool
sheet_parse(struct reading *reading, FILE *file)
{
	struct csv_parser parser;
	char chunk[65536];
	size_t len;
	bool done = true;

	if (csv_init(&parser, CSV_APPEND_NULL) != 0)
		return false;
	while (done && (len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		done = csv_parse(&parser, chunk, len, cell_ended, row_ended,
		    reading) == len;
	if (done)
		done = csv_fini(&parser, cell_ended, row_ended, reading) == 0;
	csv_free(&parser);
	return done && !ferror(file);
}

bool
sheet_read(struct sheet *sheet, const char *path, struct arena *arena,
    struct problem *why)
{
	struct reading reading = {
		.sheet = sheet, .arena = arena, .tail = &sheet->rows
	};
	FILE *file = fopen(path, "re");
	bool done;

	memset(sheet, 0, sizeof(*sheet));
	if (file == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s: %s",
		    path, strerror(errno));
	done = sheet_parse(&reading, file);
	fclose(file);
	if (!done || sheet->columns_len == 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "",
		    "%s: line %u: not CSV with a header", path, reading.line + 1);
	return true;
}

const char *
sheet_cell(const struct sheet *sheet, const struct sheet_row *row,
    const char *column)
{
	for (size_t i = 0; i < sheet->columns_len && i < row->cells_len; i++)
		if (strcmp(sheet->columns[i], column) == 0)
			return row->cells[i];
	return "";
}

int
sheet_number(const struct sheet *sheet, const struct sheet_row *row,
    const char *column, int absent)
{
	const char *cell = sheet_cell(sheet, row, column);
	char *end;
	long number = strtol(cell, &end, 10);

	if (*cell == '\0' || *end != '\0' || number < 0 || number > 1000000)
		return absent;
	return (int)number;
}
