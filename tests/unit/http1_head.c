/*
 * http1_head — what verdicts do not show of a request's head: the fields, the
 * host and the framing that come out, and the line a refusal blames.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "../lib/slice_check.h"
#include "http1_chars.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_found_by_name_and_trimmed),
		cmocka_unit_test(host_comes_without_its_port),
		cmocka_unit_test(framing_and_wishes_are_read),
		cmocka_unit_test(
		    continue_is_expected_only_with_a_body_and_in_1_1),
		cmocka_unit_test(a_refusal_names_the_line),
		cmocka_unit_test(a_bare_line_feed_is_blamed_on_its_own_line),
		cmocka_unit_test(methods_have_their_names),
		cmocka_unit_test(every_byte_is_seen_at_every_place_of_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
