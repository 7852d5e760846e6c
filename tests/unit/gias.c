/*
 * gias — the published extracts are read row for row, with the counts and
 * cells that anybody can check in the files.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "csv_reader.h"

#include "../lib/register_rows.h"

#define TRAFFORD "config/demo/registers/gias_trafford_358.csv"
#define YEAR_2024 "tests/data/gias/ece_GIASDataSubset_41rows_2024.csv"
#define YEAR_2023 "tests/data/gias/npq_gias_sample_99rows_2023.csv"
#define TYPES "tests/data/gias/edubasealldata20250422-establishment-types.csv"

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
whole_file(const char *path, size_t len, size_t open, size_t closed)
{
	rows_read_file(&rows, &register_gias, path, 4096);
	assert_true(rows.is_read);
	assert_int_equal(rows.len, len);
	assert_int_equal(rows.refused, 0);
	assert_int_equal(count("status", "open"), open);
	assert_int_equal(count("status", "closed"), closed);
}

struct expected {
	const char *field, *text;
};

/* Fields not listed are absent. */
static void
holds(const char *source_id, const struct expected *expected, size_t len)
{
	const struct record *record = rows_find(&rows, source_id);
	size_t set = 0;

	assert_non_null(record);
	for (size_t i = 0; i < len; i++)
		assert_string_equal(field_text(record, expected[i].field),
		    expected[i].text);
	for (size_t i = 0; i < record->kind->fields_len; i++)
		set += record->values[i].is_set;
	assert_int_equal(set, len);
}

static void
trafford_has_179_establishments(void **state)
{
	static const struct expected open[] = {
		{ "urn", "106283" }, { "laestab", "3582000" },
		{ "la_code", "358" }, { "la_name", "Trafford" },
		{ "name", "Navigation Primary School" }, { "type", "1" },
		{ "phase", "2" }, { "status", "open" }, { "low_age", "3" },
		{ "high_age", "11" }, { "roll", "446" }, { "capacity", "420" },
		{ "postcode", "WA14 1NG" },
	};
	static const struct expected closed[] = {
		{ "urn", "106287" }, { "la_code", "358" },
		{ "la_name", "Trafford" }, { "type", "unknown" },
		{ "name", "Park Road Primary School" }, { "phase", "2" },
		{ "status", "closed" },
	};

	(void)state;
	whole_file(TRAFFORD, 179, 103, 76);
	assert_int_equal(count("type", "unknown"), 67);
	assert_int_equal(count("type", "34"), 28);
	assert_int_equal(count("laestab", ""), 67);
	assert_int_equal(count("la_code", "358"), 179);
	assert_int_equal(count("ukprn", ""), 162);
	assert_int_equal(count("roll", ""), 76);
	assert_int_equal(rows.lines[0], 2);
	assert_int_equal(rows.lines[178], 180);
	holds("urn:106283", open, nitems(open));
	holds("urn:106287", closed, nitems(closed));
	rows_release(&rows);
}

static void
the_140_columns_of_2024_are_read(void **state)
{
	static const struct expected aldgate[] = {
		{ "urn", "100000" }, { "laestab", "2013614" },
		{ "ukprn", "10079319" }, { "la_code", "201" },
		{ "la_name", "City of London" },
		{ "name", "The Aldgate School" }, { "type", "2" },
		{ "phase", "2" }, { "status", "open" }, { "low_age", "3" },
		{ "high_age", "11" }, { "roll", "271" }, { "capacity", "271" },
		{ "has_nursery", "1" }, { "has_sixth_form", "0" },
		{ "street", "St James's Passage" },
		{ "locality", "Duke's Place" }, { "town", "London" },
		{ "postcode", "EC3A 5DE" }, { "easting", "533498" },
		{ "northing", "181201" },
	};

	(void)state;
	whole_file(YEAR_2024, 41, 33, 8);
	assert_int_equal(count("has_nursery", "1"), 30);
	assert_int_equal(count("has_nursery", "0"), 8);
	assert_int_equal(count("has_sixth_form", "1"), 2);
	assert_int_equal(count("has_sixth_form", "0"), 32);
	assert_int_equal(count("sen_unit_roll", "20"), 1);
	assert_int_equal(count("resourced_provision_capacity", ""), 36);
	assert_int_equal(count("opened_on", "1900-01-01"), 2);
	assert_int_equal(count("closed_on", "2000-08-31"), 2);
	assert_int_equal(count("subtype", ""), 41);
	holds("urn:100000", aldgate, nitems(aldgate));
	rows_release(&rows);
}

static void
the_139_columns_of_2023_are_read(void **state)
{
	const struct record *record;

	(void)state;
	whole_file(YEAR_2023, 99, 88, 9);
	assert_int_equal(count("status", "closing"), 1);
	assert_int_equal(count("status", "proposed"), 1);
	assert_int_equal(count("type", "30"), 51);
	assert_int_equal(count("opened_on", "2017-09-01"), 17);
	assert_int_equal(count("closed_on", "2021-08-31"), 1);
	assert_int_equal(count("locality", "Tonyrefail"), 1); /* Address3 */
	record = rows_find(&rows, "urn:100012");
	assert_non_null(record);
	assert_string_equal(field_text(record, "name"),
	    "Carlton Primary School");
	assert_string_equal(field_text(record, "status"), "closing");
	assert_string_equal(field_text(record, "closed_on"), "2021-08-31");
	rows_release(&rows);
}

static void
pieces_of_any_size_give_the_same_rows(void **state)
{
	static const char *const paths[] = { TRAFFORD, YEAR_2024, YEAR_2023 };

	(void)state;
	for (size_t i = 0; i < nitems(paths); i++) {
		rows_read_file(&rows, &register_gias, paths[i], 4096);
		rows_read_file(&others, &register_gias, paths[i], 7);
		assert_true(rows_equal(&rows, &others));
		rows_release(&others);
		rows_read_file(&others, &register_gias, paths[i], 1);
		assert_true(rows_equal(&rows, &others));
		rows_release(&others);
		rows_release(&rows);
	}
}

static void
type_of_one(const char *code, const char *name, const char *expected)
{
	char text[512];

	snprintf(text, sizeof(text), "URN,LA (code),EstablishmentName,"
	    "EstablishmentStatus (code),TypeOfEstablishment (code),"
	    "TypeOfEstablishment (name)\n100001,358,Test,1,%s,\"%s\"\n",
	    code, name);
	rows_read_text(&rows, &register_gias, text);
	assert_int_equal(rows.len, 1);
	assert_false(rows.records[0]->is_refused);
	assert_string_equal(field_text(rows.records[0], "type"), expected);
	rows_release(&rows);
}

static void
type_row_read(void *owner, const struct csv_row *row)
{
	size_t *types = owner;
	char code[8], name[128];

	if (row->first_line == 1)
		return;
	assert_int_equal(row->len, 5);
	snprintf(code, sizeof(code), "%.*s", (int)row->cells[2].len,
	    row->cells[2].at);
	snprintf(name, sizeof(name), "%.*s", (int)row->cells[3].len,
	    row->cells[3].at);
	type_of_one("", name, code);
	type_of_one(code, "", code);
	++*types;
}

static void
every_published_type_is_known_by_name(void **state)
{
	struct csv_reader *reader;
	struct problem why;
	struct buf bytes;
	size_t types = 0;

	(void)state;
	reader = csv_reader_new(type_row_read, &types);
	file_read(&bytes, TYPES);
	assert_true(csv_reader_feed(reader, bytes.at, bytes.len, &why));
	assert_true(csv_reader_finish(reader, &why));
	assert_int_equal(types, 50);
	csv_reader_free(reader);
	buf_release(&bytes);
}

static void
a_type_is_its_code_and_else_its_name(void **state)
{
	(void)state;
	type_of_one("01", "Community school", "1");
	type_of_one("34.0", "", "34");
	type_of_one("99", "A type of next year", "99");
	type_of_one("", "ACADEMY CONVERTER", "34");
	type_of_one("", "A type of next year", "unknown");
	type_of_one("", "", "unknown");
}

/* Header of what every row needs, and one more column with this cell. */
static const struct record *
with(const char *column, const char *cell)
{
	char text[512];

	snprintf(text, sizeof(text), "URN,LA (code),EstablishmentName,"
	    "EstablishmentStatus (code),%s\n100001,358,Test,1,\"%s\"\n",
	    column, cell);
	rows_read_text(&rows, &register_gias, text);
	assert_int_equal(rows.len, 1);
	return rows.records[0];
}

static void
with_is(const char *column, const char *cell, const char *field,
    const char *expected)
{
	const struct record *record = with(column, cell);

	assert_false(record->is_refused);
	assert_string_equal(field_text(record, field), expected);
	rows_release(&rows);
}

static void
with_is_refused(const char *column, const char *cell)
{
	const struct record *record = with(column, cell);

	assert_true(record->is_refused);
	assert_true(slice_is(record->source_id, "urn:100001"));
	assert_string_equal(record->why->where, "line 2");
	assert_non_null(strstr(record->why->detail, column));
	rows_release(&rows);
}

static void
the_laestab_is_authority_and_number(void **state)
{
	(void)state;
	with_is("EstablishmentNumber", "2000", "laestab", "3582000");
	with_is("EstablishmentNumber", "12", "laestab", "3580012");
	with_is("EstablishmentNumber", "0", "laestab", "");
	with_is("EstablishmentNumber", "", "laestab", "");
	with_is_refused("EstablishmentNumber", "20000");
	with_is_refused("EstablishmentNumber", "2O00");
}

static void
codes_are_taken_in_words_too(void **state)
{
	(void)state;
	with_is("OfficialSixthForm (code)", "1", "has_sixth_form", "1");
	with_is("OfficialSixthForm (name)", "Has a sixth form",
	    "has_sixth_form", "1");
	with_is("OfficialSixthForm (code)", "2", "has_sixth_form", "0");
	with_is("OfficialSixthForm (code)", "0", "has_sixth_form", "");
	with_is("NurseryProvision (name)", "has nursery classes",
	    "has_nursery", "1");
	with_is("NurseryProvision (name)", "Not recorded", "has_nursery", "");
	with_is_refused("NurseryProvision (name)", "perhaps");
	with_is_refused("OfficialSixthForm (code)", "7");
}

static void
ukprn_ages_phase_and_uprn(void **state)
{
	(void)state;
	with_is("UKPRN", "10079319.0", "ukprn", "10079319");
	with_is_refused("UKPRN", "20079319");
	with_is_refused("UKPRN", "1.0E+07");
	with_is("UPRN", "2E+11", "name", "Test"); /* not ours to read */
	with_is("StatutoryHighAge", "99", "high_age", "99");
	with_is_refused("StatutoryHighAge", "120");
	with_is("PhaseOfEducation (code)", "7", "phase", "7");
	with_is_refused("PhaseOfEducation (code)", "8");
	with_is("FurtherEducationType (name)", "Tertiary College", "subtype",
	    "Tertiary College");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trafford_has_179_establishments),
		cmocka_unit_test(the_140_columns_of_2024_are_read),
		cmocka_unit_test(the_139_columns_of_2023_are_read),
		cmocka_unit_test(pieces_of_any_size_give_the_same_rows),
		cmocka_unit_test(every_published_type_is_known_by_name),
		cmocka_unit_test(a_type_is_its_code_and_else_its_name),
		cmocka_unit_test(the_laestab_is_authority_and_number),
		cmocka_unit_test(codes_are_taken_in_words_too),
		cmocka_unit_test(ukprn_ages_phase_and_uprn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
