/*
 * Tests of tools/lib/lines.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

struct seen {
	struct buf said;     /* "1:one|2:two|" */
	unsigned stop_at;
};

static bool
line_seen(void *owner, struct slice line, unsigned number)
{
	struct seen *seen = owner;

	if (line.at == NULL)
		buf_print(&seen->said, "%u!|", number);
	else
		buf_print(&seen->said, "%u:%.*s|", number, (int)line.len,
		    line.at);
	return number != seen->stop_at;
}

/* Fed whole and in pieces of every length, the lines are the same. */
static void
lines_expect(const char *text, size_t max, const char *expected)
{
	size_t len = strlen(text);

	for (size_t piece = 1; piece <= len + 1; piece++) {
		struct seen seen = { 0 };
		struct lines lines;

		buf_init(&seen.said);
		lines_init(&lines, max, line_seen, &seen);
		for (size_t at = 0; at < len; at += piece)
			assert_true(lines_feed(&lines, text + at,
			    at + piece > len ? len - at : piece));
		assert_true(lines_finish(&lines));
		buf_add_char(&seen.said, '\0');
		assert_string_equal(seen.said.at, expected);
		buf_release(&seen.said);
		lines_release(&lines);
	}
}

static void
lines_come_out_however_bytes_arrive(void **state)
{
	(void)state;
	lines_expect("one\ntwo\n", 10, "1:one|2:two|");
	lines_expect("one\r\n\r\ntwo", 10, "1:one|2:|3:two|");
	lines_expect("\n\n", 10, "1:|2:|");
	lines_expect("a\rb\n", 10, "1:a\rb|");
	lines_expect("\xef\xbb\xbfone\n\xef\xbb\xbftwo", 10,
	    "1:one|2:\xef\xbb\xbftwo|");
}

static void
a_line_past_the_limit_is_told_and_passed_over(void **state)
{
	(void)state;
	lines_expect("12345\n123456\n1\n", 5, "1:12345|2!|3:1|");
	lines_expect("1\n1234567890", 5, "1:1|2!|");
	lines_expect("12345", 5, "1:12345|");
	lines_expect("1234567890\n12345678901\n", 5, "1!|2!|");
}

static void
whoever_has_enough_stops_the_feeding(void **state)
{
	struct seen seen = { .stop_at = 2 };
	struct lines lines;

	(void)state;
	lines_init(&lines, 10, line_seen, &seen);
	assert_false(lines_feed(&lines, "a\nb\nc\n", 6));
	assert_int_equal(seen.said.len, strlen("1:a|2:b|"));
	buf_release(&seen.said);
	lines_release(&lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_out_however_bytes_arrive),
		cmocka_unit_test(a_line_past_the_limit_is_told_and_passed_over),
		cmocka_unit_test(whoever_has_enough_stops_the_feeding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
