/*
 * Tests of protocol/record_reader.c: why a record is refused, in which place,
 * and that the refusal tells nothing of what was sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record.h"

#include "../lib/record_sample.h"

static void
a_key_given_twice_is_no_key(void **state)
{
	const struct record *record = read_line("{\"kind\":\"sample\","
	    "\"source_id\":\"s\",\"revision\":0,\"data\":{\"text\":\"x\"},"
	    "\"source_id\":\"t\"}");

	(void)state;
	is_refused(record, PROBLEM_DUPLICATE_FIELD, "/records/0/source_id");
	assert_non_null(record->kind);
	assert_null(record->source_id.at);
	record = read_line("{\"data\":{},\"kind\":\"sample\",\"kind\":\"child\","
	    "\"source_id\":\"s\",\"revision\":0}");
	is_refused(record, PROBLEM_DUPLICATE_FIELD, "/records/0/kind");
	assert_null(record->kind);
}

static void
members_of_the_record_are_judged(void **state)
{
	static const struct {
		const char *line;
		enum problem_slug slug;
		const char *where;
	} cases[] = {
		{ "17", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "[]", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "null", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "{}", PROBLEM_MISSING_FIELD, "/records/0/kind" },
		{ "{\"kind\":null}", PROBLEM_MISSING_FIELD, "/records/0/kind" },
		{ "{\"kind\":\"sample\"}", PROBLEM_MISSING_FIELD,
		  "/records/0/source_id" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\"}",
		  PROBLEM_MISSING_FIELD, "/records/0/revision" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0}",
		  PROBLEM_MISSING_FIELD, "/records/0/data" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":null}", PROBLEM_MISSING_FIELD, "/records/0/data" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":{}}", PROBLEM_MISSING_FIELD, "/records/0/data/text" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":{\"text\":null}}", PROBLEM_MISSING_FIELD,
		  "/records/0/data/text" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":[]}", PROBLEM_MALFORMED_FIELD, "/records/0/data" },
		{ "{\"data\":7,\"kind\":\"sample\",\"source_id\":\"s\","
		  "\"revision\":0}", PROBLEM_MALFORMED_FIELD, "/records/0/data" },
		{ "{\"kind\":\"child\"}", PROBLEM_UNKNOWN_KIND,
		  "/records/0/kind" },
		{ "{\"kind\":\"child\",\"data\":{\"x\":[{}]},\"source_id\":\"s\"}",
		  PROBLEM_UNKNOWN_KIND, "/records/0/kind" },
		{ "{\"kind\":7}", PROBLEM_MALFORMED_FIELD, "/records/0/kind" },
		{ "{\"source_id\":7}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"a\\nb\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"a\\u0000b\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"revision\":\"1\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":-1}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":1.0}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":1e3}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":9223372036854775808}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"op\":\"PUT\"}", PROBLEM_UNKNOWN_CODE, "/records/0/op" },
		{ "{\"op\":true}", PROBLEM_MALFORMED_FIELD, "/records/0/op" },
		{ "{\"extra\":{\"a\":[1,2]}}", PROBLEM_UNKNOWN_FIELD,
		  "/records/0/extra" },
		{ "{\"with blank\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"\\ud800\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"kin\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0/kin" },
		{ "{\"kinds\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0/kinds" },
		{ "{\"kind\":\"sample\",\"kind\":\"sample\"}",
		  PROBLEM_DUPLICATE_FIELD, "/records/0/kind" },
		{ "{\"kind\":null,\"kind\":\"sample\"}",
		  PROBLEM_DUPLICATE_FIELD, "/records/0/kind" },
		{ "{\"data\":{},\"data\":{}}", PROBLEM_DUPLICATE_FIELD,
		  "/records/0/data" },
		{ "{\"op\":\"delete\",\"op\":\"put\"}", PROBLEM_DUPLICATE_FIELD,
		  "/records/0/op" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		is_refused(read_line(cases[i].line), cases[i].slug,
		    cases[i].where);
}

static void
fields_of_the_data_are_judged(void **state)
{
	static const struct {
		const char *data;
		enum problem_slug slug;
		const char *name;
	} cases[] = {
		{ "{\"text\":7}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":[\"x\"]}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":{}}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":true}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"123456789012345678901\"}",
		  PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"a\\tb\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\u0000\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\ud800\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\udc00\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\ud800\\ud800\"}", PROBLEM_MALFORMED_FIELD,
		  "/text" },
		{ "{\"text\":\"\\ud800\\u0041\"}", PROBLEM_MALFORMED_FIELD,
		  "/text" },
		{ "{\"text\":\"\\ud800x\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"code\":\"pink\"}", PROBLEM_UNKNOWN_CODE, "/code" },
		{ "{\"codes\":\"red\"}", PROBLEM_MALFORMED_FIELD, "/codes" },
		{ "{\"codes\":[\"red\",\"pink\"]}", PROBLEM_UNKNOWN_CODE,
		  "/codes" },
		{ "{\"codes\":[\"red,blue\"]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[\"red\",\"red\"]}", PROBLEM_MALFORMED_FIELD,
		  "/codes" },
		{ "{\"codes\":[\"\"]}", PROBLEM_MALFORMED_FIELD, "/codes" },
		{ "{\"codes\":[\"red\",\"\"]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[7]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[null]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[[\"red\"]]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"date\":20250903}", PROBLEM_MALFORMED_FIELD, "/date" },
		{ "{\"date\":\"2025-02-30\"}", PROBLEM_MALFORMED_FIELD,
		  "/date" },
		{ "{\"time\":\"2025-09-03\"}", PROBLEM_MALFORMED_FIELD,
		  "/time" },
		{ "{\"int\":\"17\"}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"decimal\":1.005}", PROBLEM_MALFORMED_FIELD, "/decimal" },
		{ "{\"decimal\":\"2\"}", PROBLEM_MALFORMED_FIELD, "/decimal" },
		{ "{\"int\":100}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":-1}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":1.5}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":99999999999999999999}", PROBLEM_MALFORMED_FIELD,
		  "/int" },
		{ "{\"bool\":1}", PROBLEM_MALFORMED_FIELD, "/bool" },
		{ "{\"bool\":\"true\"}", PROBLEM_MALFORMED_FIELD, "/bool" },
		{ "{\"uuid\":\"x\"}", PROBLEM_MALFORMED_FIELD, "/uuid" },
		{ "{\"setting\":\"106283\"}", PROBLEM_MALFORMED_FIELD,
		  "/setting" },
		{ "{\"upn\":\"A1\"}", PROBLEM_MALFORMED_FIELD, "/upn" },
		{ "{\"uln\":1000000000}", PROBLEM_MALFORMED_FIELD, "/uln" },
		{ "{\"nhs\":\"1000\"}", PROBLEM_MALFORMED_FIELD, "/nhs" },
		{ "{\"postcode\":\"M33\"}", PROBLEM_MALFORMED_FIELD,
		  "/postcode" },
		{ "{\"nothing\":1}", PROBLEM_UNKNOWN_FIELD, "/nothing" },
		{ "{\"Text\":\"x\"}", PROBLEM_UNKNOWN_FIELD, "/Text" },
		{ "{\"text\":\"x\",\"text\":\"x\"}", PROBLEM_DUPLICATE_FIELD,
		  "/text" },
		{ "{\"text\":\"x\",\"t\\u0065xt\":\"x\"}",
		  PROBLEM_DUPLICATE_FIELD, "/text" },
		{ "{\"text\":null,\"text\":\"x\"}", PROBLEM_DUPLICATE_FIELD,
		  "/text" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		is_refused(read_data(cases[i].data), cases[i].slug,
		    arena_print(&arena, "/records/0/data%s", cases[i].name));
		/* The same where the data comes before its kind. */
		is_refused(read_line(arena_print(&arena, "{\"data\":%s,"
		    "\"source_id\":\"s\",\"revision\":1,\"kind\":\"sample\"}",
		    cases[i].data)), cases[i].slug,
		    arena_print(&arena, "/records/0/data%s", cases[i].name));
	}
}

static void
the_first_fault_is_the_one_told(void **state)
{
	(void)state;
	is_refused(read_data("{\"int\":-1,\"nothing\":1,\"code\":\"pink\"}"),
	    PROBLEM_MALFORMED_FIELD, "/records/0/data/int");
}

/* A refusal names fields and rules, never what was sent. */
static void
a_detail_never_holds_the_value(void **state)
{
	static const char *const data[] = {
		"{\"text\":\"Testchild Testchild Testchild\"}",
		"{\"code\":\"Testchild\"}", "{\"codes\":[\"Testchild\"]}",
		"{\"date\":\"Testchild\"}", "{\"int\":\"Testchild\"}",
		"{\"upn\":\"Testchild\"}", "{\"postcode\":\"Testchild\"}",
		"{\"Testchild of Example Road\":1}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(data); i++) {
		const struct record *record = read_data(data[i]);

		assert_true(record->is_refused);
		assert_null(strstr(record->why->detail, "Testchild"));
		assert_null(strstr(record->why->where, "Testchild"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_given_twice_is_no_key),
		cmocka_unit_test(members_of_the_record_are_judged),
		cmocka_unit_test(fields_of_the_data_are_judged),
		cmocka_unit_test(the_first_fault_is_the_one_told),
		cmocka_unit_test(a_detail_never_holds_the_value),
	};

	return cmocka_run_group_tests_name("record_refusals", tests, NULL,
	    release_arena);
}
