/*
 * http1_chunks — what comes out of a body sent in chunks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "../lib/slice_check.h"
#include "buf.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_come_out_in_order_without_their_frames),
		cmocka_unit_test(no_bytes_leave_chunks_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
