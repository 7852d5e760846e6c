/*
 * log — a value stays one value, whatever is in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define VALUE(literal, out) \
	log_value((literal), sizeof(literal) - 1, (out), sizeof(out))

/* What one event writes to stderr. */
static void
capture(char *out, size_t room, enum log_level level, const char *text)
{
	int ends[2], was = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_event(level, "tried", "text=%s", text);
	dup2(was, STDERR_FILENO);
	close(ends[1]);
	close(was);
	n = read(ends[0], out, room - 1);
	assert_true(n >= 0);
	out[n] = '\0';
	close(ends[0]);
}

static void
plain_words_stay_bare(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(VALUE("urn:106283", out), "urn:106283");
	assert_string_equal(VALUE("/v1/children", out), "/v1/children");
}

static void
what_could_be_misread_is_quoted(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(VALUE("", out), "\"\"");
	assert_string_equal(VALUE("two words", out), "\"two words\"");
	assert_string_equal(VALUE("a=b", out), "\"a=b\"");
	assert_string_equal(VALUE("a\"b\\c", out), "\"a\\\"b\\\\c\"");
}

static void
control_and_foreign_bytes_are_escaped(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(VALUE("a\r\nb", out), "\"a\\x0d\\x0ab\"");
	assert_string_equal(VALUE("\x1b[2J", out), "\"\\x1b[2J\"");
	assert_string_equal(VALUE("a\0b", out), "\"a\\x00b\"");
	assert_string_equal(VALUE("\xc3\xa9", out), "\"\\xc3\\xa9\"");
}

static void
a_long_value_is_cut_within_its_quotes(void **state)
{
	char out[12];
	char text[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	log_value(text, sizeof(text), out, sizeof(out));
	assert_string_equal(out, "\"xxxxxx...\"");
	assert_string_equal(log_value("123456789", 9, out, sizeof(out)),
	    "123456789");
}

/* Every length of value and of room: always terminated, never past its end. */
static void
no_room_is_too_small(void **state)
{
	(void)state;
	for (size_t room = 1; room < 24; room++)
		for (size_t len = 0; len < 24; len++) {
			char text[24], out[25];

			memset(text, '\n', sizeof(text));
			memset(out, 'Z', sizeof(out));
			log_value(text, len, out, room);
			assert_non_null(memchr(out, '\0', room));
			assert_int_equal(out[room], 'Z');
		}
}

static void
an_event_is_one_line_of_pairs(void **state)
{
	char line[4096];

	(void)state;
	log_start(LOG_INFO, "worker.3");
	capture(line, sizeof(line), LOG_WARNING, "x");
	assert_non_null(strstr(line, "Z level=warning process=worker.3 "
	    "event=tried text=x\n"));
	assert_int_equal(line[10], 'T');
	assert_int_equal(line[26], 'Z');
}

static void
an_event_cannot_begin_a_second_line(void **state)
{
	char line[4096];

	(void)state;
	log_start(LOG_INFO, "worker.3");
	capture(line, sizeof(line), LOG_INFO, "x\nlevel=error\r");
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_non_null(strstr(line, "text=x?level=error?\n"));
}

static void
an_endless_event_is_cut_and_ends_its_line(void **state)
{
	char line[4096], text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	capture(line, sizeof(line), LOG_ERROR, text);
	assert_true(strlen(line) <= 2048);
	assert_int_equal(line[strlen(line) - 1], '\n');
}

static void
less_than_asked_for_is_silent(void **state)
{
	char line[4096];

	(void)state;
	log_start(LOG_WARNING, "worker.3");
	capture(line, sizeof(line), LOG_INFO, "x");
	assert_string_equal(line, "");
	log_start(LOG_INFO, "test");
}

static void
what_strangers_cause_is_counted_when_it_is_too_much(void **state)
{
	struct log_limit limit = { 0 };
	unsigned kept_back;

	(void)state;
	assert_true(log_limit_allows(&limit, 2, &kept_back));
	assert_true(log_limit_allows(&limit, 2, &kept_back));
	assert_false(log_limit_allows(&limit, 2, &kept_back));
	assert_false(log_limit_allows(&limit, 2, &kept_back));
	limit.minute_at -= 60;
	assert_true(log_limit_allows(&limit, 2, &kept_back));
	assert_int_equal(kept_back, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_words_stay_bare),
		cmocka_unit_test(what_could_be_misread_is_quoted),
		cmocka_unit_test(control_and_foreign_bytes_are_escaped),
		cmocka_unit_test(a_long_value_is_cut_within_its_quotes),
		cmocka_unit_test(no_room_is_too_small),
		cmocka_unit_test(an_event_is_one_line_of_pairs),
		cmocka_unit_test(an_event_cannot_begin_a_second_line),
		cmocka_unit_test(an_endless_event_is_cut_and_ends_its_line),
		cmocka_unit_test(less_than_asked_for_is_silent),
		cmocka_unit_test(
		    what_strangers_cause_is_counted_when_it_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
