/*
 * xlsx.c — a workbook by libxlsxwriter, in its mode of constant memory: a row
 * is written before the next is begun. Text is always text, whatever it
 * begins with, and stays text when somebody edits it; what a number or a date
 * of Excel cannot hold is text too. The library's temporary files are ours:
 * memory without a name, so nothing of a child reaches a disk, nothing is
 * left of a process that dies, and none is cut short because a disk is full.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "xlsx.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "buf.h"
#include "dates.h"
#include "rows.h"

#define TEXT_MAX 32767         /* UTF-16 units of a cell */
#define WIDTH_MIN 8
#define WIDTH_MAX 60
#define WIDTH_FILTER 3         /* the heading's button */
#define WIDTH_DATE 11
#define WIDTH_TIME 20
#define SHEET_NAME_MAX 31
#define DAYS_1900_TO_2000 36526 /* Excel's number of 2000-01-01 */
#define DATE_LEAST -36466      /* 1900-03-01: before it Excel counts wrongly */
#define DATE_MOST 2921939      /* 9999-12-31 */
#define DAY_US 86400000000
#define EXACT_MAX (1ll << 53)  /* whole numbers a double holds */

struct column {
	size_t number;
	uint32_t type;
	size_t width;
};

struct writer {
	const struct xlsx *xlsx;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *text, *date, *time;
	struct column *columns;
	size_t columns_len;
	struct buf plain, safe;  /* a cell as CSV has it; as a sheet takes it */
	size_t cut;              /* texts that a cell could not hold */
	bool is_good;
};

/* In place of the library's own, which makes files with names. */
FILE *
lxw_tmpfile(char *folder)
{
	int fd = memfd_create("xlsx", MFD_CLOEXEC);

	(void)folder;
	return fd < 0 ? NULL : fdopen(fd, "w+b");
}

/* Only memory has seals: was our lxw_tmpfile() the one that was called? */
static bool
is_in_memory(FILE *file)
{
	return file != NULL && fcntl(fileno(file), F_GET_SEALS) >= 0;
}

/* ---- text ---- */

/* "_x0041_" is an A to Excel, unless its first "_" is written so itself. */
static bool
looks_escaped(const char *at, size_t len)
{
	return len >= 7 && at[0] == '_' && at[1] == 'x' && at[6] == '_' &&
	       isxdigit((unsigned char)at[2]) &&
	       isxdigit((unsigned char)at[3]) &&
	       isxdigit((unsigned char)at[4]) &&
	       isxdigit((unsigned char)at[5]);
}

static size_t
sequence_len(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The text as XML and a cell can hold it; answers its width in characters. */
static size_t
text_make_safe(struct writer *writer, const char *at, size_t len)
{
	struct buf *safe = &writer->safe;
	size_t units = 0, width = 0, line = 0;

	buf_clear(safe);
	for (size_t i = 0, n; i < len; i += n) {
		n = sequence_len((unsigned char)at[i]);
		units += n == 4 ? 2 : 1;
		if (units >= TEXT_MAX) {
			buf_add_text(safe, "\u2026");
			writer->cut++;
			break;
		}
		line = at[i] == '\n' ? 0 : line + 1;
		width = line > width ? line : width;
		if (looks_escaped(at + i, len - i)) {
			buf_add_text(safe, "_x005F");
			units += 6;
		}
		if (n == 3 && memcmp(at + i, "\xef\xbf", 2) == 0 &&
		    (unsigned char)at[i + 2] >= 0xbe)
			buf_add_text(safe, "\ufffd"); /* no character of XML */
		else
			buf_add(safe, at + i, n);
	}
	buf_add_char(safe, '\0');
	return width;
}

/* ---- cells ---- */

static void
keep(struct writer *writer, lxw_error error)
{
	writer->is_good = writer->is_good && error == LXW_NO_ERROR;
}

static void
write_text(struct writer *writer, size_t row, size_t at, const char *text,
    size_t len, lxw_format *format)
{
	struct column *column = &writer->columns[at];
	size_t width = text_make_safe(writer, text, len);

	if (width > column->width)
		column->width = width;
	keep(writer, worksheet_write_string(writer->sheet, (lxw_row_t)row,
	    (lxw_col_t)at, writer->safe.at, format));
}

/* As CSV has it. */
static void
write_plain(struct writer *writer, size_t row, size_t at)
{
	struct buf *plain = &writer->plain;

	buf_clear(plain);
	rows_print_plain(writer->xlsx->result, row,
	    writer->columns[at].number, plain);
	write_text(writer, row + 1, at, plain->at, plain->len, writer->text);
}

static void
write_number(struct writer *writer, size_t row, size_t at, double number,
    size_t width, lxw_format *format)
{
	struct column *column = &writer->columns[at];

	if (width > column->width)
		column->width = width;
	keep(writer, worksheet_write_number(writer->sheet, (lxw_row_t)row + 1,
	    (lxw_col_t)at, number, format));
}

static double
read_double(struct slice cell)
{
	uint64_t bits;
	double number;

	memcpy(&bits, cell.at, sizeof(bits));
	bits = be64toh(bits);
	memcpy(&number, &bits, sizeof(number));
	return number;
}

static bool
write_int(struct writer *writer, size_t row, size_t at, int64_t n)
{
	char text[24];

	if (n > EXACT_MAX || n < -EXACT_MAX)
		return false;
	write_number(writer, row, at, (double)n, (size_t)snprintf(text,
	    sizeof(text), "%lld", (long long)n), NULL);
	return true;
}

static bool
write_float(struct writer *writer, size_t row, size_t at, double number)
{
	char text[32];

	if (!isfinite(number))
		return false;
	write_number(writer, row, at, number, (size_t)snprintf(text,
	    sizeof(text), "%.15g", number), NULL);
	return true;
}

/* A jsonb that is a number: counts, of which some are told as a letter. */
static bool
write_jsonb(struct writer *writer, size_t row, size_t at, struct slice cell)
{
	char text[32], *end;
	size_t len = cell.len - 1; /* behind a version byte */
	double number;

	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, cell.at + 1, len);
	text[len] = '\0';
	if (text[0] != '-' && !isdigit((unsigned char)text[0]))
		return false;
	number = strtod(text, &end);
	return *end == '\0' && write_float(writer, row, at, number);
}

static bool
write_date(struct writer *writer, size_t row, size_t at, int64_t date)
{
	if (date < DATE_LEAST || date > DATE_MOST)
		return false;
	write_number(writer, row, at, (double)(date + DAYS_1900_TO_2000),
	    WIDTH_DATE, writer->date);
	return true;
}

/* To the second; Excel knows no zones, so it is UTC as everywhere. */
static bool
write_time(struct writer *writer, size_t row, size_t at, int64_t us)
{
	int64_t seconds = us / 1000000 - (us % 1000000 < 0);

	if (us < DATE_LEAST * DAY_US || us >= (DATE_MOST + 1) * DAY_US)
		return false;
	write_number(writer, row, at, (double)seconds / 86400 +
	    DAYS_1900_TO_2000, WIDTH_TIME, writer->time);
	return true;
}

/* false: not as what it is, so as text. */
static bool
write_typed(struct writer *writer, size_t row, size_t at, struct slice cell)
{
	const struct column *column = &writer->columns[at];
	const struct db_result *result = writer->xlsx->result;

	switch (column->type) {
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
		return write_int(writer, row, at, db_result_int(result, row,
		    column->number));
	case OID_FLOAT8:
		return write_float(writer, row, at, read_double(cell));
	case OID_JSONB:
		return write_jsonb(writer, row, at, cell);
	case OID_DATE:
		return write_date(writer, row, at, db_result_int(result, row,
		    column->number));
	case OID_TIMESTAMPTZ:
		return write_time(writer, row, at, db_result_int(result, row,
		    column->number));
	case OID_BOOL:
		keep(writer, worksheet_write_boolean(writer->sheet,
		    (lxw_row_t)row + 1, (lxw_col_t)at, cell.at[0], NULL));
		return true;
	default:
		return false;
	}
}

static void
write_row(struct writer *writer, size_t row)
{
	for (size_t i = 0; i < writer->columns_len; i++) {
		struct slice cell = db_result_cell(writer->xlsx->result, row,
		    writer->columns[i].number);
		if (cell.at != NULL && !write_typed(writer, row, i, cell))
			write_plain(writer, row, i);
	}
}

/* ---- sheets ---- */

static void
columns_find(struct writer *writer)
{
	const struct db_result *result = writer->xlsx->result;
	size_t all = db_result_columns(result);

	writer->columns = calloc(all + 1, sizeof(struct column));
	for (size_t i = 0; writer->columns != NULL && i < all; i++)
		if (rows_shows(result, i))
			writer->columns[writer->columns_len++] = (struct column){
				i, db_result_type(result, i), WIDTH_MIN
			};
	writer->is_good = writer->columns != NULL;
}

static void
columns_set_width(struct writer *writer)
{
	for (size_t i = 0; i < writer->columns_len; i++) {
		size_t width = writer->columns[i].width;

		keep(writer, worksheet_set_column(writer->sheet, (lxw_col_t)i,
		    (lxw_col_t)i, (double)(width > WIDTH_MAX ? WIDTH_MAX :
		    width) + 1, NULL));
	}
}

static void
write_list(struct writer *writer)
{
	const struct db_result *result = writer->xlsx->result;
	size_t end = writer->xlsx->end;

	for (size_t i = 0; i < writer->columns_len; i++) {
		const char *name = db_result_name(result,
		    writer->columns[i].number);
		write_text(writer, 0, i, name, strlen(name), writer->bold);
		writer->columns[i].width += WIDTH_FILTER;
	}
	for (size_t row = 0; row < end && writer->is_good; row++)
		write_row(writer, row);
	columns_set_width(writer);
	worksheet_freeze_panes(writer->sheet, 1, 0);
	keep(writer, worksheet_autofilter(writer->sheet, 0, 0, (lxw_row_t)end,
	    (lxw_col_t)(writer->columns_len - 1)));
}

static void
about_row(struct writer *writer, size_t row, const char *name,
    const char *text)
{
	keep(writer, worksheet_write_string(writer->sheet, (lxw_row_t)row, 0,
	    name, writer->bold));
	text_make_safe(writer, text, strlen(text));
	keep(writer, worksheet_write_string(writer->sheet, (lxw_row_t)row, 1,
	    writer->safe.at, writer->text));
}

static void
about_sentence(struct writer *writer, size_t *row, bool is_said,
    const char *text)
{
	if (is_said)
		keep(writer, worksheet_write_string(writer->sheet,
		    (lxw_row_t)(*row)++, 0, text, writer->bold));
}

static void
write_about(struct writer *writer)
{
	const struct xlsx *xlsx = writer->xlsx;
	char made[TIME_TEXT_SIZE];
	size_t row = 6;

	writer->sheet = workbook_add_worksheet(writer->book, "About");
	if (writer->sheet == NULL) {
		writer->is_good = false;
		return;
	}
	time_print(xlsx->made_us - xlsx->made_us % 1000000, made);
	about_row(writer, 0, "Report", xlsx->title);
	about_row(writer, 1, "Request", xlsx->route);
	about_row(writer, 2, "Made at (UTC)", made);
	keep(writer, worksheet_write_string(writer->sheet, 3, 0, "Rows",
	    writer->bold));
	keep(writer, worksheet_write_number(writer->sheet, 3, 1,
	    (double)xlsx->end, NULL));
	about_row(writer, 4, "Made for", xlsx->client);
	about_sentence(writer, &row, xlsx->names_children,
	    "This file holds personal data of children. Keep it as such, pass it "
	    "on only to those who may see it, and delete it when it is done with.");
	about_sentence(writer, &row, xlsx->has_more,
	    "This is one page of the list; more rows follow on the next.");
	about_sentence(writer, &row, writer->cut > 0,
	    "A text that ends in \u2026 at 32,767 characters is longer than a cell "
	    "holds; CSV and JSON have the whole of it.");
	about_sentence(writer, &row, true, "Times are UTC.");
	keep(writer, worksheet_set_column(writer->sheet, 0, 0, 16, NULL));
	keep(writer, worksheet_set_column(writer->sheet, 1, 1, 60, NULL));
}

static lxw_format *
format_add(struct writer *writer, const char *number)
{
	lxw_format *format = workbook_add_format(writer->book);

	if (format == NULL)
		writer->is_good = false;
	else if (number == NULL)
		format_set_bold(format);
	else
		format_set_num_format(format, number);
	return format;
}

static bool
writer_start(struct writer *writer, int fd)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	char path[32], name[SHEET_NAME_MAX + 1];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	snprintf(name, sizeof(name), "%s", writer->xlsx->title);
	columns_find(writer);
	writer->book = workbook_new_opt(path, &options);
	if (writer->book == NULL)
		return false;
	writer->bold = format_add(writer, NULL);
	writer->text = format_add(writer, "@");
	writer->date = format_add(writer, "yyyy-mm-dd");
	writer->time = format_add(writer, "yyyy-mm-dd hh:mm:ss");
	writer->sheet = workbook_add_worksheet(writer->book, name);
	return writer->is_good && writer->sheet != NULL &&
	       is_in_memory(writer->sheet->optimize_tmpfile);
}

bool
xlsx_write(const struct xlsx *xlsx, int fd)
{
	struct writer writer = { .xlsx = xlsx, .is_good = true };

	if (!writer_start(&writer, fd))
		return false;
	write_list(&writer);
	write_about(&writer);
	keep(&writer, workbook_close(writer.book));
	buf_release(&writer.plain);
	buf_release(&writer.safe);
	free(writer.columns);
	return writer.is_good;
}
