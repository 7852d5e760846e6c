/*
 * mem.h — what happens when memory runs out, and how freed memory goes back
 * to the system. Our own allocations and those of libevent, jansson and
 * OpenSSL never fail: the worker ends and the supervisor starts another, so
 * no half-built object is ever walked (evhttp and bufferevents crashed on
 * that) and no failure outlives its moment (OpenSSL's caches kept it: such a
 * worker then answered every handshake with an alert). libpq reports one as
 * the end of one connection and keeps its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_MEM_H
#define DAEMON_MEM_H

#include <stddef.h>

void mem_start(void); /* before those libraries have allocated anything */
void *mem_alloc(size_t size);  /* zeroed; never NULL; free() it */
void *mem_realloc(void *was, size_t size); /* the same, but not zeroed */
void mem_give_back(void); /* now and then: returns what a burst left free */

#endif
