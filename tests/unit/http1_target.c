/*
 * http1_target — the path and the parameters of a request's target: decoded
 * once, and refused where they could be read in two ways.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "../lib/slice_check.h"

static void
assert_path(const char *target, const char *expected)
{
	char out[HTTP1_TARGET_MAX + 1];
	struct problem why = { .slug = PROBLEM_NONE };
	size_t len;

	assert_true(http1_path_decode(slice_of(target), out, &len, &why));
	assert_string_equal(out, expected);
	assert_int_equal(len, strlen(expected));
}

static void
assert_no_path(const char *target)
{
	char out[HTTP1_TARGET_MAX + 1];
	struct problem why = { .slug = PROBLEM_NONE };
	size_t len;

	assert_false(http1_path_decode(slice_of(target), out, &len, &why));
	assert_int_equal(problem_status(why.slug), 400);
}

static void
paths_are_decoded_once(void **state)
{
	(void)state;
	assert_path("/", "/");
	assert_path("*", "*");
	assert_path("/v1/settings/urn:106283", "/v1/settings/urn:106283");
	assert_path("/%41%7a%7E/b?c=%00", "/Az~/b");
	assert_path("/%2561", "/%61");
	assert_path("/a+b", "/a+b");
	assert_path("/caf%c3%A9/", "/caf\xc3\xa9/");
	assert_path("/.a/..b/c./d..", "/.a/..b/c./d..");
}

static void
paths_with_two_readings_are_refused(void **state)
{
	static const char *const targets[] = {
		"", "?a", "a", "**", "//", "/a//b", "/.", "/..", "/./a",
		"/a/../b", "/%2e", "/.%2E/", "/a%2fb", "/a%2Fb", "/a%5cb",
		"/a\\b", "/%00", "/%0a", "/%7f", "/%09", "/%", "/%4", "/%4x",
		"/%x4", "/%ff", "/%c0%af", "/%ed%a0%80"
	};

	(void)state;
	for (size_t n = 0; n < nitems(targets); n++)
		assert_no_path(targets[n]);
}

static void
parameters_come_decoded_and_in_order(void **state)
{
	char scratch[HTTP1_TARGET_MAX];
	struct http1_query query;
	struct slice name, value;
	struct problem why = { .slug = PROBLEM_NONE };

	(void)state;
	http1_query_start(&query, slice_of("/a?setting=urn%3A1&q=a+b%2Bc&"
	    "&on&e=&f=g=h?"), scratch);
	assert_true(http1_query_next(&query, &name, &value, &why));
	assert_slice(name, "setting");
	assert_slice(value, "urn:1");
	assert_true(http1_query_next(&query, &name, &value, &why));
	assert_slice(name, "q");
	assert_slice(value, "a b+c");
	assert_true(http1_query_next(&query, &name, &value, &why));
	assert_slice(name, "on");
	assert_slice(value, "");
	assert_true(http1_query_next(&query, &name, &value, &why));
	assert_slice(name, "e");
	assert_slice(value, "");
	assert_true(http1_query_next(&query, &name, &value, &why));
	assert_slice(name, "f");
	assert_slice(value, "g=h?");
	assert_false(http1_query_next(&query, &name, &value, &why));
	assert_int_equal(why.slug, PROBLEM_NONE);
}

static void
a_target_without_a_query_has_no_parameters(void **state)
{
	static const char *const targets[] = { "/a", "/a?", "/a?&&", "*" };
	char scratch[HTTP1_TARGET_MAX];
	struct http1_query query;
	struct slice name, value;
	struct problem why = { .slug = PROBLEM_NONE };

	(void)state;
	for (size_t n = 0; n < nitems(targets); n++) {
		http1_query_start(&query, slice_of(targets[n]), scratch);
		assert_false(http1_query_next(&query, &name, &value, &why));
		assert_int_equal(why.slug, PROBLEM_NONE);
	}
}

static void
broken_parameters_are_refused(void **state)
{
	static const char *const targets[] = {
		"/?%", "/?a=%4", "/?a=%00", "/?a=%0d", "/?%ff=b", "/?a=%ff",
		"/?=b", "/?a%zz=b", "/?="
	};
	char scratch[HTTP1_TARGET_MAX];
	struct http1_query query;
	struct slice name, value;

	(void)state;
	for (size_t n = 0; n < nitems(targets); n++) {
		struct problem why = { .slug = PROBLEM_NONE };

		http1_query_start(&query, slice_of(targets[n]), scratch);
		assert_false(http1_query_next(&query, &name, &value, &why));
		assert_int_equal(why.slug, PROBLEM_MALFORMED_PARAMETER);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_decoded_once),
		cmocka_unit_test(paths_with_two_readings_are_refused),
		cmocka_unit_test(parameters_come_decoded_and_in_order),
		cmocka_unit_test(a_target_without_a_query_has_no_parameters),
		cmocka_unit_test(broken_parameters_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
