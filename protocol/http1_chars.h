/*
 * http1_chars.h — the kinds of character HTTP knows (RFC 9110, RFC 3986),
 * as one table of bits looked up once a byte.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_HTTP1_CHARS_H
#define PROTOCOL_HTTP1_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHAR_LINE = 1,    /* SP, HTAB, VCHAR, obs-text: all but the controls */
	CHAR_TOKEN = 2,
	CHAR_TARGET = 4,  /* pchar without "%", and "/" and "?" */
	CHAR_HOST = 8,    /* of a name or an IPv4 address */
	CHAR_HEX = 16,
	CHAR_DIGIT = 32
};

extern const uint8_t http1_chars[256];

static inline bool
char_is(char c, unsigned kinds)
{
	return (http1_chars[(unsigned char)c] & kinds) != 0;
}

/* How many of the bytes, from the first on, are of these kinds. */
size_t chars_span(const char *at, size_t len, unsigned kinds);

/* The same for CHAR_LINE, eight bytes at a time: all of a head goes by here. */
size_t chars_line_span(const char *at, size_t len);

/* 0-15, or -1 when it is no hexadecimal digit. */
int char_hex(char c);

#endif
