/*
 * ctf — transfer files in every form schools send them, and what is read of
 * their pupils and placements. All children here are fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include "../lib/ctf_file.h"

static void
the_full_file_gives_child_placement_and_needs(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf25_utf8_namespace_sex.xml"));
	assert_string_equal(ctf.version, "25.0");
	assert_string_equal(ctf.source_laestab, "3589001");
	assert_string_equal(ctf.dest_laestab, "3589002");
	assert_int_equal(ctf.pupils_len, 3);
	assert_int_equal(ctf.batch.len, 11);
	is_record("child", 0, "{\"surname\":\"Testchild-Fictional\","
	    "\"forename\":\"Zo\xc3\xab\",\"middle_names\":\"Anne  \xc5\x81ucja\","
	    "\"preferred_surname\":\"Testchild-Fictional\","
	    "\"preferred_forename\":\"Zo\","
	    "\"former_surname\":\"Testchild-O'Former\","
	    "\"born_on\":\"2016-05-14\",\"sex\":\"F\","
	    "\"upn\":\"K358900121001\",\"former_upn\":\"J35890012101A\","
	    "\"uln\":\"1000000000\",\"postcode\":\"ZZ99 9ZZ\","
	    "\"year_group\":\"4\"}");
	is_record("placement", 0, "{\"child\":\"ctf-0f9fb33e74afcb228dbecc71\","
	    "\"start_on\":\"2020-09-02\",\"enrolment\":\"current\"}");
	is_record("need", 0, "{\"child\":\"ctf-0f9fb33e74afcb228dbecc71\","
	    "\"provision\":\"N\",\"start_on\":\"2020-09-02\","
	    "\"end_on\":\"2023-01-08\"}");
	is_record("need", 1, "{\"child\":\"ctf-0f9fb33e74afcb228dbecc71\","
	    "\"provision\":\"K\",\"start_on\":\"2023-01-09\","
	    "\"end_on\":\"2024-11-03\",\"types\":[\"MLD\"]}");
	is_record("need", 2, "{\"child\":\"ctf-0f9fb33e74afcb228dbecc71\","
	    "\"provision\":\"E\",\"start_on\":\"2024-11-04\","
	    "\"types\":[\"SLCN\",\"ASD\"]}");
}

static void
ids_hide_the_upn_and_revisions_follow_the_time(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf25_utf8_namespace_sex.xml"));
	for (size_t i = 0; i < ctf.batch.len; i++) {
		const struct record *record = &ctf.batch.records[i];
		const char *id = arena_text(&arena, record->source_id.at,
		    record->source_id.len);

		assert_int_equal(record->revision, 1757514600);
		assert_null(strstr(id, "358900121"));
		assert_null(strstr(id, "Testchild"));
	}
	/* SHA-256 of "3589001|K358900121001" */
	assert_true(slice_is(nth("child", 0)->source_id,
	    "ctf-0f9fb33e74afcb228dbecc71"));
	/* SHA-256 of "3589001|Testchild-Unnumbered|Bo|2021-02-28" */
	assert_true(slice_is(nth("child", 2)->source_id,
	    "ctf-2857c497cc3354b054808adb"));
	assert_true(slice_is(nth("placement", 0)->source_id,
	    "ctf-0f9fb33e74afcb228dbecc71-placement"));
	assert_true(slice_is(nth("need", 2)->source_id,
	    "ctf-0f9fb33e74afcb228dbecc71-need-2024-11-04"));
}

static void
a_pupil_without_the_optional_parts_is_read(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf25_utf8_namespace_sex.xml"));
	is_record("child", 1, "{\"surname\":\"Testchild-Minimal\","
	    "\"forename\":\"Ada\",\"born_on\":\"2015-12-01\",\"sex\":\"F\","
	    "\"upn\":\"Z358900121002\"}");
	/* No school history: 1 September of the academic year. */
	is_record("placement", 1, "{\"child\":\"ctf-396ce689b71f3a8231a8c146\","
	    "\"start_on\":\"2025-09-01\"}");
	is_record("need", 3, "{\"child\":\"ctf-396ce689b71f3a8231a8c146\","
	    "\"provision\":\"S\",\"start_on\":\"2013-09-01\"}");
	assert_true(read_file(DATA "ctf24_no_senhistory.xml"));
	assert_int_equal(ctf.batch.len, 2);
	assert_null(nth("need", 0));
}

static void
utf16_without_namespace_and_with_gender_is_read(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf19_utf16le_gender.xml"));
	assert_string_equal(ctf.version, "19.0");
	is_record("child", 0, "{\"surname\":\"Testchild-"
	    "\xc5\xbb\xc3\xb3\xc5\x82\xc4\x87\","
	    "\"forename\":\"Ma\xc5\x82gorzata\",\"born_on\":\"2014-08-31\","
	    "\"sex\":\"F\",\"upn\":\"E358900119004\",\"year_group\":\"R\"}");
	is_record("placement", 0, "{\"child\":\"ctf-f45d40f1e4a71303c5a5ba96\","
	    "\"start_on\":\"2018-09-01\",\"enrolment\":\"subsidiary\"}");
	is_record("need", 0, "{\"child\":\"ctf-f45d40f1e4a71303c5a5ba96\","
	    "\"provision\":\"K\",\"start_on\":\"2018-09-04\","
	    "\"types\":[\"HI\"]}");
}

static void
files_that_lie_about_their_encoding_are_read(void **state)
{
	static const char *const paths[] = {
		DATA "ctf24_latin1.xml",
		DATA "ctf24_claims_utf8_is_latin1.xml",
		DATA "ctf24_claims_utf16_is_utf8.xml",
	};

	(void)state;
	for (size_t i = 0; i < nitems(paths); i++) {
		assert_true(read_file(paths[i]));
		is_record("child", 0, "{\"surname\":\"Testchild-M\xc3\xbcller\","
		    "\"forename\":\"Ren\xc3\xa9\",\"born_on\":\"2017-03-09\","
		    "\"sex\":\"M\",\"upn\":\"N358900121003\","
		    "\"year_group\":\"3\"}");
	}
}

static void
a_wrong_check_letter_is_kept_apart_and_not_refused(void **state)
{
	const struct record *child;
	size_t suspects = 0;

	(void)state;
	assert_true(read_file(DATA "ctf24_wrong_upn_letter.xml"));
	child = nth("child", 0);
	assert_false(child->is_refused);
	for (size_t i = 0; i < child->kind->fields_len; i++) {
		suspects += child->values[i].is_suspect;
		if (strcmp(child->kind->fields[i].name, "upn") == 0)
			assert_true(child->values[i].is_suspect);
	}
	assert_int_equal(suspects, 1);
}

static void
the_time_may_have_a_zone_a_fraction_or_no_clock(void **state)
{
	static const struct {
		const char *time;
		int64_t revision;
	} cases[] = {
		{ "2025-01-15T16:45:10", 1736959510 },
		{ "2025-01-15T16:45:10Z", 1736959510 },
		{ "2025-01-15T17:45:10+01:00", 1736959510 },
		{ "2025-01-15T16:45:10.123", 1736959510 },
		{ "2025-01-15", 1736899200 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *text = arena_print(&arena, "<CTfile><Header>"
		    "<DateTime>%s</DateTime></Header><CTFpupilData><Pupil>"
		    NAMES "</Pupil>" CLOSE, cases[i].time);

		assert_true(read_bytes(text, strlen(text)));
		assert_int_equal(nth("child", 0)->revision,
		    cases[i].revision);
		/* Without AcademicYear the time tells the year. */
		assert_string_equal(field_text(nth("placement", 0),
		    "start_on"), "2024-09-01");
	}
}

static void
the_placement_is_at_the_sending_school(void **state)
{
	(void)state;
	pupil(NAMES "<SchoolHistory>"
	    "<School><LEA>358</LEA><Estab>9001</Estab>"
	    "<EntryDate>2021-09-01</EntryDate>"
	    "<LeavingDate>2022-07-20</LeavingDate></School>"
	    "<School><LEA>358</LEA><Estab>9001</Estab>"
	    "<EntryDate>2023-09-04T00:00:00</EntryDate></School>"
	    "<School><LEA>358</LEA><Estab>9009</Estab>"
	    "<EntryDate>2022-09-01</EntryDate></School></SchoolHistory>");
	assert_string_equal(field_text(nth("placement", 0), "start_on"),
	    "2023-09-04");
	assert_string_equal(field_text(nth("placement", 0), "end_on"), "");
	pupil(NAMES "<SchoolHistory>"
	    "<School><LEA>358</LEA><Estab>9001</Estab>"
	    "<EntryDate>2021-09-01</EntryDate>"
	    "<LeavingDate>2022-07-20</LeavingDate></School></SchoolHistory>");
	assert_string_equal(field_text(nth("placement", 0), "start_on"),
	    "2021-09-01");
	assert_string_equal(field_text(nth("placement", 0), "end_on"),
	    "2022-07-20");
}

static void
a_uln_of_nines_is_none(void **state)
{
	(void)state;
	pupil(NAMES "<UniqueLearnerNumber>9999999999</UniqueLearnerNumber>"
	    "<BasicDetails><NCyearActual>12</NCyearActual></BasicDetails>");
	is_record("child", 0, "{\"surname\":\"Testchild-Fictional\","
	    "\"forename\":\"Kim\",\"born_on\":\"2017-03-09\","
	    "\"year_group\":\"12\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_full_file_gives_child_placement_and_needs),
		TEST(ids_hide_the_upn_and_revisions_follow_the_time),
		TEST(a_pupil_without_the_optional_parts_is_read),
		TEST(utf16_without_namespace_and_with_gender_is_read),
		TEST(files_that_lie_about_their_encoding_are_read),
		TEST(a_wrong_check_letter_is_kept_apart_and_not_refused),
		TEST(the_time_may_have_a_zone_a_fraction_or_no_clock),
		TEST(the_placement_is_at_the_sending_school),
		TEST(a_uln_of_nines_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
