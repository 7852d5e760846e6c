/*
 * feed_cursor.c — the cursor of any place of the feed, as the server would
 * give it to a client there: to stand in the middle of ten million changes
 * nobody should have to read five. Prints it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "wire.h"

int
main(int argc, char **argv)
{
	uint8_t key[CURSOR_KEY_SIZE];
	char text[CURSOR_TEXT_SIZE];
	struct cursor cursor;

	if (argc != 5 || strlen(argv[2]) != 2 * sizeof(key))
		die("usage: feed_cursor EPOCH KEY-IN-HEX XID SEQ");
	for (size_t i = 0; i < sizeof(key); i++) {
		unsigned byte;

		if (sscanf(argv[2] + 2 * i, "%2x", &byte) != 1)
			die("feed_cursor: the key is not hexadecimal");
		key[i] = (uint8_t)byte;
	}
	cursor.epoch = (uint32_t)strtoul(argv[1], NULL, 10);
	cursor.xid = strtoull(argv[3], NULL, 10);
	cursor.seq = strtoull(argv[4], NULL, 10);
	cursor_print(&cursor, key, text);
	puts(text);
	return 0;
}
