/*
 * cursor.h — where a reader stands in the change feed. Opaque to clients:
 * base64url of a version, the place and the start of an HMAC of both, so that
 * it can change form and none is taken that was not given to this client: the
 * key is the client's own. It grants nothing: what a client may see is decided
 * anew at every read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CURSOR_H
#define PROTOCOL_CURSOR_H

#include "problem.h"
#include "text.h"
#include <stdint.h>

#define CURSOR_TEXT_SIZE 40 /* 29 bytes in base64url and NUL */
#define CURSOR_KEY_SIZE 32 /* api.feed_place gives a client's */

struct cursor {
	uint32_t epoch; /* of the database: another one after a restore */
	uint64_t xid;   /* transaction of the last change seen */
	uint64_t seq;   /* and its number within the feed */
};

bool cursor_parse(struct cursor *, const uint8_t key[static CURSOR_KEY_SIZE],
    struct slice text, struct problem *) must_check;
void cursor_print(const struct cursor *,
    const uint8_t key[static CURSOR_KEY_SIZE],
    char text[static CURSOR_TEXT_SIZE]);

#endif
