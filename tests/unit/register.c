/*
 * register — headers found by name, cells repaired, and every row that cannot
 * be read given out with its line and column. GIAS serves as the layout.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/register_rows.h"

#define HEADER "URN,LA (code),EstablishmentName,EstablishmentStatus (code)," \
	"NumberOfPupils,OpenDate,Postcode\n"

static struct rows rows;

static const struct record *
only(const char *text)
{
	rows_read_text(&rows, &register_gias, text);
	assert_true(rows.is_read);
	assert_int_equal(rows.len, 1);
	return rows.records[0];
}

/* The one row of the text is read, and a field of it is so. */
static void
reads(const char *text, const char *field, const char *expected)
{
	const struct record *record = only(text);

	if (record->is_refused)
		fail_msg("refused: %s", record->why->detail);
	assert_string_equal(field_text(record, field), expected);
	rows_release(&rows);
}

/* The one row of the text is refused at that line, with these words. */
static void
refuses(const char *text, const char *where, enum problem_slug slug,
    const char *words)
{
	const struct record *record = only(text);

	assert_true(record->is_refused);
	assert_null(record->values);
	assert_string_equal(record->why->where, where);
	assert_int_equal(record->why->slug, slug);
	if (strstr(record->why->detail, words) == NULL)
		fail_msg("%s", record->why->detail);
	rows_release(&rows);
}

static void
no_register(const char *text, const char *words)
{
	rows_read_text(&rows, &register_gias, text);
	assert_false(rows.is_read);
	assert_int_equal(rows.len, 0);
	assert_int_equal(rows.why.slug, PROBLEM_REGISTER_UNREADABLE);
	if (strstr(rows.why.detail, words) == NULL)
		fail_msg("%s", rows.why.detail);
	rows_release(&rows);
}

static void
columns_are_found_by_name_in_any_order(void **state)
{
	(void)state;
	reads("establishmentname, LA(CODE) ,Something New,"
	    "Establishment Status (code),urn\n"
	    "Test School,358,x,1,100001\n", "name", "Test School");
	reads("\xef\xbb\xbf\"URN\",\"LA (code)\",\"EstablishmentName\","
	    "\"EstablishmentStatus (name)\"\n"
	    "100001,358,Test School,\"Open, but proposed to close\"\n",
	    "status", "closing");
	reads(HEADER "100001,358,Test School,1,20,,\n", "capacity", "");
}

static void
the_header_may_stand_below_title_lines(void **state)
{
	char text[512];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 19; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "Title %d,,\n", i);
	snprintf(text + len, sizeof(text) - len, "%s%s", HEADER,
	    "100001,358,Test School,1,20,,\n");
	reads(text, "urn", "100001");
	memmove(text + 1, text, strlen(text) + 1);
	text[0] = '\n'; /* and now it stands in line 21 */
	no_register(text, "first 20 lines");
}

static void
a_file_of_another_kind_is_refused_whole(void **state)
{
	(void)state;
	no_register("", "URN and EstablishmentName");
	no_register("Provider URN,Provider name\nEY123456,Test\n", "GIAS");
	no_register("URN,EstablishmentName,LA (code)\n100001,Test,358\n",
	    "EstablishmentStatus (code)");
	no_register("URN,EstablishmentName,EstablishmentStatus (code)\n",
	    "LA (code)");
}

static void
cells_are_utf8_or_else_cp1252(void **state)
{
	(void)state;
	reads(HEADER "100001,358,St Paul\x92s \x96 Caf\xe9,1,,,\n", "name",
	    "St Paul\xe2\x80\x99s \xe2\x80\x93 Caf\xc3\xa9");
	reads(HEADER "100001,358,St Paul\xe2\x80\x99s,1,,,\n", "name",
	    "St Paul\xe2\x80\x99s");
	reads(HEADER "100001,358,A\x81 Z\xf6\xeb\x80,1,,,\n", "name",
	    "A\xef\xbf\xbd Z\xc3\xb6\xc3\xab\xe2\x82\xac");
}

static void
blanks_and_line_ends_in_a_cell_are_one_blank(void **state)
{
	(void)state;
	reads(HEADER "100001,358,\"  Test\r\n  \t School \xa0 \",1,,,\n", "name",
	    "Test School");
	reads(HEADER "100001,358,\xc2\xa0Test\xc2\xa0\xc2\xa0School,1,,,\n",
	    "name", "Test School");
}

static void
spreadsheet_damage_is_repaired_where_it_is_clear(void **state)
{
	(void)state;
	reads(HEADER "106283.0,358.0,Test School,1.0,,,\n", "urn", "106283");
	reads(HEADER " 106 283 ,358,Test School,01,,,\n", "urn", "106283");
	reads(HEADER "=\"106283\",358,Test School,1,,,\n", "urn", "106283");
	reads(HEADER "\"=\"\"106283\"\"\",358,Test School,1,,,\n", "urn",
	    "106283");
	reads(HEADER "'106283,358,=\"Test School\",1,,,\n", "name",
	    "Test School");
	reads(HEADER "106283,358,Test School,1,\"1,234\",,\n", "roll", "1234");
	reads(HEADER "106283,358,Test School,1,12 345,,\n", "roll", "12345");
	reads(HEADER "106283,358,Test School,1,98.00,,\n", "roll", "98");
	reads(HEADER "106283,358,Test School,1,100,,\n", "roll", "100");
	reads(HEADER "106283,358,Test School,1,0.0,,\n", "roll", "0");
}

static void
what_is_not_clear_is_refused_with_its_column(void **state)
{
	static const char *const numbers[] = {
		"2E+11", "12.5", "12,34", "1,2345", ",123", "-5", "many",
		"1234,567", "1..0", ".0", "999999999",
	};

	(void)state;
	for (size_t i = 0; i < nitems(numbers); i++) {
		char text[256];

		snprintf(text, sizeof(text), HEADER
		    "106283,358,Test School,1,\"%s\",,\n", numbers[i]);
		refuses(text, "line 2", PROBLEM_MALFORMED_FIELD,
		    "NumberOfPupils");
	}
	refuses(HEADER "1.06283E+05,358,Test School,1,,,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "URN is not six digits");
}

static void
dates_come_in_both_forms(void **state)
{
	(void)state;
	reads(HEADER "100001,358,Test,1,,01/09/1999,\n", "opened_on",
	    "1999-09-01");
	reads(HEADER "100001,358,Test,1,,31-12-1899,\n", "opened_on",
	    "1899-12-31");
	reads(HEADER "100001,358,Test,1,,2024-02-29,\n", "opened_on",
	    "2024-02-29");
	reads(HEADER "100001,358,Test,1,,01/09/1999 00:00:00,\n", "opened_on",
	    "1999-09-01");
	reads(HEADER "100001,358,Test,1,,01/09/1999 00:00,\n", "opened_on",
	    "1999-09-01");
	refuses(HEADER "100001,358,Test,1,,30/02/1999,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "OpenDate is not a date");
	refuses(HEADER "100001,358,Test,1,,36404,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "OpenDate");
	refuses(HEADER "100001,358,Test,1,,01/09/1999 00:00:00 or later,\n",
	    "line 2", PROBLEM_MALFORMED_FIELD, "OpenDate");
	refuses(HEADER "100001,358,Test,1,,01/09/1999 12:30,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "OpenDate");
}

static void
placeholders_are_absent(void **state)
{
	static const char *const words[] = {
		"", " ", "-", "NULL", "null", "N/A", "#N/A", "REDACTED",
		"Not applicable", "NOT APPLICABLE",
	};

	(void)state;
	for (size_t i = 0; i < nitems(words); i++) {
		char text[256];

		snprintf(text, sizeof(text), HEADER
		    "100001,358,Test,1,%s,%s,%s\n", words[i], words[i],
		    words[i]);
		reads(text, "roll", "");
		reads(text, "opened_on", "");
		reads(text, "postcode", "");
		snprintf(text, sizeof(text), HEADER "100001,358,%s,1,20,,\n",
		    words[i]);
		refuses(text, "line 2", PROBLEM_MISSING_FIELD,
		    "EstablishmentName is empty");
	}
}

static void
a_row_without_what_makes_a_setting_is_refused(void **state)
{
	(void)state;
	refuses(HEADER ",358,Test School,1,,,\n", "line 2",
	    PROBLEM_MISSING_FIELD, "URN is empty");
	refuses(HEADER "12345,358,Test School,1,,,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "URN is not six digits");
	refuses(HEADER "\n\n100001,358,,1,,,\n", "line 4",
	    PROBLEM_MISSING_FIELD, "EstablishmentName");
	refuses(HEADER "100001,,Test School,1,,,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "LA (code)");
	refuses(HEADER "100001,358,Test School,7,,,\n", "line 2",
	    PROBLEM_UNKNOWN_CODE, "EstablishmentStatus (code)");
	refuses(HEADER "100001,358,Test School\n", "line 2",
	    PROBLEM_UNKNOWN_CODE, "EstablishmentStatus (code)");
	refuses(HEADER "100001,358,Te\x01st,1,,,\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "EstablishmentName: ");
}

static void
a_refused_row_harms_no_neighbour(void **state)
{
	(void)state;
	rows_read_text(&rows, &register_gias, HEADER
	    "100001,358,Test One,1,,,\r\n"
	    "bad,358,Test Two,1,,,\r\n"
	    "100003,358,Test Three,1,,,\r\n");
	assert_int_equal(rows.len, 3);
	assert_int_equal(rows.refused, 1);
	assert_int_equal(rows.lines[1], 3);
	assert_true(rows.records[1]->is_refused);
	assert_true(slice_is(rows.records[2]->source_id, "urn:100003"));
	rows_release(&rows);
}

static void
rows_may_be_narrower_or_wider_than_the_header(void **state)
{
	(void)state;
	reads(HEADER "100001,358,Test School,1\n", "roll", "");
	reads(HEADER "100001,358,Test School,1,20,,M16 0EX,,,, \n", "roll",
	    "20");
	reads(HEADER "100001,358,Test School,1,20,,M16 0EX,,seen by AB\n",
	    "roll", "20");
}

static void
a_row_whose_cells_have_moved_is_refused(void **state)
{
	(void)state;
	refuses(HEADER "100001,358,Test School, Sale,1,20,,M16 0EX\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "a comma is not within quotation marks");
}

static void
an_unclosed_quotation_mark_takes_no_row_in_silence(void **state)
{
	(void)state;
	refuses(HEADER "100001,358,\"Test School,1,20,,M16 0EX\n"
	    "100002,358,Test School,1,20,,M16 0EX\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "runs on to line");
	refuses(HEADER "100001,358,\"Test School,1,20,,M16 0EX\n"
	    "100002,358,\"Test School\",1,20,,M16 0EX\n", "line 2",
	    PROBLEM_MALFORMED_FIELD, "runs on to line 3");
}

static void
blank_rows_totals_and_notes_are_passed_over(void **state)
{
	(void)state;
	reads(HEADER
	    "\n,,,,,,\n"
	    "100001,358,Test School,1,,,\n"
	    "  ,,\n"
	    "Total,,,1,,,\n"
	    "Grand total: 1\n"
	    "Source: a published register of 2021\n"
	    "* figures are provisional\n"
	    ",,,,,,end\n", "urn", "100001");
}

static void
a_lone_number_is_no_note(void **state)
{
	(void)state;
	refuses(HEADER "100001\n", "line 2", PROBLEM_MISSING_FIELD,
	    "EstablishmentName");
	refuses(HEADER "100001,358\n", "line 2", PROBLEM_MISSING_FIELD,
	    "EstablishmentName");
}

static void
equal_rows_hash_alike_however_they_are_written(void **state)
{
	uint8_t hash[16];

	(void)state;
	memcpy(hash, only(HEADER "100001,358,Test School,1,1234,01/09/1999,\n")
	    ->hash, sizeof(hash));
	rows_release(&rows);
	assert_memory_equal(hash, only("LA (code),URN,OpenDate,NumberOfPupils,"
	    "EstablishmentStatus (name),EstablishmentName\r\n"
	    "\"358\",\"100001.0\",01-09-1999,\"1,234\",open, Test  School \r\n")
	    ->hash, sizeof(hash));
	rows_release(&rows);
	assert_memory_not_equal(hash, only(HEADER
	    "100001,358,Test School,1,1235,01/09/1999,\n")->hash, sizeof(hash));
	rows_release(&rows);
}

static void
a_file_past_the_limits_of_csv_is_refused(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text);
	buf_add_text(&text, HEADER "100001,358,\"");
	for (int i = 0; i < 200000; i++)
		buf_add_char(&text, 'x');
	rows_read(&rows, &register_gias, text.at, text.len, 4096);
	assert_false(rows.is_read);
	assert_string_equal(rows.why.where, "line 2");
	rows_release(&rows);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_found_by_name_in_any_order),
		cmocka_unit_test(the_header_may_stand_below_title_lines),
		cmocka_unit_test(a_file_of_another_kind_is_refused_whole),
		cmocka_unit_test(cells_are_utf8_or_else_cp1252),
		cmocka_unit_test(blanks_and_line_ends_in_a_cell_are_one_blank),
		cmocka_unit_test(spreadsheet_damage_is_repaired_where_it_is_clear),
		cmocka_unit_test(what_is_not_clear_is_refused_with_its_column),
		cmocka_unit_test(dates_come_in_both_forms),
		cmocka_unit_test(placeholders_are_absent),
		cmocka_unit_test(a_row_without_what_makes_a_setting_is_refused),
		cmocka_unit_test(a_refused_row_harms_no_neighbour),
		cmocka_unit_test(rows_may_be_narrower_or_wider_than_the_header),
		cmocka_unit_test(a_row_whose_cells_have_moved_is_refused),
		cmocka_unit_test(an_unclosed_quotation_mark_takes_no_row_in_silence),
		cmocka_unit_test(blank_rows_totals_and_notes_are_passed_over),
		cmocka_unit_test(a_lone_number_is_no_note),
		cmocka_unit_test(equal_rows_hash_alike_however_they_are_written),
		cmocka_unit_test(a_file_past_the_limits_of_csv_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
