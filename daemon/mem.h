/*
 * mem.h — what happens when memory runs out, and how freed memory goes back
 * to the system. Our own allocations and those of libevent and jansson never
 * fail: the worker ends and the supervisor starts another, so no half-built
 * object is ever walked (evhttp and bufferevents crashed on that). OpenSSL
 * and libpq report a failure as the end of one connection and keep theirs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_MEM_H
#define DAEMON_MEM_H

#include <stddef.h>

void mem_start(void); /* before libevent or jansson has allocated anything */
void *mem_alloc(size_t size);  /* zeroed; never NULL; free() it */
void *mem_realloc(void *was, size_t size); /* the same, but not zeroed */
void mem_give_back(void); /* now and then: returns what a burst left free */

#endif
