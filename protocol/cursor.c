/*
 * cursor.c — version byte, epoch, transaction and sequence in network order,
 * and the first four bytes of their SHA-256.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cursor.h"

#include "digest.h"

#include <string.h>

#define VERSION 1
#define PLACE_BYTES 21 /* what the checksum covers */
#define CURSOR_BYTES 25

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

bool
cursor_parse(struct cursor *cursor, struct slice text, struct problem *why)
{
	uint8_t bytes[CURSOR_BYTES], hash[DIGEST_SIZE];

	if (text_read_base64url(text, bytes, sizeof(bytes)) != CURSOR_BYTES)
		return problem_set(why, PROBLEM_CURSOR_MALFORMED, NULL, "%s",
		    "");
	digest_of(bytes, PLACE_BYTES, hash);
	if (bytes[0] != VERSION ||
	    memcmp(bytes + PLACE_BYTES, hash, CURSOR_BYTES - PLACE_BYTES) != 0)
		return problem_set(why, PROBLEM_CURSOR_MALFORMED, NULL, "%s",
		    "");
	cursor->epoch = (uint32_t)get_number(bytes + 1, 4);
	cursor->xid = get_number(bytes + 5, 8);
	cursor->seq = get_number(bytes + 13, 8);
	return true;
}

void
cursor_print(const struct cursor *cursor, char text[static CURSOR_TEXT_SIZE])
{
	uint8_t bytes[CURSOR_BYTES], hash[DIGEST_SIZE];

	bytes[0] = VERSION;
	put_number(bytes + 1, cursor->epoch, 4);
	put_number(bytes + 5, cursor->xid, 8);
	put_number(bytes + 13, cursor->seq, 8);
	digest_of(bytes, PLACE_BYTES, hash);
	memcpy(bytes + PLACE_BYTES, hash, CURSOR_BYTES - PLACE_BYTES);
	text_print_base64url(bytes, sizeof(bytes), text);
}
