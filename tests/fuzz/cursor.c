/*
 * cursor — any text at all as a cursor: no crash, and one that is taken is
 * the one text its place prints to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cursor.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static const uint8_t key[CURSOR_KEY_SIZE] = "the key of one client, no other";

/* An HMAC is not found by chance: the bytes also serve as a place. */
static void
check_place(const uint8_t *at, size_t len)
{
	struct cursor cursor = { 0, 0, 0 }, back;
	char text[CURSOR_TEXT_SIZE];
	struct problem why;

	memcpy(&cursor, at, len < sizeof(cursor) ? len : sizeof(cursor));
	cursor_print(&cursor, key, text);
	assert(cursor_parse(&back, key, slice_of(text), &why));
	assert(back.epoch == cursor.epoch && back.xid == cursor.xid &&
	    back.seq == cursor.seq);
	if (len > sizeof(cursor)) {
		/* One character put in place of another is noticed. */
		size_t i = at[sizeof(cursor)] % (CURSOR_TEXT_SIZE - 1);
		char old = text[i];

		text[i] = (char)at[len - 1];
		if (text[i] != old)
			assert(!cursor_parse(&back, key,
			    (struct slice){ text, CURSOR_TEXT_SIZE - 1 }, &why));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct slice text = { (const char *)at, len };
	char printed[CURSOR_TEXT_SIZE];
	struct cursor cursor;
	struct problem why;

	if (cursor_parse(&cursor, key, text, &why)) {
		cursor_print(&cursor, key, printed);
		assert(slice_is(text, printed));
	} else {
		assert(why.slug == PROBLEM_CURSOR_MALFORMED);
	}
	check_place(at, len);
	return 0;
}
