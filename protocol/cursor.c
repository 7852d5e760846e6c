/*
 * cursor.c — version byte, epoch, transaction and sequence in network order,
 * and the first eight bytes of their HMAC.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cursor.h"

#include "digest.h"

#include <string.h>

#define VERSION 2
#define PLACE_BYTES 21 /* what the HMAC covers */
#define CURSOR_BYTES 29

static void
put_number(uint8_t *out, uint64_t number, size_t size)
{
	while (size-- > 0) {
		out[size] = (uint8_t)(number & 0xff);
		number >>= 8;
	}
}

static uint64_t
get_number(const uint8_t *at, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | at[i];
	return number;
}

/* How long it takes does not tell how much was right. */
static bool
is_same(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint8_t differences = 0;

	for (size_t i = 0; i < len; i++)
		differences |= a[i] ^ b[i];
	return differences == 0;
}

bool
cursor_parse(struct cursor *cursor, const uint8_t key[static CURSOR_KEY_SIZE],
    struct slice text, struct problem *why)
{
	uint8_t bytes[CURSOR_BYTES], mac[DIGEST_SIZE];

	if (text_read_base64url(text, bytes, sizeof(bytes)) != CURSOR_BYTES)
		return problem_set(why, PROBLEM_CURSOR_MALFORMED, NULL, "%s",
		    "");
	digest_mac(key, bytes, PLACE_BYTES, mac);
	if (bytes[0] != VERSION ||
	    !is_same(bytes + PLACE_BYTES, mac, CURSOR_BYTES - PLACE_BYTES))
		return problem_set(why, PROBLEM_CURSOR_MALFORMED, NULL, "%s",
		    "");
	cursor->epoch = (uint32_t)get_number(bytes + 1, 4);
	cursor->xid = get_number(bytes + 5, 8);
	cursor->seq = get_number(bytes + 13, 8);
	return true;
}

void
cursor_print(const struct cursor *cursor,
    const uint8_t key[static CURSOR_KEY_SIZE],
    char text[static CURSOR_TEXT_SIZE])
{
	uint8_t bytes[CURSOR_BYTES], mac[DIGEST_SIZE];

	bytes[0] = VERSION;
	put_number(bytes + 1, cursor->epoch, 4);
	put_number(bytes + 5, cursor->xid, 8);
	put_number(bytes + 13, cursor->seq, 8);
	digest_mac(key, bytes, PLACE_BYTES, mac);
	memcpy(bytes + PLACE_BYTES, mac, CURSOR_BYTES - PLACE_BYTES);
	text_print_base64url(bytes, sizeof(bytes), text);
}
