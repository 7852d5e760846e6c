/*
 * register_cell.c — a cell of a published register made fit to read: its
 * encoding, and what a spreadsheet did to it on the way. Encodings are told
 * cell by cell, because extracts joined from several sources mix them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register_cell.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* cp1252 0x80 to 0x9f; what it leaves undefined becomes U+FFFD. */
static const uint16_t cp1252_upper[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
	0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

static const char *const placeholders[] = {
	"-", "NULL", "N/A", "#N/A", "Not applicable", "REDACTED",
};

static size_t
cp1252_print(unsigned char byte, char *out)
{
	unsigned code = byte >= 0x80 && byte < 0xa0 ?
	    cp1252_upper[byte - 0x80] : byte;

	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

static struct slice
utf8_of(struct slice raw, struct arena *arena)
{
	size_t len = 0;
	char *out;

	if (text_is_utf8(raw.at, raw.len))
		return arena_slice(arena, raw);
	out = arena_alloc(arena, 3 * raw.len);
	for (size_t i = 0; i < raw.len; i++)
		len += cp1252_print((unsigned char)raw.at[i], out + len);
	return (struct slice){ out, len };
}

/* How many bytes of blank stand here: ASCII ones or a no-break space. */
static size_t
blank_length(const char *at, size_t len)
{
	if (*at == ' ' || (*at >= '\t' && *at <= '\r'))
		return 1;
	return len >= 2 && memcmp(at, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* In place: no blanks at the ends, one for each run of them. */
static struct slice
squeeze(struct slice text)
{
	char *out = (char *)text.at; /* ours: utf8_of has just made it */
	size_t len = 0;

	for (size_t i = 0; i < text.len;) {
		size_t blank = blank_length(text.at + i, text.len - i);

		if (blank == 0)
			out[len++] = text.at[i++];
		else if (len > 0 && out[len - 1] != ' ')
			out[len++] = ' ';
		i += blank;
	}
	if (len > 0 && out[len - 1] == ' ')
		len--;
	return (struct slice){ out, len };
}

/* ="106283", which keeps a spreadsheet from reading a number. */
static struct slice
open_formula(struct slice text)
{
	if (text.len >= 3 && memcmp(text.at, "=\"", 2) == 0 &&
	    text.at[text.len - 1] == '"')
		return (struct slice){ text.at + 2, text.len - 3 };
	return text;
}

struct slice
cell_clean(struct slice raw, struct arena *arena)
{
	if (raw.len == 0)
		return SLICE("");
	return slice_trim(open_formula(squeeze(utf8_of(raw, arena))));
}

bool
cell_is_placeholder(struct slice cell)
{
	for (size_t i = 0; i < nitems(placeholders); i++)
		if (slice_is_caseless(cell, placeholders[i]))
			return true;
	return cell.len == 0;
}

/* ".0" or ".000" at the end, as a spreadsheet writes a whole number. */
static struct slice
without_fraction(struct slice text)
{
	size_t len = text.len;

	while (len > 0 && text.at[len - 1] == '0')
		len--;
	if (len > 1 && len < text.len && text.at[len - 1] == '.')
		text.len = len - 1;
	return text;
}

/* "1,234,567" or "1 234": one to three digits before, just three after. */
static bool
is_thousands_mark(struct slice text, size_t at)
{
	size_t before = 0, after = 0;

	while (before < at && isdigit((unsigned char)text.at[at - before - 1]))
		before++;
	while (at + after + 1 < text.len &&
	    isdigit((unsigned char)text.at[at + after + 1]))
		after++;
	return (text.at[at] == ',' || text.at[at] == ' ') &&
	       before >= 1 && before <= 3 && after == 3;
}

struct slice
cell_digits(struct slice cell, struct arena *arena)
{
	struct slice none = { NULL, 0 };
	char *out = arena_alloc(arena, cell.len + 1);
	size_t len = 0;

	if (cell.len > 0 && cell.at[0] == '\'')
		cell = (struct slice){ cell.at + 1, cell.len - 1 };
	cell = without_fraction(cell);
	for (size_t i = 0; i < cell.len; i++) {
		if (isdigit((unsigned char)cell.at[i]))
			out[len++] = cell.at[i];
		else if (!is_thousands_mark(cell, i))
			return none;
	}
	return len > 0 ? (struct slice){ out, len } : none;
}

struct slice
cell_without_blanks(struct slice cell, struct arena *arena)
{
	char *out = arena_alloc(arena, cell.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < cell.len; i++)
		if (cell.at[i] != ' ')
			out[len++] = cell.at[i];
	return (struct slice){ out, len };
}

/* A shape only, enough to tell a postcode from a town: "M16 0EX". */
bool
cell_is_postcode(struct slice cell)
{
	const char *at = cell.at;
	size_t n = cell.len;

	return n >= 5 && n <= 8 && isalpha((unsigned char)at[0]) &&
	       isdigit((unsigned char)at[n - 3]) &&
	       isalpha((unsigned char)at[n - 2]) &&
	       isalpha((unsigned char)at[n - 1]);
}
