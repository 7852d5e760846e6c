/*
 * arena.c — blocks of memory filled from the front and freed together. A
 * block is twice as large as the one before up to a limit; what would waste
 * most of a block gets one of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN ((size_t)4 * 1024)
#define BLOCK_BYTES_MAX ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){ NULL, 0 };
}

void
arena_release(struct arena *arena)
{
	struct arena_block *block = arena->blocks, *next;

	for (; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	arena_init(arena);
}

static struct arena_block *
block_new(size_t size)
{
	struct arena_block *block;

	if (size > SIZE_MAX - sizeof(*block))
		abort();
	block = calloc(1, sizeof(*block) + size);
	if (block == NULL)
		abort(); /* out of memory ends the process, see arena.h */
	block->size = size;
	return block;
}

/* A block with room for size more bytes, which becomes or stays reachable. */
static struct arena_block *
block_for(struct arena *arena, size_t size)
{
	struct arena_block *first = arena->blocks, *block;
	size_t next_size = BLOCK_BYTES_MIN;

	if (first != NULL)
		next_size = first->size * 2;
	if (next_size > BLOCK_BYTES_MAX)
		next_size = BLOCK_BYTES_MAX;
	if (size <= next_size / 2) {
		block = block_new(next_size);
		block->next = first;
		arena->blocks = block;
		return block;
	}
	block = block_new(size);
	if (first == NULL) {
		arena->blocks = block;
	} else {
		/* Behind the first, whose room stays in use. */
		block->next = first->next;
		first->next = block;
	}
	return block;
}

static void *
take(struct arena *arena, size_t size, size_t align)
{
	struct arena_block *block = arena->blocks;
	size_t start = 0;

	if (block != NULL)
		start = (block->used + align - 1) & ~(align - 1);
	if (block == NULL || start > block->size ||
	    size > block->size - start) {
		block = block_for(arena, size);
		start = 0;
	}
	block->used = start + size;
	arena->used_bytes += size;
	return block->bytes + start;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size, alignof(max_align_t));
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		abort();
	return arena_alloc(arena, bytes);
}

char *
arena_text(struct arena *arena, const char *at, size_t len)
{
	char *copy;

	assert(len < SIZE_MAX);
	copy = take(arena, len + 1, 1);
	if (len > 0)
		memcpy(copy, at, len);
	return copy; /* fresh memory is zero: the NUL is there */
}

struct slice
arena_slice(struct arena *arena, struct slice slice)
{
	if (slice.at == NULL)
		return slice;
	slice.at = arena_text(arena, slice.at, slice.len);
	return slice;
}

char *
arena_print(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(len >= 0);
	text = take(arena, (size_t)len + 1, 1);
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}
