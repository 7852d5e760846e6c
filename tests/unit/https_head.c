/*
 * Tests of tools/lib/https_head.c, target.c and complaint.c: what is said to
 * a server and what is taken from its answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "https_head.h"

#include "complaint.h"
#include "target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
known_fields_are_kept_whatever_their_case(void **state)
{
	struct https_answer answer = { 0 };

	(void)state;
	https_head_read(&answer, SLICE("ETag: \"3\"\r\n"));
	https_head_read(&answer, SLICE("retry-AFTER:  7 \r\n"));
	https_head_read(&answer, SLICE("Content-Type: text/csv\r\n"));
	https_head_read(&answer, SLICE("X-Etag: \"4\"\r\n"));
	https_head_read(&answer, SLICE("\r\n"));
	assert_string_equal(answer.etag, "\"3\"");
	assert_int_equal(answer.retry_after_s, 7);
	assert_string_equal(answer.content_type, "text/csv");
}

static void
only_sensible_times_to_wait_are_taken(void **state)
{
	static const char *const lines[] = {
		"retry-after: -1\r\n", "retry-after: 99999999999\r\n",
		"retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n",
		"retry-after:\r\n"
	};

	(void)state;
	for (size_t i = 0; i < nitems(lines); i++) {
		struct https_answer answer = { 0 };

		https_head_read(&answer, slice_of(lines[i]));
		assert_int_equal(answer.retry_after_s, 0);
	}
}

static void
the_next_page_is_the_link_that_says_so(void **state)
{
	struct https_answer answer = { 0 };
	char line[HTTPS_TARGET_SIZE + 64];

	(void)state;
	https_head_read(&answer, SLICE("Link: </v1/x?a=1>; rel=\"prev\"\r\n"));
	https_head_read(&answer, SLICE("Link: /v1/x; rel=\"next\"\r\n"));
	https_head_read(&answer, SLICE("Link: </v1/x; rel=\"next\"\r\n"));
	https_head_read(&answer, SLICE("Link:\r\n"));
	snprintf(line, sizeof(line), "Link: </%0*d>; rel=\"next\"",
	    HTTPS_TARGET_SIZE, 0);
	https_head_read(&answer, slice_of(line)); /* too long to keep */
	assert_string_equal(answer.next, "");
	https_head_read(&answer, SLICE("Link: </v1/x?a=1>; rel=\"next\"\r\n"));
	assert_string_equal(answer.next, "/v1/x?a=1");
}

static void
targets_encode_what_could_be_misread(void **state)
{
	struct buf target;

	(void)state;
	buf_init(&target);
	target_start(&target, "/v1/caseloads");
	target_add_segment(&target, "a/b ?");
	target_add(&target, "on", NULL);
	target_add(&target, "setting", "urn:106283");
	target_add(&target, "x", "\xc3\xa1&y=1#+%");
	assert_string_equal(target.at, "/v1/caseloads/a%2Fb%20%3F"
	    "?setting=urn:106283&x=%C3%A1%26y%3D1%23%2B%25");
	target_start(&target, "/v1");
	assert_string_equal(target.at, "/v1");
	buf_release(&target);
}

static void
answer_expect(const char *body, const char *expected)
{
	struct buf said;

	buf_init(&said);
	complaint_print_answer(body, strlen(body), 502, &said);
	buf_add_char(&said, '\0');
	assert_string_equal(said.at, expected);
	buf_release(&said);
}

static void
problem_documents_become_one_sentence(void **state)
{
	(void)state;
	answer_expect("{\"title\":\"A\",\"detail\":\"b c\","
	    "\"pointer\":\"/data/x\"}", "A: b c (/data/x)");
	answer_expect("{\"title\":\"A\"}", "A");
	answer_expect("<html>Bad Gateway</html>",
	    "the server answered with status 502");
	answer_expect("", "the server answered with status 502");
	answer_expect("[1]", "the server answered with status 502");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_fields_are_kept_whatever_their_case),
		cmocka_unit_test(only_sensible_times_to_wait_are_taken),
		cmocka_unit_test(the_next_page_is_the_link_that_says_so),
		cmocka_unit_test(targets_encode_what_could_be_misread),
		cmocka_unit_test(problem_documents_become_one_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
