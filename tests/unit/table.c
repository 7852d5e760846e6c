/*
 * Tests of tools/lib/table.c and json_rows.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "table.h"

#include "json_rows.h"
#include "width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct json_column columns[] = {
	{ "name", "name" }, { "roll", "roll" }, { "town", "town" },
	{ "none", "none" }, { "ref", "setting", true }, { NULL },
};

/* The table of some NDJSON lines as one text, for the caller to free. */
static char *
table_text(const char *const lines[], const struct json_column *listed,
    size_t screen)
{
	struct arena arena;
	struct table table;
	struct json_rows rows;
	struct problem why = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	arena_init(&arena);
	table_init(&table, &arena);
	json_rows_start(&rows, &table, listed, &arena);
	for (size_t i = 0; lines[i] != NULL; i++)
		assert_true(json_rows_read(&rows, slice_of(lines[i]), &why));
	table_print(&table, out, screen);
	fclose(out);
	table_release(&table);
	arena_release(&arena);
	return text;
}

static void
table_expect(const char *const lines[], const struct json_column *listed,
    size_t screen, const char *expected)
{
	char *text = table_text(lines, listed, screen);

	assert_string_equal(text, expected);
	free(text);
}

static void
numbers_stand_right_and_text_left(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"\xc5\x8cwls\",\"roll\":7,\"town\":\"Sale\"}",
		"{\"name\":\"Little Acorns\",\"roll\":1234,\"town\":null}",
		NULL
	}, columns, 80,
	    "name           roll  town\n"
	    "\xc5\x8cwls              7  Sale\n"
	    "Little Acorns  1234  \n");
}

static void
a_listed_column_stays_when_the_server_has_it_empty(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"A\",\"none\":null}", NULL
	}, columns, 80, "name  none\nA         \n");
}

static void
unlisted_rows_show_what_they_hold(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"ehc_plan\":2,\"is_late\":true,\"deep\":{},\"gone\":null}",
		"{\"ehc_plan\":10,\"is_late\":false}", NULL
	}, NULL, 80,
	    "ehc plan  is late\n"
	    "       2  yes\n"
	    "      10  no\n");
}

static void
lists_of_codes_read_as_one_text(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":[\"SLCN\",\"ASD\"]}", NULL
	}, columns, 80, "name\nSLCN, ASD\n");
}

static void
the_widest_text_gives_way_on_a_narrow_screen(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"St Somebody's Church of England School\","
		"\"roll\":210,\"town\":\"Stretford\"}", NULL
	}, columns, 40,
	    "name                     roll  town\n"
	    "St Somebody's Church o\xe2\x80\xa6   210  Stretford\n");
}

static void
a_reference_is_never_cut(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"A Long Name of a School\","
		"\"ref\":\"ofsted:EY1234567890123\"}", NULL
	}, columns, 20,
	    "name          setting\n"
	    "A Long Name\xe2\x80\xa6  ofsted:EY1234567890123\n");
}

static void
a_long_sentence_at_the_end_runs_over_the_edge(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"A Long Name of a School\","
		"\"ref\":\"a sentence that is not cut and runs over\"}", NULL
	}, columns, 50,
	    "name                     setting\n"
	    "A Long Name of a School  a sentence that is not cut and runs over\n");
}

static void
no_line_is_wider_than_the_screen(void **state)
{
	char *text = table_text((const char *const []){
		"{\"name\":\"\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac"
		"\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac\","
		"\"town\":\"Llanfairpwllgwyngyll\"}", NULL
	}, columns, 30);
	char *line, *rest = text;

	(void)state;
	while ((line = strsep(&rest, "\n")) != NULL)
		assert_true(width_of(slice_of(line)) <= 30);
	free(text);
}

static void
text_cannot_steer_the_terminal(void **state)
{
	(void)state;
	table_expect((const char *const []){
		"{\"name\":\"\\u001b[2J\\n\"}", NULL
	}, columns, 80, "name\n?[2J?\n");
}

static void
a_row_that_is_no_object_is_a_problem(void **state)
{
	struct json_rows rows = { 0 };
	struct problem why = { 0 };

	(void)state;
	assert_false(json_rows_read(&rows, SLICE("[1]"), &why));
	assert_int_equal(why.slug, PROBLEM_MALFORMED_JSON);
	assert_false(json_rows_read(&rows, SLICE("{"), &why));
}

static void
no_rows_print_nothing(void **state)
{
	(void)state;
	table_expect((const char *const []){ NULL }, columns, 80, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_stand_right_and_text_left),
		cmocka_unit_test(a_listed_column_stays_when_the_server_has_it_empty),
		cmocka_unit_test(unlisted_rows_show_what_they_hold),
		cmocka_unit_test(lists_of_codes_read_as_one_text),
		cmocka_unit_test(the_widest_text_gives_way_on_a_narrow_screen),
		cmocka_unit_test(a_reference_is_never_cut),
		cmocka_unit_test(a_long_sentence_at_the_end_runs_over_the_edge),
		cmocka_unit_test(no_line_is_wider_than_the_screen),
		cmocka_unit_test(text_cannot_steer_the_terminal),
		cmocka_unit_test(a_row_that_is_no_object_is_a_problem),
		cmocka_unit_test(no_rows_print_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
