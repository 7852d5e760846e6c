/*
 * register_cell — what is undone of a cell's damage, and what is left alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register_cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void
cells_are_cleaned(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "  ", "" },
		{ "plain", "plain" },
		{ " a \t b\r\nc ", "a b c" },
		{ "\xc2\xa0" "a\xc2\xa0\xc2\xa0" "b", "a b" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "caf\xe9", "caf\xc3\xa9" },
		{ "\x80\x9f\xff", "\xe2\x82\xac\xc5\xb8\xc3\xbf" },
		{ "\x81\x8d\x8f\x90\x9d", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		  "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "=\"106283\"", "106283" },
		{ "=\" a \"", "a" },
		{ "=\"", "=\"" },
		{ "=1+1", "=1+1" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct slice cell = cell_clean(slice_of(cases[i][0]), &arena);

		assert_true(slice_is(cell, cases[i][1]));
	}
}

static void
digits_are_read_where_only_one_number_can_be_meant(void **state)
{
	static const char *const cases[][2] = {
		{ "0", "0" }, { "007", "007" }, { "1,234", "1234" },
		{ "12,345,678", "12345678" }, { "1 234", "1234" },
		{ "'1234", "1234" }, { "1234.0", "1234" },
		{ "1234.000", "1234" }, { "1,000.0", "1000" },
		{ "", NULL }, { "'", NULL }, { ".0", NULL }, { "1.", NULL },
		{ "1.5", NULL }, { "1.05", NULL }, { "1,23", NULL },
		{ "1,2345", NULL }, { "1234,567", NULL }, { ",123", NULL },
		{ "123,", NULL }, { "1 2", NULL }, { "-1", NULL },
		{ "2E+11", NULL }, { "1e5", NULL }, { "EY123456", NULL },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct slice digits = cell_digits(slice_of(cases[i][0]),
		    &arena);

		if (cases[i][1] == NULL)
			assert_null(digits.at);
		else
			assert_true(slice_is(digits, cases[i][1]));
	}
	assert_null(cell_digits((struct slice){ NULL, 0 }, &arena).at);
}

static void
postcodes_are_told_from_towns(void **state)
{
	static const char *const good[] = {
		"M16 0EX", "WA14 1NG", "EC3A 5DE", "m160ex", "W1A 1AA",
	};
	static const char *const bad[] = {
		"", "Sale", "Manchester", "M16", "REDACTED", "1234567",
		"M16 0E1",
	};

	(void)state;
	for (size_t i = 0; i < nitems(good); i++)
		assert_true(cell_is_postcode(slice_of(good[i])));
	for (size_t i = 0; i < nitems(bad); i++)
		assert_false(cell_is_postcode(slice_of(bad[i])));
}

static void
placeholders_and_blanks(void **state)
{
	(void)state;
	assert_true(cell_is_placeholder(slice_of("")));
	assert_true(cell_is_placeholder(slice_of("not applicable")));
	assert_false(cell_is_placeholder(slice_of("Not")));
	assert_false(cell_is_placeholder(slice_of("0")));
	assert_true(slice_is(cell_without_blanks(slice_of(" EY 12 "), &arena),
	    "EY12"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cells_are_cleaned),
		TEST(digits_are_read_where_only_one_number_can_be_meant),
		TEST(postcodes_are_told_from_towns),
		TEST(placeholders_and_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
