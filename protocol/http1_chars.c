/*
 * http1_chars.c — the table of character kinds. A byte not named below is a
 * control and belongs to no kind; HTAB is the one control a line may hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1_chars.h"

#include <string.h>

#define MARK CHAR_LINE /* visible, but in none of the small grammars */
#define TOKEN (CHAR_LINE | CHAR_TOKEN)
#define TARGET (CHAR_LINE | CHAR_TARGET)
#define BOTH (TOKEN | TARGET)
#define LETTER (BOTH | CHAR_HOST)

const uint8_t http1_chars[256] = {
	['\t'] = CHAR_LINE,
	[' '] = CHAR_LINE,
	['0' ... '9'] = LETTER | CHAR_HEX | CHAR_DIGIT,
	['A' ... 'F'] = LETTER | CHAR_HEX,
	['G' ... 'Z'] = LETTER,
	['a' ... 'f'] = LETTER | CHAR_HEX,
	['g' ... 'z'] = LETTER,
	['-'] = LETTER, ['.'] = LETTER, ['_'] = LETTER,
	['!'] = BOTH, ['$'] = BOTH, ['&'] = BOTH, ['\''] = BOTH,
	['*'] = BOTH, ['+'] = BOTH, ['~'] = BOTH,
	['#'] = TOKEN, ['%'] = TOKEN, ['^'] = TOKEN, ['`'] = TOKEN,
	['|'] = TOKEN,
	['('] = TARGET, [')'] = TARGET, [','] = TARGET, ['/'] = TARGET,
	[':'] = TARGET, [';'] = TARGET, ['='] = TARGET, ['?'] = TARGET,
	['@'] = TARGET,
	['"'] = MARK, ['<'] = MARK, ['>'] = MARK, ['['] = MARK,
	['\\'] = MARK, [']'] = MARK, ['{'] = MARK, ['}'] = MARK,
	[0x80 ... 0xff] = CHAR_LINE,
};

size_t
chars_span(const char *at, size_t len, unsigned kinds)
{
	size_t n = 0;

	while (n < len && char_is(at[n], kinds))
		n++;
	return n;
}

/* Is one of the eight bytes below 0x20, or DEL? (A tab counts, too.) */
static bool
has_control(const char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t eight, delete;

	memcpy(&eight, at, sizeof(eight));
	delete = eight ^ ones * 0x7f;
	return (((eight - ones * 0x20) & ~eight) |
	       ((delete - ones) & ~delete)) & ones * 0x80;
}

size_t
chars_line_span(const char *at, size_t len)
{
	size_t n = 0;

	while (len - n >= 8 && !has_control(at + n))
		n += 8;
	return n + chars_span(at + n, len - n, CHAR_LINE);
}

int
char_hex(char c)
{
	if (!char_is(c, CHAR_HEX))
		return -1;
	return char_is(c, CHAR_DIGIT) ? c - '0' : (c | 0x20) - 'a' + 10;
}
