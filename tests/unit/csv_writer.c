/*
 * Tests of protocol/csv_writer.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "csv_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
cell_prints(const char *cell, const char *expected)
{
	struct buf buf;

	buf_init(&buf);
	csv_add_cell(&buf, cell, strlen(cell), true);
	buf_add_char(&buf, '\0');
	assert_string_equal(buf.at, expected);
	buf_release(&buf);
}

static void
cells_are_quoted_only_where_needed(void **state)
{
	(void)state;
	cell_prints("", "");
	cell_prints("plain", "plain");
	cell_prints("O'Example", "O'Example");
	cell_prints("a,b", "\"a,b\"");
	cell_prints("a\"b", "\"a\"\"b\"");
	cell_prints("a\nb", "\"a\nb\"");
	cell_prints("a\rb", "\"a\rb\"");
	cell_prints("\"", "\"\"\"\"");
	cell_prints("\xc3\x85sa", "\xc3\x85sa");
}

static void
formulas_are_disarmed_and_numbers_left(void **state)
{
	(void)state;
	cell_prints("=1+1", "'=1+1");
	cell_prints("+44 161", "'+44 161");
	cell_prints("-x", "'-x");
	cell_prints("-", "'-");
	cell_prints("-1-1", "'-1-1");
	cell_prints("-1.", "'-1.");
	cell_prints("-.5", "'-.5");
	cell_prints("@SUM(A1)", "'@SUM(A1)");
	cell_prints("\tx", "'\tx");
	cell_prints("\rx", "\"'\rx\"");
	cell_prints("=\"a\",b", "\"'=\"\"a\"\",b\"");
	cell_prints("-17", "-17");
	cell_prints("+17", "+17");
	cell_prints("-17.25", "-17.25");
	cell_prints("a=b", "a=b");
}

static void
a_row_has_commas_between_and_crlf_after(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	csv_add_cell(&buf, "a", 1, true);
	csv_add_cell(&buf, NULL, 0, false);
	csv_add_cell(&buf, "c", 1, false);
	csv_end_line(&buf);
	buf_add_char(&buf, '\0');
	assert_string_equal(buf.at, "a,,c\r\n");
	buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_quoted_only_where_needed),
		cmocka_unit_test(formulas_are_disarmed_and_numbers_left),
		cmocka_unit_test(a_row_has_commas_between_and_crlf_after),
	};

	return cmocka_run_group_tests_name("csv_writer", tests, NULL, NULL);
}
