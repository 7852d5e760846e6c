/*
 * ofsted — the published lists are read row for row; redacted childminders
 * stay redacted and yet have a name to be called by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/register_rows.h"

#define TRAFFORD "config/demo/registers/ofsted_trafford_358.csv"
#define ENGLAND "tests/data/ofsted/england_sample.csv"
#define HEADER "Web link,Provider URN,Registration date,Provider type," \
	"Provider subtype,Provider status,Provider name," \
	"Provider address line 1,Provider address line 2," \
	"Provider address line 3,Provider town,Postcode,Local authority,Places\n"

static struct rows rows, others;

static size_t
count(const char *field, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < rows.len; i++)
		n += !rows.records[i]->is_refused &&
		    strcmp(field_text(rows.records[i], field), text) == 0;
	return n;
}

static void
whole_file(const char *path, size_t len)
{
	rows_read_file(&rows, &register_ofsted, path, 4096);
	assert_true(rows.is_read);
	assert_int_equal(rows.len, len);
	assert_int_equal(rows.refused, 0);
	assert_int_equal(count("status", "open"), len);
}

static void
fields_are(const struct record *record, const char *const expected[][2],
    size_t len)
{
	size_t set = 0;

	assert_non_null(record);
	assert_false(record->is_refused);
	for (size_t i = 0; i < len; i++)
		assert_string_equal(field_text(record, expected[i][0]),
		    expected[i][1]);
	for (size_t i = 0; i < record->kind->fields_len; i++)
		set += record->values[i].is_set;
	assert_int_equal(set, len);
}

static void
trafford_has_395_providers_below_three_title_lines(void **state)
{
	static const char *const childminder[][2] = {
		{ "ofsted_urn", "EY478461" }, { "la_name", "Trafford" },
		{ "name", "Childminder EY478461" },
		{ "type", "ofsted:childminder" }, { "status", "open" },
		{ "capacity", "6" }, { "opened_on", "2014-07-11" },
	};
	static const char *const nursery[][2] = {
		{ "ofsted_urn", "EY458243" }, { "la_name", "Trafford" },
		{ "name", "Railway Kindergarten" },
		{ "type", "ofsted:non_domestic" },
		{ "subtype", "Full day care" }, { "status", "open" },
		{ "capacity", "22" }, { "street", "110 Railway Road" },
		{ "locality", "Urmston" }, { "town", "Manchester" },
		{ "postcode", "M41 0YD" }, { "opened_on", "2012-12-13" },
	};

	(void)state;
	whole_file(TRAFFORD, 395);
	assert_int_equal(count("type", "ofsted:childminder"), 205);
	assert_int_equal(count("type", "ofsted:non_domestic"), 161);
	assert_int_equal(count("type", "ofsted:home_childcarer"), 26);
	assert_int_equal(count("type", "ofsted:domestic"), 3);
	assert_int_equal(count("street", ""), 234);
	assert_int_equal(count("postcode", ""), 234);
	assert_int_equal(count("subtype", ""), 220);
	assert_int_equal(count("la_name", "Trafford"), 395);
	assert_int_equal(count("capacity", "0"), 66);
	assert_int_equal(count("opened_on", "2020-08-06"), 8);
	assert_int_equal(rows.lines[0], 5);
	assert_int_equal(rows.lines[394], 399);
	fields_are(rows_find(&rows, "ofsted:EY478461"), childminder,
	    nitems(childminder));
	fields_are(rows_find(&rows, "ofsted:EY458243"), nursery,
	    nitems(nursery));
	rows_release(&rows);
}

static void
the_sample_of_england_has_1500_providers(void **state)
{
	(void)state;
	whole_file(ENGLAND, 1500);
	assert_int_equal(count("type", "ofsted:childminder"), 874);
	assert_int_equal(count("type", "ofsted:non_domestic"), 611);
	assert_int_equal(count("type", "ofsted:home_childcarer"), 10);
	assert_int_equal(count("type", "ofsted:domestic"), 5);
	assert_int_equal(count("postcode", ""), 889);
	assert_int_equal(count("la_name", "Kent"), 44);
	assert_int_equal(rows.lines[1499], 1501);
	rows_release(&rows);
}

static void
pieces_of_any_size_give_the_same_rows(void **state)
{
	static const size_t pieces[] = { 1, 7 };

	(void)state;
	rows_read_file(&rows, &register_ofsted, TRAFFORD, 4096);
	for (size_t i = 0; i < nitems(pieces); i++) {
		rows_read_file(&others, &register_ofsted, TRAFFORD, pieces[i]);
		assert_true(rows_equal(&rows, &others));
		rows_release(&others);
	}
	rows_release(&rows);
}

static const struct record *
only(const char *row)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s\n", HEADER, row);
	rows_read_text(&rows, &register_ofsted, text);
	assert_true(rows.is_read);
	assert_int_equal(rows.len, 1);
	return rows.records[0];
}

static void
reads(const char *row, const char *field, const char *expected)
{
	const struct record *record = only(row);

	if (record->is_refused)
		fail_msg("refused: %s", record->why->detail);
	assert_string_equal(field_text(record, field), expected);
	rows_release(&rows);
}

static void
refuses(const char *row, const char *words)
{
	const struct record *record = only(row);

	assert_true(record->is_refused);
	assert_string_equal(record->why->where, "line 2");
	if (strstr(record->why->detail, words) == NULL)
		fail_msg("%s", record->why->detail);
	rows_release(&rows);
}

static void
numbers_of_providers_come_in_several_forms(void **state)
{
	static const char *const forms[][2] = {
		{ "EY123456", "EY123456" }, { "ey 123456", "EY123456" },
		{ "CA123456", "CA123456" }, { "318276", "318276" },
		{ "318276.0", "318276" }, { "2512345", "2512345" },
		{ "=\"318276\"", "318276" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(forms); i++) {
		char row[256];

		snprintf(row, sizeof(row), "x,%s,,Childminder,,Active,Test",
		    forms[i][0]);
		reads(row, "ofsted_urn", forms[i][1]);
	}
	refuses("x,RP514667,,Childminder,,Active,Test", "Provider URN");
	refuses("x,EY12345,,Childminder,,Active,Test", "Provider URN");
	refuses("x,,,Childminder,,Active,Test", "Provider URN is empty");
	refuses("x,2.5E+06,,Childminder,,Active,Test", "Provider URN");
}

static void
what_is_redacted_is_called_by_its_type_and_number(void **state)
{
	(void)state;
	reads("x,EY123456,,Home childcarer,,Active,REDACTED,REDACTED", "name",
	    "Home childcarer EY123456");
	reads("x,EY123456,,Home childcarer,,Active,REDACTED,REDACTED",
	    "street", "");
	refuses("x,EY123456,,Childminder,,Active,", "Provider name is empty");
}

static void
status_follows_its_first_word(void **state)
{
	static const char *const words[][2] = {
		{ "Active", "open" }, { "ACTIVE", "open" },
		{ "Suspended (pending appeal)", "open" },
		{ "Resigned", "closed" }, { "Cancelled", "closed" },
		{ "Proposed", "proposed" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(words); i++) {
		char row[256];

		snprintf(row, sizeof(row), "x,EY123456,,Childminder,,%s,Test",
		    words[i][0]);
		reads(row, "status", words[i][1]);
	}
	refuses("x,EY123456,,Childminder,,Purple,Test", "Provider status");
	refuses("x,EY123456,,Childminder,,,Test", "Provider status");
}

static void
a_new_type_is_kept_in_its_own_words(void **state)
{
	(void)state;
	reads("x,EY123456,,Childminder agency,,Active,Test", "type",
	    "ofsted:other");
	reads("x,EY123456,,Childminder agency,,Active,Test", "subtype",
	    "Childminder agency");
	reads("x,EY123456,,childminder,Own,Active,Test", "type",
	    "ofsted:childminder");
	refuses("x,EY123456,,,,Active,Test", "Provider type is empty");
}

static void
the_address_keeps_all_its_lines(void **state)
{
	(void)state;
	reads("x,EY123456,,Childminder,,Active,Test,Line 1,Line 2,Line 3",
	    "locality", "Line 2, Line 3");
	reads("x,EY123456,,Childminder,,Active,Test,Line 1,,Line 3",
	    "locality", "Line 3");
	reads("x,EY123456,,Childminder,,Active,Test,Line 1,,", "locality", "");
}

static void
bad_dates_and_places_refuse_the_row(void **state)
{
	(void)state;
	refuses("x,EY123456,31/02/2020,Childminder,,Active,Test",
	    "Registration date");
	refuses("x,EY123456,,Childminder,,Active,Test,,,,,,,few", "Places");
	reads("x,EY123456,,Childminder,,Active,Test,,,,,,,-", "capacity", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    trafford_has_395_providers_below_three_title_lines),
		cmocka_unit_test(the_sample_of_england_has_1500_providers),
		cmocka_unit_test(pieces_of_any_size_give_the_same_rows),
		cmocka_unit_test(numbers_of_providers_come_in_several_forms),
		cmocka_unit_test(
		    what_is_redacted_is_called_by_its_type_and_number),
		cmocka_unit_test(status_follows_its_first_word),
		cmocka_unit_test(a_new_type_is_kept_in_its_own_words),
		cmocka_unit_test(the_address_keeps_all_its_lines),
		cmocka_unit_test(bad_dates_and_places_refuse_the_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
