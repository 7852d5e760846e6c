/*
 * ctf — transfer files in every form schools send them, and broken ones. All
 * children here are fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/register_rows.h"

#define DATA "tests/data/ctf/"
#define HEADER "<Header><CTFversion>24.0</CTFversion>" \
	"<DateTime>2025-01-15T16:45:10</DateTime><SourceSchool><LEA>358</LEA>" \
	"<Estab>9001</Estab><AcademicYear>2024</AcademicYear></SourceSchool>" \
	"</Header>"
#define OPEN "<CTfile>" HEADER "<CTFpupilData>"
#define CLOSE "</CTFpupilData></CTfile>"
#define NAMES "<Surname>Testchild-Fictional</Surname>" \
	"<Forename>Kim</Forename><DOB>2017-03-09</DOB>"

static struct arena arena;
static struct ctf ctf;
static struct problem why;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	why = (struct problem){ 0 };
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static bool
read_bytes(const char *at, size_t len)
{
	/* A copy of just that size lets ASan see a read past it. */
	char *copy = malloc(len + (len == 0));
	bool is_read;

	assert_non_null(copy);
	memcpy(copy, at, len);
	is_read = ctf_read(&ctf, copy, len, &arena, &why);
	free(copy); /* and shows whatever still points into it */
	return is_read;
}

static bool
read_file(const char *path)
{
	struct buf bytes;
	bool is_read;

	file_read(&bytes, path);
	is_read = read_bytes(bytes.at, bytes.len);
	buf_release(&bytes);
	return is_read;
}

static void
pupil(const char *inside)
{
	const char *text = arena_print(&arena, OPEN "<Pupil>%s</Pupil>" CLOSE,
	    inside);

	assert_true(read_bytes(text, strlen(text)));
	assert_int_equal(ctf.pupils_len, 1);
}

static const struct record *
nth(const char *kind, size_t n)
{
	for (size_t i = 0; i < ctf.batch.len; i++)
		if (strcmp(ctf.batch.records[i].kind->name, kind) == 0 &&
		    n-- == 0)
			return &ctf.batch.records[i];
	return NULL;
}

/* The record as the server will get it, without what is tested elsewhere. */
static void
is_record(const char *kind, size_t n, const char *data)
{
	const struct record *record = nth(kind, n);
	struct buf line;
	const char *found;

	assert_non_null(record);
	if (record->is_refused)
		fail_msg("%s: %s", record->why->where, record->why->detail);
	buf_init(&line);
	record_print_json(record, &line);
	buf_add_char(&line, '\0');
	found = strstr(line.at, "\"data\":");
	assert_non_null(found);
	assert_string_equal(found + strlen("\"data\":"),
	    arena_print(&arena, "%s}\n", data));
	buf_release(&line);
}

static void
is_refused(const char *kind, size_t n, enum problem_slug slug,
    const char *where)
{
	const struct record *record = nth(kind, n);

	assert_non_null(record);
	assert_true(record->is_refused);
	assert_null(record->values);
	assert_int_equal(record->why->slug, slug);
	assert_string_equal(record->why->where, where);
}

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
bad_records_are_refused_in_their_place(void **state)
{
	size_t refused = 0;

	(void)state;
	assert_true(read_file(DATA "ctf24_refused_records.xml"));
	assert_int_equal(ctf.pupils_len, 5);
	assert_int_equal(ctf.batch.len, 15);
	for (size_t i = 0; i < ctf.batch.len; i++)
		refused += ctf.batch.records[i].is_refused;
	assert_int_equal(refused, 9);
	is_refused("need", 0, PROBLEM_MISSING_FIELD, "Pupil 1, SEN StartDate");
	is_record("need", 1, "{\"child\":\"ctf-0f9fb33e74afcb228dbecc71\","
	    "\"provision\":\"K\",\"start_on\":\"2023-09-03\","
	    "\"end_on\":\"2024-09-02\"}");
	is_refused("need", 2, PROBLEM_UNKNOWN_CODE, "Pupil 1, SENprovision");
	is_refused("child", 1, PROBLEM_MALFORMED_FIELD, "Pupil 2, UPN");
	is_refused("child", 2, PROBLEM_MISSING_FIELD, "Pupil 3, DOB");
	is_refused("placement", 2, PROBLEM_UNKNOWN_CODE,
	    "Pupil 3, EnrolStatus");
	is_refused("need", 3, PROBLEM_MISSING_FIELD, "Pupil 3, SENhistory");
	is_refused("need", 4, PROBLEM_UNKNOWN_CODE, "Pupil 4, SENtype");
}

static void
one_pupil_twice_stands_once_or_not_at_all(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf24_refused_records.xml"));
	is_refused("child", 0, PROBLEM_RECORD_TWICE, "Pupil 1");
	is_refused("child", 4, PROBLEM_RECORD_TWICE, "Pupil 5");
	assert_false(nth("placement", 0)->is_superseded);
	assert_true(nth("placement", 4)->is_superseded);
}

static void
no_problem_tells_who_the_pupil_is(void **state)
{
	(void)state;
	assert_true(read_file(DATA "ctf24_refused_records.xml"));
	for (size_t i = 0; i < ctf.batch.len; i++) {
		const struct record *record = &ctf.batch.records[i];

		if (!record->is_refused)
			continue;
		assert_null(strstr(record->why->detail, "Testchild"));
		assert_null(strstr(record->why->detail, "NOT A UPN"));
		assert_null(strstr(record->why->detail, "2017"));
		assert_null(strstr(record->why->detail, "BESD"));
		assert_null(strstr(record->why->where, "Testchild"));
	}
}

static void
broken_and_foreign_files_are_refused_whole(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "not well-formed" },
		{ "not XML", "not well-formed" },
		{ "<CTfile>", "not well-formed" },
		{ "<School/>", "root is not CTfile" },
		{ "<CTfile/>", "no Header" },
		{ "<CTfile><Header/></CTfile>", "time the file was made" },
		{ "<CTfile><Header><DateTime>yesterday</DateTime></Header>"
		  "</CTfile>", "time the file was made" },
		{ "<CTfile><Header><DateTime>1969-12-31T00:00:00</DateTime>"
		  "</Header></CTfile>", "time the file was made" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_false(read_bytes(cases[i].text, strlen(cases[i].text)));
		assert_int_equal(why.slug, PROBLEM_FILE_UNREADABLE);
		if (strstr(why.detail, cases[i].words) == NULL)
			fail_msg("%s", why.detail);
	}
	assert_false(read_file(DATA "ctf24_malformed.xml"));
	assert_string_equal(why.where, "line 32");
	assert_null(strstr(why.detail, "Testchild"));
}

static void
entities_are_never_expanded(void **state)
{
	static const char *const doctypes[] = {
		"[<!ENTITY a \"b\">]",
		"[<!ENTITY a SYSTEM \"file:///etc/passwd\">]",
		"[<!ENTITY % a SYSTEM \"http://localhost/x.dtd\"> %a;]",
	};

	(void)state;
	assert_false(read_file(DATA "ctf24_billion_laughs.xml"));
	assert_int_equal(why.slug, PROBLEM_FILE_UNREADABLE);
	assert_non_null(strstr(why.detail, "entities"));
	assert_true(arena.used_bytes < 100000);
	for (size_t i = 0; i < nitems(doctypes); i++) {
		const char *text = arena_print(&arena, "<!DOCTYPE CTfile %s>"
		    OPEN CLOSE, doctypes[i]);

		assert_false(read_bytes(text, strlen(text)));
		assert_non_null(strstr(why.detail, "entities"));
	}
}

static void
a_doctype_without_entities_is_harmless(void **state)
{
	const char *text = "<!DOCTYPE CTfile SYSTEM \"http://localhost/x.dtd\">"
	    OPEN CLOSE;

	(void)state;
	assert_true(read_bytes(text, strlen(text)));
	assert_int_equal(ctf.pupils_len, 0);
	assert_int_equal(ctf.batch.len, 0);
}

static void
a_file_past_64_mib_is_refused(void **state)
{
	(void)state;
	/* The size is judged before the bytes are touched. */
	assert_false(ctf_read(&ctf, "<CTfile/>", (size_t)64 * 1024 * 1024 + 1,
	    &arena, &why));
	assert_non_null(strstr(why.detail, "64 MiB"));
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
dated_types_belong_to_the_periods_they_overlap(void **state)
{
	(void)state;
	pupil(NAMES "<SENhistory>"
	    "<SEN><StartDate>2022-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN>"
	    "<SEN><StartDate>2023-09-01</StartDate>"
	    "<SENprovision>N</SENprovision></SEN>"
	    "<SEN><StartDate>2024-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN><SENneeds>"
	    "<SENneed><NeedStartDate>2022-09-01</NeedStartDate>"
	    "<SENtypeRank>2</SENtypeRank><SENtype>VI</SENtype></SENneed>"
	    "<SENneed><NeedEndDate>2023-08-31</NeedEndDate>"
	    "<SENtypeRank>1</SENtypeRank><SENtype>HI</SENtype></SENneed>"
	    "<SENneed><SENtype>HI</SENtype></SENneed>"
	    "<SENneed><SENtype>VI</SENtype></SENneed>"
	    "</SENneeds></SENhistory>");
	assert_string_equal(field_text(nth("need", 0), "types"), "HI,VI");
	assert_string_equal(field_text(nth("need", 1), "types"), "");
	assert_string_equal(field_text(nth("need", 2), "types"), "VI,HI");
}

static void
undated_types_pass_over_a_last_period_of_no_sen(void **state)
{
	(void)state;
	pupil(NAMES "<SENhistory>"
	    "<SEN><StartDate>2022-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN>"
	    "<SEN><StartDate>2023-09-01</StartDate>"
	    "<SENprovision>N</SENprovision></SEN><SENneeds>"
	    "<SENneed><SENtypeRank>1</SENtypeRank><SENtype>MLD</SENtype>"
	    "</SENneed></SENneeds></SENhistory>");
	assert_string_equal(field_text(nth("need", 0), "types"), "MLD");
	assert_string_equal(field_text(nth("need", 1), "types"), "");
}

static void
two_periods_of_one_day_are_refused_unless_equal(void **state)
{
#define PERIOD(code) "<SEN><StartDate>2022-09-01</StartDate>" \
	"<SENprovision>" code "</SENprovision></SEN>"
	(void)state;
	pupil(NAMES "<SENhistory>" PERIOD("K") PERIOD("K") "</SENhistory>");
	assert_false(nth("need", 0)->is_refused);
	assert_true(nth("need", 1)->is_superseded);
	pupil(NAMES "<SENhistory>" PERIOD("K") PERIOD("E") "</SENhistory>");
	is_refused("need", 0, PROBLEM_RECORD_TWICE, "Pupil 1");
	is_refused("need", 1, PROBLEM_RECORD_TWICE, "Pupil 1");
#undef PERIOD
}

static void
an_endless_history_is_refused_and_not_sorted(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text);
	buf_add_text(&text, OPEN "<Pupil>" NAMES "<SENhistory>");
	for (int i = 0; i < 201; i++)
		buf_add_text(&text, "<SEN/>");
	buf_add_text(&text, "</SENhistory></Pupil>" CLOSE);
	assert_true(read_bytes(text.at, text.len));
	assert_int_equal(ctf.batch.len, 3);
	is_refused("need", 0, PROBLEM_MALFORMED_FIELD, "Pupil 1, SENhistory");
	buf_release(&text);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

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
		TEST(bad_records_are_refused_in_their_place),
		TEST(one_pupil_twice_stands_once_or_not_at_all),
		TEST(no_problem_tells_who_the_pupil_is),
		TEST(broken_and_foreign_files_are_refused_whole),
		TEST(entities_are_never_expanded),
		TEST(a_doctype_without_entities_is_harmless),
		TEST(a_file_past_64_mib_is_refused),
		TEST(the_time_may_have_a_zone_a_fraction_or_no_clock),
		TEST(the_placement_is_at_the_sending_school),
		TEST(dated_types_belong_to_the_periods_they_overlap),
		TEST(undated_types_pass_over_a_last_period_of_no_sen),
		TEST(two_periods_of_one_day_are_refused_unless_equal),
		TEST(an_endless_history_is_refused_and_not_sorted),
		TEST(a_uln_of_nines_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
