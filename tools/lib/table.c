/*
 * table.c — rows of text printed as an aligned table. All rows are held
 * until the end, because the last may be the widest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "table.h"

#include "width.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP 2
#define SCREEN_DEFAULT 120
#define CUT_LEAST 12 /* a column is not cut below this */

void
table_init(struct table *table, struct arena *arena)
{
	*table = (struct table){ .arena = arena };
}

void
table_release(struct table *table)
{
	free(table->rows);
	table->rows = NULL;
}

size_t
table_add_column(struct table *table, const char *heading)
{
	assert(table->columns_len < TABLE_COLUMNS_MAX);
	table->columns[table->columns_len] = (struct table_column){
		.heading = heading, .width = width_of(slice_of(heading))
	};
	return table->columns_len++;
}

void
table_add_row(struct table *table)
{
	if (table->rows_len == table->rows_cap) {
		table->rows_cap = table->rows_cap > 0 ?
		    2 * table->rows_cap : 64;
		table->rows = reallocarray(table->rows, table->rows_cap,
		    sizeof(*table->rows));
		assert(table->rows != NULL);
	}
	table->rows[table->rows_len++] = arena_array(table->arena,
	    table->columns_len, sizeof(struct slice));
}

void
table_set(struct table *table, size_t column, struct slice text,
    bool is_number)
{
	char *cell = arena_text(table->arena, text.at, text.len);
	struct table_column *to = &table->columns[column];
	size_t width;

	assert(table->rows_len > 0 && column < table->columns_len);
	width_disarm(cell);
	table->rows[table->rows_len - 1][column] =
	    (struct slice){ cell, text.len };
	width = width_of((struct slice){ cell, text.len });
	if (width > to->width)
		to->width = width;
	to->has_value = to->has_value || text.len > 0;
	to->has_text = to->has_text || (text.len > 0 && !is_number);
}

static size_t
table_width(const struct table *table)
{
	size_t total = 0;

	for (size_t i = 0; i < table->columns_len; i++)
		if (table->columns[i].has_value)
			total += table->columns[i].width +
			    (total > 0 ? GAP : 0);
	return total;
}

/* NULL when no column may become narrower. */
static struct table_column *
widest_text(struct table *table)
{
	struct table_column *widest = NULL;

	for (size_t i = 0; i < table->columns_len; i++) {
		struct table_column *column = &table->columns[i];

		if (column->has_text && !column->is_whole &&
		    column->width > CUT_LEAST &&
		    column->width > width_of(slice_of(column->heading)) &&
		    (widest == NULL || column->width > widest->width))
			widest = column;
	}
	return widest;
}

/* How far a last column that is never cut runs past half of the screen. */
static size_t
overhang(const struct table *table, size_t screen_width)
{
	const struct table_column *last = NULL;

	for (size_t i = 0; i < table->columns_len; i++)
		if (table->columns[i].has_value)
			last = &table->columns[i];
	if (last == NULL || !last->is_whole || last->width <= screen_width / 2)
		return 0;
	return last->width - screen_width / 2;
}

/*
 * Whichever column of text is the widest gives up one place at a time; a long
 * sentence at the end may run over the edge, and costs the others no more
 * than half of the screen.
 */
static void
table_fit(struct table *table, size_t screen_width)
{
	size_t total = table_width(table) - overhang(table, screen_width);

	for (; total > screen_width; total--) {
		struct table_column *widest = widest_text(table);

		if (widest == NULL)
			return;
		widest->width--;
	}
}

static void
blanks_print(size_t len, FILE *out)
{
	for (; len > 0; len--)
		fputc(' ', out);
}

static void
cell_print(const struct table_column *column, struct slice text, bool is_last,
    FILE *out)
{
	size_t width = text.len > 0 ? width_of(text) : 0;
	const char *ellipsis = "";

	if (width > column->width) {
		text = width_cut(text, column->width - 1);
		width = width_of(text) + 1;
		ellipsis = "…";
	}
	if (!column->has_text)
		blanks_print(column->width - width, out);
	fprintf(out, "%.*s%s", (int)text.len, text.len > 0 ? text.at : "",
	    ellipsis);
	if (column->has_text && !is_last)
		blanks_print(column->width - width, out);
}

/* cells NULL: the headings. */
static void
line_print(const struct table *table, const struct slice *cells, FILE *out)
{
	size_t last = 0;

	for (size_t i = 0; i < table->columns_len; i++)
		if (table->columns[i].has_value)
			last = i;
	for (size_t i = 0; i <= last; i++) {
		const struct table_column *column = &table->columns[i];

		if (!column->has_value)
			continue;
		cell_print(column, cells != NULL ? cells[i] :
		    slice_of(column->heading), i == last, out);
		if (i < last)
			blanks_print(GAP, out);
	}
	fputc('\n', out);
}

void
table_keep(struct table *table, size_t column)
{
	table->columns[column].has_value = true;
}

void
table_print(struct table *table, FILE *out, size_t screen_width)
{
	if (table->rows_len == 0 || table->columns_len == 0)
		return;
	table_fit(table, screen_width);
	line_print(table, NULL, out);
	for (size_t i = 0; i < table->rows_len; i++)
		line_print(table, table->rows[i], out);
}

size_t
table_screen_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t width;

	if (columns != NULL && text_read_uint(slice_of(columns), &width) &&
	    width >= 20 && width <= 10000)
		return (size_t)width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return SCREEN_DEFAULT;
}
