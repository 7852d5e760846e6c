/*
 * Tests of tools/lib/width.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
widths_are_columns_not_bytes(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 }, { "plain", 5 },
		{ "Siobh\xc3\xa1n", 7 },            /* a with acute */
		{ "Zoe\xcc\x88", 3 },               /* e and a combining mark */
		{ "\xe6\x9d\xb1\xe4\xba\xac", 4 },  /* two wide ones */
		{ "\xf0\x9f\x98\x80", 2 },          /* beyond the first plane */
		{ "caf\xe9", 4 },                   /* Latin-1, no UTF-8 */
		{ "\xe2\x82", 2 },                  /* cut off */
		{ "\xe2\x80\x99", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(width_of(slice_of(cases[i].text)),
		    cases[i].width);
}

static void
cuts_fall_between_characters(void **state)
{
	struct slice zoe = SLICE("Zoe\xcc\x88-May");

	(void)state;
	assert_int_equal(width_cut(zoe, 3).len, 5); /* the mark stays with its letter */
	assert_int_equal(width_cut(zoe, 2).len, 2);
	assert_int_equal(width_cut(zoe, 99).len, zoe.len);
	/* Half of a wide character is not to be had. */
	assert_int_equal(width_cut(SLICE("\xe6\x9d\xb1\xe4\xba\xac"), 3).len, 3);
	assert_int_equal(width_cut(SLICE("\xe6\x9d\xb1"), 1).len, 0);
}

static void
control_characters_are_disarmed(void **state)
{
	char text[] = "a\x1b[2Jb\x7f\xc2\x9b" "31m\xc3\xa1\n";

	(void)state;
	width_disarm(text);
	assert_string_equal(text, "a?[2Jb???31m\xc3\xa1?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_are_columns_not_bytes),
		cmocka_unit_test(cuts_fall_between_characters),
		cmocka_unit_test(control_characters_are_disarmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
