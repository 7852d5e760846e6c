/*
 * Tests of protocol/text.c and protocol/arena.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text.h"

#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
slices_compare_whole_and_by_case(void **state)
{
	(void)state;
	assert_true(slice_is(SLICE("need"), "need"));
	assert_false(slice_is(SLICE("need"), "needs"));
	assert_false(slice_is(SLICE("needs"), "need"));
	assert_false(slice_is(SLICE("Need"), "need"));
	assert_true(slice_is(SLICE(""), ""));
	assert_false(slice_is((struct slice){ NULL, 0 }, ""));
	assert_true(slice_is_caseless(SLICE("Keep-Alive"), "keep-alive"));
	assert_false(slice_is_caseless(SLICE("keep_alive"), "keep-alive"));
	assert_false(slice_is_caseless(SLICE("@"), "`"));
	assert_false(slice_is_caseless((struct slice){ NULL, 0 }, ""));
	assert_null(slice_of(NULL).at);
	assert_int_equal(slice_of("abc").len, 3);
}

static void
trimming_takes_blanks_and_tabs_only(void **state)
{
	(void)state;
	assert_true(slice_is(slice_trim(SLICE(" \t a b\t ")), "a b"));
	assert_true(slice_is(slice_trim(SLICE(" \t ")), ""));
	assert_true(slice_is(slice_trim(SLICE("\ra\n")), "\ra\n"));
}

static void
utf8_is_strict(void **state)
{
	static const struct {
		const char *text;
		bool is_valid;
	} cases[] = {
		{ "", true }, { "plain ascii, more than eight bytes", true },
		{ "\x7f", true }, { "\xc2\x80", true }, { "\xdf\xbf", true },
		{ "\xe0\xa0\x80", true }, { "\xed\x9f\xbf", true },
		{ "\xee\x80\x80", true }, { "\xef\xbf\xbf", true },
		{ "\xf0\x90\x80\x80", true }, { "\xf4\x8f\xbf\xbf", true },
		{ "Siobh\xc3\xa1n N\xc3\xad Bhriain \xe2\x80\x93 test", true },
		{ "\x80", false }, { "\xbf", false }, { "\xc0\xaf", false },
		{ "\xc1\xbf", false }, { "\xc2", false }, { "\xc2\x41", false },
		{ "\xe0\x9f\xbf", false }, { "\xed\xa0\x80", false },
		{ "\xed\xbf\xbf", false }, { "\xe2\x82", false },
		{ "\xf0\x8f\xbf\xbf", false }, { "\xf4\x90\x80\x80", false },
		{ "\xf5\x80\x80\x80", false }, { "\xff", false },
		{ "12345678\xff", false }, { "1234567\xe2\x82", false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_int_equal(text_is_utf8(cases[i].text,
		    strlen(cases[i].text)), cases[i].is_valid);
}

/* Every code point, encoded by the book, is taken; surrogates are not. */
static void
utf8_takes_every_code_point(void **state)
{
	char text[4];

	(void)state;
	for (uint32_t c = 0x10000; c <= 0x10ffff; c++) {
		text[0] = (char)(0xf0 | c >> 18);
		text[1] = (char)(0x80 | (c >> 12 & 63));
		text[2] = (char)(0x80 | (c >> 6 & 63));
		text[3] = (char)(0x80 | (c & 63));
		assert_true(text_is_utf8(text, 4));
		assert_false(text_is_utf8(text, 3));
	}
	for (uint32_t c = 0x800; c <= 0xffff; c++) {
		text[0] = (char)(0xe0 | c >> 12);
		text[1] = (char)(0x80 | (c >> 6 & 63));
		text[2] = (char)(0x80 | (c & 63));
		assert_int_equal(text_is_utf8(text, 3),
		    c < 0xd800 || c > 0xdfff);
		assert_false(text_is_utf8(text, 2));
	}
}

static void
numbers_stop_at_64_bits(void **state)
{
	int64_t n = 7;

	(void)state;
	assert_true(text_read_uint(SLICE("0"), &n));
	assert_int_equal(n, 0);
	assert_true(text_read_uint(SLICE("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_false(text_read_uint(SLICE("9223372036854775808"), &n));
	assert_false(text_read_uint(SLICE("18446744073709551616"), &n));
	assert_false(text_read_uint(SLICE("99999999999999999999"), &n));
	assert_false(text_read_uint(SLICE(""), &n));
	assert_false(text_read_uint(SLICE("-1"), &n));
	assert_false(text_read_uint(SLICE("+1"), &n));
	assert_false(text_read_uint(SLICE(" 1"), &n));
	assert_false(text_read_uint(SLICE("1\0"), &n));
	assert_true(text_read_int(SLICE("-9223372036854775808"), &n));
	assert_true(n == INT64_MIN);
	assert_true(text_read_int(SLICE("-17"), &n));
	assert_int_equal(n, -17);
	assert_false(text_read_int(SLICE("-9223372036854775809"), &n));
	assert_false(text_read_int(SLICE("9223372036854775808"), &n));
	assert_false(text_read_int(SLICE("-"), &n));
	assert_false(text_read_int(SLICE("--1"), &n));
}

static void
hex_and_uuid_go_both_ways(void **state)
{
	static const char canon[] = "00112233-4455-6677-8899-aabbccddeeff";
	uint8_t uuid[16], bytes[2];
	char text[37];

	(void)state;
	assert_true(text_read_uuid(SLICE("00112233-4455-6677-8899-AABBCCDDEEFF"),
	    uuid));
	text_print_uuid(uuid, text);
	assert_string_equal(text, canon);
	assert_false(text_read_uuid(SLICE("00112233-4455-6677-8899-aabbccddeef"),
	    uuid));
	assert_false(text_read_uuid(SLICE("00112233044550667708899-aabbccddeeff"),
	    uuid));
	assert_false(text_read_uuid(SLICE("00112233-4455-6677-8899-aabbccddeefg"),
	    uuid));
	assert_true(text_read_hex(SLICE("0aFf"), bytes, 2));
	assert_int_equal(bytes[0], 10);
	assert_int_equal(bytes[1], 255);
	assert_false(text_read_hex(SLICE("0aF"), bytes, 2));
	assert_false(text_read_hex(SLICE("0aF "), bytes, 2));
}

static void
base64url_has_one_reading(void **state)
{
	uint8_t in[32], out[32];
	char text[48];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 73 + 200);
	for (size_t len = 0; len <= sizeof(in); len++) {
		size_t n = text_print_base64url(in, len, text);

		assert_int_equal(n, strlen(text));
		assert_int_equal(text_read_base64url(slice_of(text), out,
		    sizeof(out)), len);
		assert_memory_equal(in, out, len);
	}
	text_print_base64url("\xfb\xff", 2, text);
	assert_string_equal(text, "-_8");
	assert_int_equal(text_read_base64url(SLICE("-_9"), out, 32), -1);
	assert_int_equal(text_read_base64url(SLICE("-_8="), out, 32), -1);
	assert_int_equal(text_read_base64url(SLICE("+/8"), out, 32), -1);
	assert_int_equal(text_read_base64url(SLICE("A"), out, 32), -1);
	assert_int_equal(text_read_base64url(SLICE("AAAAA"), out, 32), -1);
	assert_int_equal(text_read_base64url(SLICE("AAAA"), out, 2), -1);
}

static void
arena_memory_is_zero_aligned_and_counted(void **state)
{
	static const char zero[100000];
	struct arena arena;
	size_t sum = 0;

	(void)state;
	arena_init(&arena);
	for (size_t size = 1; size < sizeof(zero); size = size * 3 / 2 + 1) {
		char *at = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)at % 16, 0);
		assert_memory_equal(at, zero, size);
		memset(at, 0xff, size);
		sum += size;
	}
	assert_int_equal(arena.used_bytes, sum);
	arena_release(&arena);
	assert_int_equal(arena.used_bytes, 0);
	assert_string_equal(arena_print(&arena, "%d of %s", 3, "four"),
	    "3 of four");
	assert_string_equal(arena_text(&arena, "abcdef", 3), "abc");
	assert_true(slice_is(arena_slice(&arena, SLICE("xy")), "xy"));
	assert_null(arena_slice(&arena, (struct slice){ NULL, 0 }).at);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_compare_whole_and_by_case),
		cmocka_unit_test(trimming_takes_blanks_and_tabs_only),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(utf8_takes_every_code_point),
		cmocka_unit_test(numbers_stop_at_64_bits),
		cmocka_unit_test(hex_and_uuid_go_both_ways),
		cmocka_unit_test(base64url_has_one_reading),
		cmocka_unit_test(arena_memory_is_zero_aligned_and_counted),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
