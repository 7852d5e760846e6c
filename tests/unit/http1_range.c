/*
 * Tests of protocol/http1_range.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
one_range_is_taken_and_cut_at_the_end(void **state)
{
	static const struct {
		const char *text;
		int64_t first, last;
	} cases[] = {
		{ "bytes=0-", 0, 99 }, { "bytes=0-0", 0, 0 },
		{ "bytes=99-", 99, 99 }, { "bytes=10-19", 10, 19 },
		{ "bytes=10-1000", 10, 99 }, { "bytes=-1", 99, 99 },
		{ "bytes=-100", 0, 99 }, { "bytes=-1000", 0, 99 },
		{ " Bytes= 7-8 ", 7, 8 },
		{ "bytes=5-9223372036854775807", 5, 99 },
	};
	int64_t first, last;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_int_equal(range_read(slice_of(cases[i].text), 100,
		    &first, &last), RANGE_PART);
		assert_int_equal(first, cases[i].first);
		assert_int_equal(last, cases[i].last);
	}
}

static void
what_is_no_single_range_is_not_there(void **state)
{
	static const char *const texts[] = {
		"", "bytes", "bytes=", "bytes=-", "bytes=a-", "bytes=0-1,3-4",
		"bytes=5-4", "bytes=--1", "bytes=1-2-3", "lines=0-", "0-",
		"bytes=+1-", "bytes=1.5-", "bytes=0x1-",
		"bytes=99999999999999999999-", "bytes=0-99999999999999999999",
	};
	int64_t first, last;

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		assert_int_equal(range_read(slice_of(texts[i]), 100, &first,
		    &last), RANGE_ALL);
		assert_int_equal(first, 0);
		assert_int_equal(last, 99);
	}
}

static void
a_range_behind_the_end_is_told_so(void **state)
{
	static const char *const texts[] = {
		"bytes=100-", "bytes=100-200", "bytes=9223372036854775807-",
		"bytes=-0",
	};
	int64_t first, last;

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		assert_int_equal(range_read(slice_of(texts[i]), 100, &first,
		    &last), RANGE_BEYOND);
	assert_int_equal(range_read(SLICE("bytes=0-"), 0, &first, &last),
	    RANGE_BEYOND);
	assert_int_equal(range_read(SLICE("bytes=-5"), 0, &first, &last),
	    RANGE_BEYOND);
}

static void
only_the_very_tag_lets_a_range_count(void **state)
{
	(void)state;
	assert_true(range_if(SLICE("\"abc\""), "abc"));
	assert_true(range_if(SLICE(" \"abc\" "), "abc"));
	assert_false(range_if(SLICE("W/\"abc\""), "abc"));
	assert_false(range_if(SLICE("abc"), "abc"));
	assert_false(range_if(SLICE("\"abd\""), "abc"));
	assert_false(range_if(SLICE("\"\""), "abc"));
	assert_false(range_if(SLICE("Wed, 25 Nov 2026 00:00:00 GMT"), "abc"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_range_is_taken_and_cut_at_the_end),
		cmocka_unit_test(what_is_no_single_range_is_not_there),
		cmocka_unit_test(a_range_behind_the_end_is_told_so),
		cmocka_unit_test(only_the_very_tag_lets_a_range_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
