/*
 * ctf_refusals — broken, foreign and hostile transfer files, refused whole,
 * and bad records, refused in their place. All children here are fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include "../lib/ctf_file.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_records_are_refused_in_their_place),
		TEST(one_pupil_twice_stands_once_or_not_at_all),
		TEST(no_problem_tells_who_the_pupil_is),
		TEST(broken_and_foreign_files_are_refused_whole),
		TEST(entities_are_never_expanded),
		TEST(a_doctype_without_entities_is_harmless),
		TEST(a_file_past_64_mib_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
