/*
 * width.c — column widths without the locale: names with accents must line
 * up in a cron mail and in LANG=C alike, which wcwidth() does not promise.
 * The ranges are the zero-width and wide ones of Unicode that names and
 * addresses can hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "width.h"

#include "common.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

static const struct range zero_width[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0670, 0x0670 },
	{ 0x06d6, 0x06dc }, { 0x0900, 0x0902 }, { 0x093c, 0x093c },
	{ 0x0941, 0x0948 }, { 0x094d, 0x094d }, { 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x202a, 0x202e },
	{ 0x2060, 0x2064 }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
};

static const struct range double_width[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
	{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static bool
range_holds(const struct range *ranges, size_t len, uint32_t c)
{
	for (size_t i = 0; i < len; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static size_t
char_width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (range_holds(zero_width, nitems(zero_width), c))
		return 0;
	return range_holds(double_width, nitems(double_width), c) ? 2 : 1;
}

static size_t
char_bytes(unsigned char lead)
{
	if (lead < 0xc2 || lead > 0xf4)
		return 1;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* The character at the start, and how many bytes it is. */
static size_t
char_decode(struct slice text, uint32_t *out)
{
	const unsigned char *at = (const unsigned char *)text.at;
	size_t len = char_bytes(at[0]);

	*out = at[0];
	if (len == 1 || len > text.len)
		return 1;
	*out = at[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80) {
			*out = at[0];
			return 1;
		}
		*out = *out << 6 | (at[i] & 0x3f);
	}
	return len;
}

struct slice
width_cut(struct slice text, size_t max)
{
	struct slice rest = text;
	size_t width = 0;

	while (rest.len > 0) {
		uint32_t c;
		size_t len = char_decode(rest, &c);

		width += char_width(c);
		if (width > max)
			break;
		rest.at += len;
		rest.len -= len;
	}
	return (struct slice){ text.at, text.len - rest.len };
}

size_t
width_of(struct slice text)
{
	size_t width = 0;

	while (text.len > 0) {
		uint32_t c;
		size_t len = char_decode(text, &c);

		width += char_width(c);
		text.at += len;
		text.len -= len;
	}
	return width;
}

void
width_disarm(char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t c;
		size_t len = char_decode((struct slice){ text, left }, &c);

		/* C1 controls steer terminals too, written as two bytes. */
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			memset(text, '?', len);
		text += len;
		left -= len;
	}
}
