/*
 * csv_reader — rows and their lines come out the same however the bytes
 * arrive, and nothing grows past its limit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "csv_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

/* "1:a|b|" for each row, "3-4:" when it runs over lines. */
static void
row_read(void *owner, const struct csv_row *row)
{
	struct buf *out = owner;

	buf_print(out, row->first_line == row->last_line ? "%u:" : "%u-%u:",
	    row->first_line, row->last_line);
	for (size_t i = 0; i < row->len; i++) {
		assert_non_null(row->cells[i].at);
		buf_add(out, row->cells[i].at, row->cells[i].len);
		buf_add_char(out, '|');
	}
	buf_add_char(out, '\n');
}

static bool
read_pieces(struct buf *out, const char *at, size_t len, size_t piece,
    struct problem *why)
{
	struct csv_reader *reader = csv_reader_new(row_read, out);
	bool is_read = true;

	for (size_t i = 0; i < len && is_read; i += piece)
		is_read = csv_reader_feed(reader, at + i,
		    len - i < piece ? len - i : piece, why);
	is_read = is_read && csv_reader_finish(reader, why);
	csv_reader_free(reader);
	return is_read;
}

static void
gives(const char *text, size_t len, const char *rows)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 4096 };
	struct problem why = { 0 };

	for (size_t i = 0; i < nitems(pieces); i++) {
		struct buf out;

		buf_init(&out);
		assert_true(read_pieces(&out, text, len, pieces[i], &why));
		buf_add_char(&out, '\0');
		assert_string_equal(out.at, rows);
		buf_release(&out);
	}
}

#define GIVES(text, rows) gives(text, sizeof(text) - 1, rows)

static void
cells_are_split_and_unquoted(void **state)
{
	(void)state;
	GIVES("a,b\nc,d\n", "1:a|b|\n2:c|d|\n");
	GIVES("a,\"b,\"\"c\"\"\"\n,\n", "1:a|b,\"c\"|\n2:||\n");
	GIVES(" a , b \n", "1:a|b|\n");
	GIVES("no line end", "1:no line end|\n");
	GIVES("", "");
}

static void
lines_are_counted_as_an_editor_does(void **state)
{
	(void)state;
	GIVES("a\r\nb\nc\rd\r\n", "1:a|\n2:b|\n3:c|\n4:d|\n");
	GIVES("a\rbcdefghi\nc\n\rd", "1:a|\n2:bcdefghi|\n3:c|\n5:d|\n");
	GIVES("\n\n  \na\r\n\r\n\tb\n", "4:a|\n6:b|\n");
	GIVES("a,\"x\ny\r\nz\"\nb\n", "1-3:a|x\ny\r\nz|\n4:b|\n");
	GIVES("\"\n\"\n", "1-2:\n|\n");
}

static void
a_byte_order_mark_is_no_part_of_the_first_cell(void **state)
{
	(void)state;
	GIVES("\xef\xbb\xbf\"a\",b\n", "1:a|b|\n");
	GIVES("\xef\xbb\xbf", "");
	GIVES("\xef\xbb", "1:\xef\xbb|\n");
	GIVES("a\n\xef\xbb\xbf" "b\n", "1:a|\n2:\xef\xbb\xbf" "b|\n");
}

static void
utf16_is_refused_with_a_sentence(void **state)
{
	static const char *const texts[] = {
		"\xff\xfe" "a\0,\0", "\xfe\xff\0a\0,", "a\0b\0"
	};
	struct problem why = { 0 };
	struct buf out;

	(void)state;
	buf_init(&out);
	for (size_t i = 0; i < nitems(texts); i++) {
		assert_false(read_pieces(&out, texts[i], 4, 1, &why));
		assert_int_equal(why.slug, PROBLEM_FILE_UNREADABLE);
		assert_non_null(strstr(why.detail, "UTF-16"));
	}
	buf_release(&out);
}

static void
fill(struct buf *text, const char *start, char filling, size_t len,
    const char *end)
{
	buf_clear(text);
	buf_add_text(text, start);
	for (size_t i = 0; i < len; i++)
		buf_add_char(text, filling);
	buf_add_text(text, end);
}

static bool
is_read(const struct buf *text, size_t piece, struct problem *why)
{
	struct buf out;
	bool result;

	buf_init(&out);
	result = read_pieces(&out, text->at, text->len, piece, why);
	buf_release(&out);
	return result;
}

static void
a_cell_may_have_64_kib_and_no_more(void **state)
{
	static const size_t pieces[] = { 7, 4096, 1 << 20 };
	struct problem why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text);
	for (size_t i = 0; i < nitems(pieces); i++) {
		fill(&text, "a\n\"", 'x', CSV_CELL_BYTES_MAX, "\"\n");
		assert_true(is_read(&text, pieces[i], &why));
		/* Each of these marks is two in the file. */
		fill(&text, "a\n\"", '"', 2 * CSV_CELL_BYTES_MAX, "\"\n");
		assert_true(is_read(&text, pieces[i], &why));
		fill(&text, "a\n\"", 'x', CSV_CELL_BYTES_MAX + 1, "\"\n");
		assert_false(is_read(&text, pieces[i], &why));
		assert_string_equal(why.where, "line 2");
	}
	buf_release(&text);
}

static void
an_open_quotation_mark_does_not_hoard_the_file(void **state)
{
	struct problem why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text);
	fill(&text, "a\nb,\"", '\n', 10 * 1024 * 1024, "");
	assert_false(is_read(&text, 4096, &why));
	assert_string_equal(why.where, "line 2");
	assert_non_null(strstr(why.detail, "quotation mark"));
	buf_release(&text);
}

static void
a_row_may_have_1000_cells_and_no_more(void **state)
{
	struct problem why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text);
	fill(&text, "", ',', CSV_CELLS_MAX - 1, "\n");
	assert_true(is_read(&text, 4096, &why));
	fill(&text, "\n", ',', CSV_CELLS_MAX, "\n");
	assert_false(is_read(&text, 4096, &why));
	assert_string_equal(why.where, "line 2");
	buf_release(&text);
}

static void
a_row_may_have_1_mib_and_no_more(void **state)
{
	struct problem why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text);
	for (int i = 0; i < 20; i++)
		for (int j = 0; j < CSV_CELL_BYTES_MAX; j++)
			buf_add_char(&text, j == 0 ? ',' : 'x');
	assert_false(is_read(&text, 4096, &why));
	assert_non_null(strstr(why.detail, "1 MiB"));
	buf_release(&text);
}

static void
many_blank_lines_are_no_long_cell(void **state)
{
	struct problem why = { 0 };
	struct buf text;

	(void)state;
	buf_init(&text);
	fill(&text, "", '\n', 1024 * 1024, "a\n");
	assert_true(is_read(&text, 4096, &why));
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_split_and_unquoted),
		cmocka_unit_test(lines_are_counted_as_an_editor_does),
		cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_cell),
		cmocka_unit_test(utf16_is_refused_with_a_sentence),
		cmocka_unit_test(a_cell_may_have_64_kib_and_no_more),
		cmocka_unit_test(an_open_quotation_mark_does_not_hoard_the_file),
		cmocka_unit_test(a_row_may_have_1000_cells_and_no_more),
		cmocka_unit_test(a_row_may_have_1_mib_and_no_more),
		cmocka_unit_test(many_blank_lines_are_no_long_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
