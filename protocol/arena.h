/*
 * arena.h — memory that is released all at once. Every request, batch and
 * register file owns one. Allocation never fails: out of memory ends the
 * process (the supervisor starts another worker).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_ARENA_H
#define PROTOCOL_ARENA_H

#include "text.h"
#include "common.h"
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used_bytes;          /* handed out so far */
};

void arena_init(struct arena *);
void arena_release(struct arena *); /* usable again afterwards */

void *arena_alloc(struct arena *, size_t size); /* aligned, zeroed */
void *arena_array(struct arena *, size_t count, size_t size); /* checks overflow */
char *arena_text(struct arena *, const char *at, size_t len); /* NUL-terminated */
struct slice arena_slice(struct arena *, struct slice); /* a copy */
char *arena_print(struct arena *, const char *fmt, ...) printf_like(2, 3);

#endif
