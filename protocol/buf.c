/*
 * buf.c — a growing run of bytes, doubled when full.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_MIN 256

void
buf_init(struct buf *buf)
{
	*buf = (struct buf){ NULL, 0, 0 };
}

void
buf_release(struct buf *buf)
{
	free(buf->at);
	buf_init(buf);
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
}

void
buf_reserve(struct buf *buf, size_t more)
{
	size_t cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
	size_t need;
	char *at;

	if (more <= buf->cap - buf->len)
		return;
	if (__builtin_add_overflow(buf->len, more, &need))
		abort();
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	at = realloc(buf->at, cap);
	if (at == NULL)
		abort(); /* out of memory ends the process, see arena.h */
	buf->at = at;
	buf->cap = cap;
}

void
buf_drop(struct buf *buf, size_t n)
{
	assert(n <= buf->len);
	buf->len -= n;
	if (buf->len > 0 && n > 0)
		memmove(buf->at, buf->at + n, buf->len);
}

void
buf_add(struct buf *buf, const void *at, size_t len)
{
	if (len == 0)
		return;
	buf_reserve(buf, len);
	memcpy(buf->at + buf->len, at, len);
	buf->len += len;
}

void
buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void
buf_add_char(struct buf *buf, char c)
{
	buf_reserve(buf, 1);
	buf->at[buf->len++] = c;
}

void
buf_add_uint(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void
buf_add_int(struct buf *buf, int64_t number)
{
	if (number >= 0) {
		buf_add_uint(buf, (uint64_t)number);
		return;
	}
	buf_add_char(buf, '-');
	buf_add_uint(buf, 0 - (uint64_t)number);
}

void
buf_print(struct buf *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(len >= 0);
	buf_reserve(buf, (size_t)len + 1); /* vsnprintf writes its NUL there */
	va_start(args, fmt);
	vsnprintf(buf->at + buf->len, (size_t)len + 1, fmt, args);
	va_end(args);
	buf->len += (size_t)len;
}

/* The low size bytes of a number, highest first. */
static void
print_be(char *out, uint64_t number, size_t size)
{
	while (size-- > 0) {
		out[size] = (char)(number & 0xff);
		number >>= 8;
	}
}

void
buf_add_be16(struct buf *buf, uint16_t number)
{
	buf_reserve(buf, 2);
	print_be(buf->at + buf->len, number, 2);
	buf->len += 2;
}

void
buf_add_be32(struct buf *buf, uint32_t number)
{
	buf_reserve(buf, 4);
	print_be(buf->at + buf->len, number, 4);
	buf->len += 4;
}

void
buf_add_be64(struct buf *buf, uint64_t number)
{
	buf_reserve(buf, 8);
	print_be(buf->at + buf->len, number, 8);
	buf->len += 8;
}

void
buf_set_be32(struct buf *buf, size_t offset, uint32_t number)
{
	assert(buf->len >= 4 && offset <= buf->len - 4);
	print_be(buf->at + offset, number, 4);
}
