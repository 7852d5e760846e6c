/*
 * mem.c — allocators that end the process when they fail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mem.h"

#include <event2/event.h>
#include <jansson.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "log.h"

#define FREE_KEPT_BYTES (8u << 20) /* not worth a system call below this */

static void *
checked_malloc(size_t size)
{
	void *at = malloc(size);

	if (at == NULL && size > 0)
		fatal("out of memory");
	return at;
}

void *
mem_realloc(void *was, size_t size)
{
	void *at = realloc(was, size);

	if (at == NULL && size > 0)
		fatal("out of memory");
	return at;
}

void *
mem_alloc(size_t size)
{
	void *at = calloc(1, size);

	if (at == NULL)
		fatal("out of memory");
	return at;
}

static void *
openssl_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return checked_malloc(size);
}

static void *
openssl_realloc(void *was, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return mem_realloc(was, size);
}

static void
openssl_free(void *at, const char *file, int line)
{
	(void)file;
	(void)line;
	free(at);
}

/*
 * Large pieces (bodies, reports) are mapped one by one, so that each goes
 * back when it is freed; glibc would raise that threshold by itself after
 * the first of them.
 */
void
mem_start(void)
{
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
	mallopt(M_ARENA_MAX, 1);
	event_set_mem_functions(checked_malloc, mem_realloc, free);
	json_set_alloc_funcs(checked_malloc, free);
	if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc,
	    openssl_free) != 1)
		fatal("OpenSSL has allocated before its allocator was set");
}

void
mem_give_back(void)
{
	if (mallinfo2().fordblks > FREE_KEPT_BYTES)
		malloc_trim(0);
}
