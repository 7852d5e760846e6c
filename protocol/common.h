/*
 * common.h — the whole list of macros this program uses.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_COMMON_H
#define PROTOCOL_COMMON_H

#include <stddef.h>

#define nitems(array) (sizeof(array) / sizeof((array)[0]))
#define must_check __attribute__((warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

#endif
