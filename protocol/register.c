/*
 * register.c — rows of a published register turned into records of
 * kind_setting. The header is looked for in the first 20 lines, columns are
 * found by the letters and digits of their names, and a row that cannot be
 * read comes out refused with its line and column: none is passed over in
 * silence but blank ones and the totals and notes below the table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "csv_reader.h"
#include "dates.h"
#include "digest.h"
#include "register_cell.h"
#include "register_layout.h"

#define HEADER_LINES_MAX 20
#define NO_COLUMN SIZE_MAX

struct register_reader {
	const struct register_format *format;
	struct arena *arena;
	register_row *row_read;
	void *owner;
	struct csv_reader *csv;
	struct digest *digest;
	size_t places[REGISTER_COLUMNS_MAX]; /* cell of each column */
	size_t width;                        /* cells of the header; 0 before */
	struct slice cells[REGISTER_COLUMNS_MAX];
	struct problem why;                  /* set when no such register */
};

/* Two names are one when their letters and digits are. */
static bool
names_match(struct slice cell, const char *name)
{
	size_t i = 0;

	for (; *name != '\0'; name++) {
		if (!isalnum((unsigned char)*name))
			continue;
		while (i < cell.len && !isalnum((unsigned char)cell.at[i]))
			i++;
		if (i == cell.len || tolower((unsigned char)cell.at[i++]) !=
		    tolower((unsigned char)*name))
			return false;
	}
	while (i < cell.len && !isalnum((unsigned char)cell.at[i]))
		i++;
	return i == cell.len;
}

static size_t
find_cell(const struct csv_row *row, const char *name)
{
	for (size_t i = 0; name != NULL && i < row->len; i++)
		if (names_match(row->cells[i], name))
			return i;
	return NO_COLUMN;
}

static bool
is_header(const struct register_reader *reader)
{
	const struct register_format *format = reader->format;

	for (size_t i = 0; i < format->columns_len; i++)
		if (format->columns[i].need == COLUMN_KEY &&
		    reader->places[i] == NO_COLUMN)
			return false;
	return true;
}

static void
refuse_file(struct register_reader *reader)
{
	const struct register_format *format = reader->format;

	(void)problem_set(&reader->why, PROBLEM_REGISTER_UNREADABLE, NULL,
	    "this is not %s: none of its first %d lines has the columns "
	    "%s and %s", format->title, HEADER_LINES_MAX,
	    format->columns[0].name, format->columns[format->name_column].name);
}

static void
read_header(struct register_reader *reader, const struct csv_row *row)
{
	const struct register_format *format = reader->format;

	for (size_t i = 0; i < format->columns_len; i++) {
		const struct register_column *column = &format->columns[i];

		reader->places[i] = find_cell(row, column->name);
		if (reader->places[i] == NO_COLUMN)
			reader->places[i] = find_cell(row, column->also);
	}
	if (!is_header(reader))
		return;
	reader->width = row->len;
	for (size_t i = 0; i < format->columns_len; i++)
		if (format->columns[i].need == COLUMN_NEEDED &&
		    reader->places[i] == NO_COLUMN)
			(void)problem_set(&reader->why,
			    PROBLEM_REGISTER_UNREADABLE, NULL, "the header has "
			    "no column %s", format->columns[i].name);
}

struct slice
row_cell(const struct register_row *row, unsigned column)
{
	assert(column < row->format->columns_len);
	if (cell_is_placeholder(row->cells[column]))
		return (struct slice){ NULL, 0 };
	return row->cells[column];
}

bool
row_refuse(const struct register_row *row, enum problem_slug slug,
    unsigned column, const char *sentence, struct problem *why)
{
	return problem_set(why, slug, row->where, "%s %s",
	    row->format->columns[column].name, sentence);
}

static size_t
field_index(const char *name)
{
	size_t i = 0;

	while (i < kind_setting.fields_len &&
	    strcmp(kind_setting.fields[i].name, name) != 0)
		i++;
	assert(i < kind_setting.fields_len);
	return i;
}

bool
row_set(struct register_row *row, const char *field, struct slice text,
    unsigned column, struct problem *why)
{
	size_t i = field_index(field);
	struct problem cause = { 0 };

	if (text.at == NULL || field_read(&kind_setting.fields[i], text,
	    row->arena, &row->record->values[i], row->where, &cause))
		return true;
	return problem_set(why, cause.slug, row->where, "%s: %s",
	    row->format->columns[column].name, cause.detail);
}

bool
row_set_digits(struct register_row *row, const char *field, unsigned column,
    struct problem *why)
{
	struct slice cell = row_cell(row, column);
	struct slice digits = { NULL, 0 };

	if (cell.at != NULL) {
		digits = cell_digits(cell, row->arena);
		if (digits.at == NULL)
			return row_refuse(row, PROBLEM_MALFORMED_FIELD, column,
			    "is not a whole number", why);
	}
	return row_set(row, field, digits, column, why);
}

static void
set_number(struct register_row *row, size_t field, int64_t number)
{
	row->record->values[field] = (struct value){
		.number = number, .is_set = true
	};
}

void
row_set_bool(struct register_row *row, const char *field, bool is_so)
{
	set_number(row, field_index(field), is_so);
}

/* A spreadsheet adds the time of day: "01/09/1999 00:00". */
static struct slice
without_midnight(struct slice cell)
{
	for (size_t i = 0; i < cell.len; i++) {
		struct slice rest = { cell.at + i, cell.len - i };

		if (slice_is(rest, " 00:00") || slice_is(rest, " 00:00:00"))
			cell.len = i;
	}
	return cell;
}

static bool
set_date(struct register_row *row, size_t field, unsigned column,
    struct problem *why)
{
	struct slice cell = row_cell(row, column);
	int32_t date;

	if (cell.at == NULL)
		return true;
	if (!date_read_register(without_midnight(cell), &date))
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, column,
		    "is not a date (dd/mm/yyyy or dd-mm-yyyy)", why);
	set_number(row, field, date);
	return true;
}

/* Those cells that fill a field of the setting as they stand. */
static bool
fill(struct register_row *row, unsigned column, struct problem *why)
{
	const char *field = row->format->columns[column].field;
	size_t i = field_index(field);

	switch (kind_setting.fields[i].type) {
	case FIELD_INT:
		return row_set_digits(row, field, column, why);
	case FIELD_DATE:
		return set_date(row, i, column, why);
	default:
		return row_set(row, field, row_cell(row, column), column, why);
	}
}

static bool
fill_all(struct register_row *row, struct problem *why)
{
	const struct register_format *format = row->format;

	for (unsigned i = 0; i < format->columns_len; i++) {
		if (format->columns[i].field != NULL && !fill(row, i, why))
			return false;
		if (format->columns[i].need != COLUMN_OPTIONAL &&
		    format->columns[i].field != NULL &&
		    row_cell(row, i).at == NULL)
			return row_refuse(row, PROBLEM_MISSING_FIELD, i,
			    "is empty", why);
	}
	return true;
}

static bool
has_more(const struct csv_row *row, size_t from)
{
	for (size_t i = from; i < row->len; i++)
		if (slice_trim(row->cells[i]).len > 0)
			return true;
	return false;
}

/*
 * A quotation mark that lost its partner swallows whole lines, up to the next
 * mark: the row then has the wrong number of cells, or, when that mark stands
 * in the same column, one cell with a row's worth of commas.
 */
static bool
has_swallowed(const struct csv_row *row, size_t width)
{
	if (row->first_line == row->last_line)
		return false;
	for (size_t i = 0; i < row->len; i++) {
		size_t commas = 0;

		for (size_t j = 0; j < row->cells[i].len; j++)
			commas += row->cells[i].at[j] == ',';
		if (commas + 1 >= width)
			return true;
	}
	return row->len != width;
}

/*
 * Cells are known by their place, so a row whose cells have moved must not
 * be read. Filled cells past the header are somebody's notes as long as the
 * postcode is where it belongs; else a comma lost its quotation marks.
 */
static bool
is_in_place(const struct register_reader *reader, const struct csv_row *raw,
    const struct register_row *row, struct problem *why)
{
	if (has_swallowed(raw, reader->width))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, row->where,
		    "the row runs on to line %u and does not fit the header; a "
		    "quotation mark is not closed", raw->last_line);
	if (has_more(raw, reader->width) &&
	    !cell_is_postcode(row->cells[row->format->postcode_column]))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, row->where,
		    "the row has more cells than the header; a comma is not "
		    "within quotation marks");
	return true;
}

/* "Total", a source, a note: next to nothing filled, no name, no number. */
static bool
is_footnote(const struct register_row *row, const struct csv_row *raw)
{
	static const char *const openings[] = {
		"total", "grand total", "note", "source",
	};
	struct slice id = row->cells[0];
	size_t filled = 0, digits = 0;

	for (size_t i = 0; i < raw->len; i++)
		filled += slice_trim(raw->cells[i]).len > 0;
	for (size_t i = 0; i < id.len; i++)
		digits += isdigit((unsigned char)id.at[i]) != 0;
	if (filled > 2 || row->cells[row->format->name_column].len > 0)
		return false;
	for (size_t i = 0; i < nitems(openings); i++)
		if (id.len >= strlen(openings[i]) && slice_is_caseless(
		    (struct slice){ id.at, strlen(openings[i]) }, openings[i]))
			return true;
	return digits < 4;
}

static void
pick_cells(struct register_reader *reader, const struct csv_row *raw)
{
	for (size_t i = 0; i < reader->format->columns_len; i++) {
		size_t place = reader->places[i];

		reader->cells[i] = place < raw->len ?
		    cell_clean(raw->cells[place], reader->arena) : SLICE("");
	}
}

static void
refuse_record(struct record *record, const struct problem *why,
    struct arena *arena)
{
	struct problem *kept = arena_alloc(arena, sizeof(*kept));

	*kept = *why;
	record->is_refused = true;
	record->values = NULL;
	record->why = kept;
}

static void
read_record(struct register_reader *reader, struct register_row *row,
    const struct csv_row *raw)
{
	const struct register_format *format = reader->format;
	struct record *record = row->record;
	struct problem why = { 0 };

	record->kind = &kind_setting;
	record->op = RECORD_PUT;
	record->values = arena_array(reader->arena, kind_setting.fields_len,
	    sizeof(*record->values));
	if (is_in_place(reader, raw, row, &why) && format->identify(row, &why) &&
	    fill_all(row, &why) && format->complete(row, &why))
		record_hash(record, reader->digest);
	else
		refuse_record(record, &why, reader->arena);
	reader->row_read(reader->owner, record, raw->first_line);
}

static void
row_came(void *owner, const struct csv_row *raw)
{
	struct register_reader *reader = owner;
	struct register_row row = {
		.format = reader->format,
		.cells = reader->cells,
		.arena = reader->arena,
	};

	if (reader->why.slug != PROBLEM_NONE || !has_more(raw, 0))
		return;
	if (reader->width == 0) {
		if (raw->first_line > HEADER_LINES_MAX)
			refuse_file(reader);
		else
			read_header(reader, raw);
		return;
	}
	pick_cells(reader, raw);
	if (is_footnote(&row, raw))
		return;
	row.where = arena_print(reader->arena, "line %u", raw->first_line);
	row.record = arena_alloc(reader->arena, sizeof(*row.record));
	read_record(reader, &row, raw);
}

struct register_reader *
register_reader_new(const struct register_format *format, struct arena *arena,
    register_row *row_read, void *owner)
{
	struct register_reader *reader = calloc(1, sizeof(*reader));

	assert(format->columns_len <= REGISTER_COLUMNS_MAX);
	if (reader == NULL)
		abort();
	reader->format = format;
	reader->arena = arena;
	reader->row_read = row_read;
	reader->owner = owner;
	reader->csv = csv_reader_new(row_came, reader);
	reader->digest = digest_new();
	return reader;
}

void
register_reader_free(struct register_reader *reader)
{
	if (reader == NULL)
		return;
	csv_reader_free(reader->csv);
	digest_free(reader->digest);
	free(reader);
}

static bool
is_sound(const struct register_reader *reader)
{
	return reader->why.slug == PROBLEM_NONE;
}

static bool
judge(const struct register_reader *reader, struct problem *why)
{
	if (!is_sound(reader))
		*why = reader->why;
	return is_sound(reader);
}

bool
register_reader_feed(struct register_reader *reader, const char *at,
    size_t len, struct problem *why)
{
	if (is_sound(reader) &&
	    !csv_reader_feed(reader->csv, at, len, &reader->why))
		assert(!is_sound(reader));
	return judge(reader, why);
}

bool
register_reader_finish(struct register_reader *reader, struct problem *why)
{
	if (is_sound(reader) &&
	    csv_reader_finish(reader->csv, &reader->why) &&
	    is_sound(reader) && reader->width == 0)
		refuse_file(reader);
	return judge(reader, why);
}
