/*
 * Tests of protocol/cursor.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t key[CURSOR_KEY_SIZE] = "the key of one client, no other";

static void
a_cursor_reads_back_as_printed(void **state)
{
	static const struct cursor cursors[] = {
		{ 0, 0, 0 }, { 1, 2, 3 },
		{ UINT32_MAX, UINT64_MAX, UINT64_MAX },
		{ 7, UINT64_C(0x0123456789abcdef), 1 },
	};
	char text[CURSOR_TEXT_SIZE];
	struct cursor back;
	struct problem why;

	(void)state;
	for (size_t i = 0; i < nitems(cursors); i++) {
		cursor_print(&cursors[i], key, text);
		assert_int_equal(strlen(text), CURSOR_TEXT_SIZE - 1);
		assert_true(cursor_parse(&back, key, slice_of(text), &why));
		assert_int_equal(back.epoch, cursors[i].epoch);
		assert_true(back.xid == cursors[i].xid);
		assert_true(back.seq == cursors[i].seq);
	}
}

static void
is_refused(struct slice text)
{
	struct problem why = { 0 };
	struct cursor cursor;

	assert_false(cursor_parse(&cursor, key, text, &why));
	assert_int_equal(why.slug, PROBLEM_CURSOR_MALFORMED);
}

static void
a_foreign_text_is_refused(void **state)
{
	static const char alphabet[] = "ABCabc019-_";
	struct cursor cursor = { 1, 1000, 5 };
	char text[CURSOR_TEXT_SIZE];

	(void)state;
	is_refused(SLICE(""));
	is_refused((struct slice){ NULL, 0 });
	is_refused(SLICE("0"));
	is_refused(SLICE("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	is_refused(SLICE("AQAAAAEAAAAAAAAAFAAAAAAAAAAFt9TjBw")); /* version 1 */
	cursor_print(&cursor, key, text);
	is_refused((struct slice){ text, CURSOR_TEXT_SIZE - 2 });
	is_refused((struct slice){ text, CURSOR_TEXT_SIZE }); /* with its NUL */
	for (size_t i = 0; i < CURSOR_TEXT_SIZE - 1; i++) {
		for (size_t j = 0; j < sizeof(alphabet) - 1; j++) {
			cursor_print(&cursor, key, text);
			if (text[i] == alphabet[j])
				continue;
			text[i] = alphabet[j];
			is_refused(slice_of(text));
		}
	}
}

static void
another_clients_cursor_is_refused(void **state)
{
	uint8_t other[CURSOR_KEY_SIZE];
	struct cursor cursor = { 1, 1000, 5 };
	char text[CURSOR_TEXT_SIZE];

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof(other); bit++) {
		memcpy(other, key, sizeof(other));
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cursor_print(&cursor, other, text);
		is_refused(slice_of(text));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cursor_reads_back_as_printed),
		cmocka_unit_test(a_foreign_text_is_refused),
		cmocka_unit_test(another_clients_cursor_is_refused),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
