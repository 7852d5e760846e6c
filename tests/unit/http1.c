/*
 * http1.c — every case of tests/data/http1_cases.tsv, whole, cut in two at
 * every offset, and byte by byte.
 * With --verdicts it judges the requests of its standard input instead, one
 * line each: that is how the oracle test asks it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../lib/http1_driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include <errno.h>
#include <stdio.h>

#define CASES "tests/data/http1_cases.tsv"
#define LINE_MAX_BYTES 8192

/* ---- the table ---- */

static void text_unescape(const char *at, size_t len, struct buf *out);

static size_t
repeat_unescape(const char *at, size_t len, struct buf *out)
{
	char *text;
	unsigned long times = strtoul(at, &text, 10);
	const char *end = memchr(at, '}', len);

	assert_true(end != NULL && *text == ':');
	for (unsigned long n = 0; n < times; n++)
		text_unescape(text + 1, (size_t)(end - text - 1), out);
	return (size_t)(end - at) + 1;
}

/* What follows a backslash; the number of characters it took. */
static size_t
escape_read(const char *at, size_t len, struct buf *out)
{
	static const char letters[] = "rnt\\", meanings[] = "\r\n\t\\";
	const char *letter = strchr(letters, at[0]);
	struct slice digits;
	uint8_t byte;

	if (at[0] == '{')
		return 1 + repeat_unescape(at + 1, len - 1, out);
	if (at[0] == 'x') {
		assert_true(len >= 3);
		digits = (struct slice){ at + 1, 2 };
		assert_true(text_read_hex(digits, &byte, 1));
		buf_add_char(out, (char)byte);
		return 3;
	}
	assert_non_null(letter);
	buf_add_char(out, meanings[letter - letters]);
	return 1;
}

static void
text_unescape(const char *at, size_t len, struct buf *out)
{
	for (size_t n = 0; n < len; n++) {
		if (at[n] == '\\')
			n += escape_read(at + n + 1, len - n - 1, out);
		else
			buf_add_char(out, at[n]);
	}
}

/* ---- one case, in all its cuts ---- */

struct outcome {
	char *verdict;
	uint64_t digest;
};

static struct outcome
outcome_of(const char *raw, size_t len, size_t cut, size_t step)
{
	struct drive drive;
	struct outcome outcome;

	drive_start(&drive, raw);
	for (size_t n = cut; n < len; n += step)
		drive_receive(&drive, n);
	drive_receive(&drive, len);
	outcome.verdict = drive_end(&drive);
	outcome.digest = drive.digest;
	return outcome;
}

static void
check_cut(const struct outcome *whole, const struct buf *raw, size_t cut,
    size_t step)
{
	struct outcome outcome = outcome_of(raw->at, raw->len, cut, step);

	assert_string_equal(outcome.verdict, whole->verdict);
	assert_int_equal(outcome.digest, whole->digest);
	free(outcome.verdict);
}

static void
check_case(const char *name, const struct buf *raw, const char *expected)
{
	struct outcome whole = outcome_of(raw->at, raw->len, raw->len, 1);

	if (strcmp(whole.verdict, expected) != 0)
		fail_msg("%s: %.60s where %.60s was expected", name,
		    whole.verdict, expected);
	for (size_t cut = 1; cut < raw->len; cut++)
		check_cut(&whole, raw, cut, raw->len);
	check_cut(&whole, raw, 1, 1);
	free(whole.verdict);
}

static void
check_line(char *line)
{
	char *raw_text = strchr(line, '\t');
	char *expected_text = raw_text ? strchr(raw_text + 1, '\t') : NULL;
	struct buf raw, expected;

	assert_non_null(expected_text);
	*raw_text++ = '\0';
	*expected_text++ = '\0';
	expected_text[strcspn(expected_text, "\n")] = '\0';
	buf_init(&raw);
	buf_init(&expected);
	buf_reserve(&raw, 1);
	text_unescape(raw_text, strlen(raw_text), &raw);
	text_unescape(expected_text, strlen(expected_text), &expected);
	buf_add_char(&expected, '\0');
	check_case(line, &raw, expected.at);
	buf_release(&raw);
	buf_release(&expected);
}

static void
every_case_has_its_verdict_however_it_is_cut(void **state)
{
	char line[LINE_MAX_BYTES];
	FILE *cases = fopen(CASES, "r");
	unsigned count = 0;

	(void)state;
	if (cases == NULL)
		fail_msg("%s: %s (run from the top folder)", CASES,
		    strerror(errno));
	while (fgets(line, sizeof(line), cases) != NULL) {
		if (line[0] == '#')
			continue;
		check_line(line);
		count++;
	}
	fclose(cases);
	assert_true(count >= 300);
}

/* ---- the oracle's question ---- */

static void
print_verdict(const char *raw, size_t len)
{
	struct drive drive;
	char *verdict;

	drive_start(&drive, raw);
	drive_receive(&drive, len);
	verdict = drive_end(&drive);
	puts(verdict);
	free(verdict);
}

/* Length, line feed, so many bytes; and again. */
static int
print_verdicts(void)
{
	size_t len;
	char *raw;

	while (scanf("%zu", &len) == 1 && getchar() == '\n') {
		raw = malloc(len + 1);
		assert(raw != NULL);
		if (fread(raw, 1, len, stdin) != len) {
			free(raw);
			return 1;
		}
		print_verdict(raw, len);
		free(raw);
	}
	return feof(stdin) ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_has_its_verdict_however_it_is_cut),
	};

	if (argc == 2 && strcmp(argv[1], "--verdicts") == 0)
		return print_verdicts();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
