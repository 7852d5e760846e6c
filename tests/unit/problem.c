/*
 * Tests of protocol/problem.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
every_slug_is_found_by_its_name(void **state)
{
	enum problem_slug found;

	(void)state;
	for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
		enum problem_slug slug = (enum problem_slug)i;

		assert_true(problem_find(slice_of(problem_name(slug)), &found));
		assert_int_equal(found, slug);
		assert_in_range(problem_status(slug), 400, 505);
		assert_true(strlen(problem_title(slug)) > 10);
	}
	assert_false(problem_find(SLICE("none"), &found));
	assert_false(problem_find(SLICE("no_such_problem"), &found));
	assert_false(problem_find(SLICE("BUSY"), &found));
}

static void
setting_a_problem_is_false_and_cuts_whole_characters(void **state)
{
	struct problem problem = { 0 };
	char where[200];

	(void)state;
	assert_false(problem_set(&problem, PROBLEM_BUSY, NULL, "after %d s", 3));
	assert_int_equal(problem.slug, PROBLEM_BUSY);
	assert_string_equal(problem.where, "");
	assert_string_equal(problem.detail, "after 3 s");
	memset(where, 'a', sizeof(where));
	memcpy(where + 93, "\xe2\x82\xac", 3); /* across the cut */
	where[199] = '\0';
	assert_false(problem_set(&problem, PROBLEM_BUSY, where, "%s", ""));
	assert_int_equal(strlen(problem.where), 93);
	memset(where, 'a', 93);
	memcpy(where + 92, "\xe2\x82\xac", 3); /* just fits */
	assert_false(problem_set(&problem, PROBLEM_BUSY, where, "%s", ""));
	assert_int_equal(strlen(problem.where), 95);
}

static void
the_document_is_that_of_rfc_9457(void **state)
{
	struct problem problem = { 0 };
	struct buf out;

	(void)state;
	buf_init(&out);
	assert_false(problem_set(&problem, PROBLEM_UNKNOWN_CODE,
	    "/records/3/data/sex", "%s", "must be \"M\" or \"F\""));
	problem_print_json(&problem, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.at, "{\"type\":\"/problems/unknown_code\","
	    "\"title\":\"The value is not one of the codes of this field\","
	    "\"status\":422,\"detail\":\"must be \\\"M\\\" or \\\"F\\\"\","
	    "\"pointer\":\"/records/3/data/sex\"}");
	buf_clear(&out);
	assert_false(problem_set(&problem, PROBLEM_NOT_FOUND, NULL, "%s", ""));
	problem_print_json(&problem, &out);
	buf_add_char(&out, '\0');
	assert_null(strstr(out.at, "detail"));
	assert_null(strstr(out.at, "pointer"));
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slug_is_found_by_its_name),
		cmocka_unit_test(setting_a_problem_is_false_and_cuts_whole_characters),
		cmocka_unit_test(the_document_is_that_of_rfc_9457),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
