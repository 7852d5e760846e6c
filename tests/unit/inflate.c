/*
 * inflate — gzip bodies whole, cut, in pieces, in members and as bombs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inflate.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "deflate.h"

/* Feeds packed in pieces; answers the slug, PROBLEM_NONE when all is well. */
static enum problem_slug
unpack(const struct buf *packed, size_t piece, size_t max, struct buf *out)
{
	struct inflate *inflate = inflate_new(max);
	struct problem why = { 0 };
	bool is_good = true;

	for (size_t at = 0; at < packed->len && is_good; at += piece) {
		size_t len = packed->len - at < piece ? packed->len - at : piece;
		is_good = inflate_feed(inflate, packed->at + at, len, out, &why);
		assert_true(out->len <= max);
	}
	if (is_good)
		is_good = inflate_end(inflate, &why);
	assert_int_equal(is_good, why.slug == PROBLEM_NONE);
	inflate_free(inflate);
	return why.slug;
}

static void
pack(struct buf *packed, const char *text)
{
	deflate_gzip(slice_of(text), packed);
}

static void
text_comes_back_whatever_the_pieces(void **state)
{
	struct buf text, packed, out;

	(void)state;
	buf_init(&text);
	buf_init(&packed);
	buf_init(&out);
	for (int i = 0; i < 9000; i++)
		buf_print(&text, "record %d,", i);
	deflate_gzip((struct slice){ text.at, text.len }, &packed);
	assert_true(packed.len < text.len / 3);
	for (size_t piece = 1; piece < packed.len; piece = piece * 3 + 1) {
		buf_clear(&out);
		assert_int_equal(unpack(&packed, piece, text.len, &out),
		    PROBLEM_NONE);
		assert_int_equal(out.len, text.len);
		assert_memory_equal(out.at, text.at, text.len);
	}
	buf_release(&text);
	buf_release(&packed);
	buf_release(&out);
}

static void
what_is_packed_in_pieces_is_one_member_after_another(void **state)
{
	struct deflate *deflate = deflate_new();
	struct buf text, packed, out;

	(void)state;
	buf_init(&text);
	buf_init(&packed);
	buf_init(&out);
	for (int file = 0; file < 3; file++) {
		buf_clear(&text);
		buf_clear(&packed);
		buf_clear(&out);
		for (int i = 0; i < file * 9000; i++) {
			size_t from = text.len;
			buf_print(&text, "record %d of %d,", i * i, file);
			deflate_add(deflate, (struct slice){ text.at + from,
			                                     text.len - from }, &packed);
		}
		deflate_add(deflate, (struct slice){ NULL, 0 }, &packed);
		deflate_end(deflate, &packed);
		assert_true(packed.len < text.len / 2 + 40);
		assert_int_equal(unpack(&packed, 1000, text.len + 1, &out),
		    PROBLEM_NONE);
		assert_int_equal(out.len, text.len);
		if (text.len > 0)
			assert_memory_equal(out.at, text.at, text.len);
	}
	deflate_free(deflate);
	deflate_free(NULL);
	buf_release(&text);
	buf_release(&packed);
	buf_release(&out);
}

static void
members_one_after_another_are_one_text(void **state)
{
	struct buf packed, out;

	(void)state;
	buf_init(&packed);
	buf_init(&out);
	pack(&packed, "one ");
	pack(&packed, "");
	pack(&packed, "two");
	for (size_t piece = 1; piece <= packed.len; piece++) {
		buf_clear(&out);
		assert_int_equal(unpack(&packed, piece, 7, &out), PROBLEM_NONE);
		assert_int_equal(out.len, 7);
		assert_memory_equal(out.at, "one two", 7);
	}
	buf_clear(&out);
	assert_int_equal(unpack(&packed, 5, 6, &out), PROBLEM_BODY_TOO_LARGE);
	buf_release(&packed);
	buf_release(&out);
}

static void
a_stream_cut_anywhere_is_refused(void **state)
{
	struct buf packed, out;
	size_t whole;

	(void)state;
	buf_init(&packed);
	buf_init(&out);
	pack(&packed, "a text that is cut");
	whole = packed.len;
	for (packed.len = 0; packed.len < whole; packed.len++) {
		buf_clear(&out);
		assert_int_equal(unpack(&packed, 7, 100, &out),
		    PROBLEM_MALFORMED_GZIP);
	}
	buf_release(&packed);
	buf_release(&out);
}

static void
what_is_no_gzip_is_refused(void **state)
{
	struct buf packed, out;

	(void)state;
	buf_init(&packed);
	buf_init(&out);
	pack(&packed, "a text");
	buf_add_text(&packed, "and more");
	assert_int_equal(unpack(&packed, 3, 100, &out), PROBLEM_MALFORMED_GZIP);
	packed.len -= strlen("and more");
	packed.at[packed.len - 6] ^= 1; /* the checksum */
	assert_int_equal(unpack(&packed, 100, 100, &out),
	    PROBLEM_MALFORMED_GZIP);
	buf_clear(&packed);
	buf_add_text(&packed, "{\"records\":[]}");
	assert_int_equal(unpack(&packed, 100, 100, &out),
	    PROBLEM_MALFORMED_GZIP);
	buf_clear(&packed);
	buf_add(&packed, "\x78\x9c\x03\x00\x00\x00\x00\x01", 8); /* zlib's own */
	assert_int_equal(unpack(&packed, 100, 100, &out),
	    PROBLEM_MALFORMED_GZIP);
	buf_release(&packed);
	buf_release(&out);
}

static void
a_bomb_stops_at_the_limit(void **state)
{
	size_t len = 64 * 1024 * 1024, max = 1000 * 1000;
	char *zeros = calloc(1, len);
	struct buf packed, out;

	(void)state;
	buf_init(&packed);
	buf_init(&out);
	deflate_gzip((struct slice){ zeros, len }, &packed);
	assert_true(packed.len * 200 < len);
	assert_int_equal(unpack(&packed, packed.len, max, &out),
	    PROBLEM_BODY_TOO_LARGE);
	assert_true(out.cap <= 2 * max + 64 * 1024);
	buf_release(&packed);
	buf_clear(&out);
	deflate_gzip((struct slice){ zeros, max }, &packed);
	assert_int_equal(unpack(&packed, 100, max, &out), PROBLEM_NONE);
	buf_clear(&out);
	assert_int_equal(unpack(&packed, 100, max - 1, &out),
	    PROBLEM_BODY_TOO_LARGE);
	buf_release(&packed);
	buf_release(&out);
	free(zeros);
}

static void
equal_texts_are_packed_alike(void **state)
{
	struct buf one, two;

	(void)state;
	buf_init(&one);
	buf_init(&two);
	pack(&one, "the same batch");
	pack(&two, "the same batch");
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.at, two.at, one.len);
	buf_release(&one);
	buf_release(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_comes_back_whatever_the_pieces),
		cmocka_unit_test(
		    what_is_packed_in_pieces_is_one_member_after_another),
		cmocka_unit_test(members_one_after_another_are_one_text),
		cmocka_unit_test(a_stream_cut_anywhere_is_refused),
		cmocka_unit_test(what_is_no_gzip_is_refused),
		cmocka_unit_test(a_bomb_stops_at_the_limit),
		cmocka_unit_test(equal_texts_are_packed_alike),
	};

	return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}
