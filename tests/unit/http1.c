/*
 * http1.c — every case of tests/data/http1_cases.tsv, whole, cut in two at
 * every offset, and byte by byte; then what verdicts do not show: the fields,
 * hosts and bodies that come out, decoded paths and parameters.
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
#include "http1_chars.h"
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

/* ---- heads ---- */

static struct http1_head
head_of(const char *text)
{
	struct http1_scan scan = { 0 };
	struct http1_head head;
	struct problem why = { .slug = PROBLEM_NONE };
	size_t used;

	assert_int_equal(http1_head_feed(&scan, text, strlen(text), &head,
	    &used, &why), HTTP1_DONE);
	assert_int_equal(used, strlen(text));
	return head;
}

static void
assert_slice(struct slice slice, const char *expected)
{
	assert_non_null(slice.at);
	assert_int_equal(slice.len, strlen(expected));
	assert_memory_equal(slice.at, expected, slice.len);
}

static void
fields_are_found_by_name_and_trimmed(void **state)
{
	struct http1_head head = head_of("GET /v1?a HTTP/1.1\r\n"
	    "hOST: a.example\r\nX-One: \t one two\t \r\nX-None:\r\n"
	    "X-One: again\r\n\r\n");

	(void)state;
	assert_int_equal(head.fields_len, 4);
	assert_slice(head.target, "/v1?a");
	assert_slice(head.fields[0].name, "hOST");
	assert_slice(http1_head_field(&head, "host"), "a.example");
	assert_slice(http1_head_field(&head, "x-one"), "one two");
	assert_slice(http1_head_field(&head, "x-none"), "");
	assert_null(http1_head_field(&head, "x-two").at);
	assert_null(http1_head_field(&head, "x").at);
}

static void
host_comes_without_its_port(void **state)
{
	(void)state;
	assert_slice(head_of("GET / HTTP/1.1\r\nHost: a.b:8443\r\n\r\n").host,
	    "a.b");
	assert_slice(head_of("GET / HTTP/1.1\r\nHost: [::1]:1\r\n\r\n").host,
	    "[::1]");
	assert_slice(head_of("GET / HTTP/1.0\r\nHost: a\r\n\r\n").host, "a");
	assert_null(head_of("GET / HTTP/1.0\r\n\r\n").host.at);
}

static void
framing_and_wishes_are_read(void **state)
{
	struct http1_head head = head_of("PUT / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n");

	(void)state;
	assert_int_equal(head.method, HTTP_PUT);
	assert_int_equal(head.minor, 1);
	assert_int_equal(head.content_length, 12);
	assert_true(head.keep_alive && head.expects_continue);
	assert_false(head.is_chunked);
	head = head_of("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
	assert_int_equal(head.content_length, -1);
	assert_true(head.is_chunked && head.expects_continue);
}

static void
continue_is_expected_only_with_a_body_and_in_1_1(void **state)
{
	(void)state;
	assert_false(head_of("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Expect: 100-continue\r\n\r\n").expects_continue);
	assert_false(head_of("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n")
	    .expects_continue);
	assert_false(head_of("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
	    "Content-Length: 1\r\n\r\n").expects_continue);
}

static void
a_refusal_names_the_line(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\nX y\r\n";
	struct http1_scan scan = { 0 };
	struct http1_head head;
	struct problem why = { .slug = PROBLEM_NONE };
	size_t used;

	(void)state;
	assert_int_equal(http1_head_feed(&scan, text, strlen(text), &head,
	    &used, &why), HTTP1_BAD);
	assert_int_equal(why.slug, PROBLEM_MALFORMED_REQUEST);
	assert_string_equal(why.detail, "Line 3 of the head: a field must be "
	    "a name, a colon and a value.");
}

static void
a_bare_line_feed_is_blamed_on_its_own_line(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\n";
	struct http1_scan scan = { 0 };
	struct http1_head head;
	struct problem why = { .slug = PROBLEM_NONE };
	size_t used;

	(void)state;
	assert_int_equal(http1_head_feed(&scan, text, strlen(text), &head,
	    &used, &why), HTTP1_BAD);
	assert_string_equal(why.detail, "Line 2 of the head: there is a "
	    "control character or a bare LF.");
}

static void
methods_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(http1_method_name(HTTP_GET), "GET");
	assert_string_equal(http1_method_name(HTTP_OPTIONS), "OPTIONS");
}

static void
every_byte_is_seen_at_every_place_of_a_line(void **state)
{
	char line[19];

	(void)state;
	for (size_t at = 0; at < sizeof(line); at++)
		for (int byte = 0; byte < 256; byte++) {
			memset(line, 0xff, sizeof(line));
			line[at] = (char)byte;
			assert_int_equal(chars_line_span(line, sizeof(line)),
			    (byte < 0x20 && byte != '\t') || byte == 0x7f ?
			    at : sizeof(line));
		}
}

/* ---- chunks ---- */

static void
chunks_come_out_in_order_without_their_frames(void **state)
{
	static const char text[] = "5;a=b\r\nhello\r\n1\r\n \r\n"
	    "00006\r\nworld!\r\n0\r\nX: y\r\n\r\nnext";
	struct http1_chunks chunks;
	struct problem why = { .slug = PROBLEM_NONE };
	struct slice piece;
	size_t used, at = 0;
	struct buf body;
	enum http1_outcome outcome;

	(void)state;
	buf_init(&body);
	http1_chunks_start(&chunks);
	do {
		outcome = http1_chunks_feed(&chunks, text + at,
		    strlen(text) - at, &used, &piece, &why);
		if (piece.at != NULL)
			buf_add(&body, piece.at, piece.len);
		at += used;
	} while (outcome == HTTP1_MORE);
	assert_int_equal(outcome, HTTP1_DONE);
	assert_slice((struct slice){ body.at, body.len }, "hello world!");
	assert_string_equal(text + at, "next");
	buf_release(&body);
}

static void
no_bytes_leave_chunks_as_they_are(void **state)
{
	struct http1_chunks chunks;
	struct problem why = { .slug = PROBLEM_NONE };
	struct slice piece;
	size_t used = 1;

	(void)state;
	http1_chunks_start(&chunks);
	assert_int_equal(http1_chunks_feed(&chunks, "", 0, &used, &piece,
	    &why), HTTP1_MORE);
	assert_int_equal(used, 0);
	assert_null(piece.at);
}

/* ---- targets ---- */

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
		cmocka_unit_test(fields_are_found_by_name_and_trimmed),
		cmocka_unit_test(host_comes_without_its_port),
		cmocka_unit_test(framing_and_wishes_are_read),
		cmocka_unit_test(
		    continue_is_expected_only_with_a_body_and_in_1_1),
		cmocka_unit_test(a_refusal_names_the_line),
		cmocka_unit_test(a_bare_line_feed_is_blamed_on_its_own_line),
		cmocka_unit_test(methods_have_their_names),
		cmocka_unit_test(every_byte_is_seen_at_every_place_of_a_line),
		cmocka_unit_test(chunks_come_out_in_order_without_their_frames),
		cmocka_unit_test(no_bytes_leave_chunks_as_they_are),
		cmocka_unit_test(paths_are_decoded_once),
		cmocka_unit_test(paths_with_two_readings_are_refused),
		cmocka_unit_test(parameters_come_decoded_and_in_order),
		cmocka_unit_test(a_target_without_a_query_has_no_parameters),
		cmocka_unit_test(broken_parameters_are_refused),
	};

	if (argc == 2 && strcmp(argv[1], "--verdicts") == 0)
		return print_verdicts();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
