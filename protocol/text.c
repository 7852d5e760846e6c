/*
 * text.c — slices compared and trimmed, UTF-8 judged, and bytes written as
 * hex, UUID and base64url and read back. Every reader here takes untrusted
 * bytes and looks at none past the length it was given.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text.h"

#include <stdio.h>
#include <string.h>

struct slice
slice_of(const char *text)
{
	return (struct slice){ text, text == NULL ? 0 : strlen(text) };
}

bool
slice_is(struct slice slice, const char *text)
{
	size_t len = strlen(text);

	return slice.at != NULL && slice.len == len &&
	       memcmp(slice.at, text, len) == 0;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
slice_is_caseless(struct slice slice, const char *text)
{
	if (slice.at == NULL || slice.len != strlen(text))
		return false;
	for (size_t i = 0; i < slice.len; i++)
		if (lower(slice.at[i]) != lower(text[i]))
			return false;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice
slice_trim(struct slice slice)
{
	while (slice.len > 0 && is_blank(slice.at[0])) {
		slice.at++;
		slice.len--;
	}
	while (slice.len > 0 && is_blank(slice.at[slice.len - 1]))
		slice.len--;
	return slice;
}

/* The length of the valid sequence that starts at a byte >= 0x80, or 0. */
static size_t
utf8_sequence(const uint8_t *at, size_t len)
{
	uint8_t low = 0x80, high = 0xbf; /* what the second byte may be */
	size_t need;

	if (at[0] >= 0xc2 && at[0] <= 0xdf)
		need = 2;
	else if (at[0] >= 0xe0 && at[0] <= 0xef)
		need = 3;
	else if (at[0] >= 0xf0 && at[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (at[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (at[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (at[0] == 0xf0)
		low = 0x90; /* overlong */
	else if (at[0] == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	if (len < need || at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

bool
text_is_utf8(const char *at, size_t len)
{
	const uint8_t *bytes = (const uint8_t *)at;
	size_t i = 0, n;
	uint64_t word;

	while (i < len) {
		if (len - i >= sizeof(word)) {
			memcpy(&word, bytes + i, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if (bytes[i] < 0x80) {
			i++;
			continue;
		}
		n = utf8_sequence(bytes + i, len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

/* Digits into an unsigned number of at most max. */
static bool
read_digits(struct slice slice, uint64_t max, uint64_t *out)
{
	uint64_t number = 0;

	if (slice.len == 0)
		return false;
	for (size_t i = 0; i < slice.len; i++) {
		unsigned digit = (unsigned)(uint8_t)slice.at[i] - '0';

		if (digit > 9 || number > (max - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*out = number;
	return true;
}

bool
text_read_uint(struct slice slice, int64_t *out)
{
	uint64_t number;

	if (!read_digits(slice, INT64_MAX, &number))
		return false;
	*out = (int64_t)number;
	return true;
}

bool
text_read_int(struct slice slice, int64_t *out)
{
	uint64_t number;

	if (slice.len == 0 || slice.at[0] != '-')
		return text_read_uint(slice, out);
	slice.at++;
	slice.len--;
	if (!read_digits(slice, (uint64_t)INT64_MAX + 1, &number))
		return false;
	*out = number > INT64_MAX ? INT64_MIN : -(int64_t)number;
	return true;
}

bool
text_read_decimal(struct slice slice, int64_t *hundredths)
{
	const char *point = slice.len > 0 ?
	    memchr(slice.at, '.', slice.len) : NULL;
	struct slice whole = slice;
	uint64_t number, part = 0;
	size_t places = 0;

	if (point != NULL) {
		whole.len = (size_t)(point - slice.at);
		places = slice.len - whole.len - 1;
		if (places < 1 || places > 2 || !read_digits(
		    (struct slice){ point + 1, places }, 99, &part))
			return false;
		part *= places == 1 ? 10 : 1;
	}
	if (!read_digits(whole, INT64_MAX / 100 - 1, &number))
		return false;
	*hundredths = (int64_t)(number * 100 + part);
	return true;
}

void
text_print_decimal(int64_t hundredths, char out[static DECIMAL_TEXT_SIZE])
{
	size_t len = (size_t)snprintf(out, DECIMAL_TEXT_SIZE, "%lld.%02lld",
	    (long long)(hundredths / 100), (long long)(hundredths % 100));

	while (out[len - 1] == '0')
		out[--len] = '\0';
	if (out[len - 1] == '.')
		out[len - 1] = '\0';
}

void
text_print_hex(const uint8_t *at, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[at[i] >> 4];
		*out++ = digits[at[i] & 15];
	}
	*out = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
text_read_hex(struct slice slice, uint8_t *out, size_t len)
{
	if (slice.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(slice.at[2 * i]);
		int low = hex_value(slice.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Where the hyphens stand: after 4, 6, 8 and 10 bytes. */
static const size_t uuid_parts[] = { 4, 2, 2, 2, 6 };

void
text_print_uuid(const uint8_t uuid[static 16], char out[static 37])
{
	for (size_t i = 0; i < nitems(uuid_parts); i++) {
		text_print_hex(uuid, uuid_parts[i], out);
		uuid += uuid_parts[i];
		out += 2 * uuid_parts[i];
		*out++ = '-';
	}
	out[-1] = '\0';
}

bool
text_read_uuid(struct slice slice, uint8_t out[static 16])
{
	if (slice.len != 36)
		return false;
	for (size_t i = 0; i < nitems(uuid_parts); i++) {
		size_t len = uuid_parts[i];
		struct slice part = { slice.at, 2 * len };

		if (!text_read_hex(part, out, len))
			return false;
		slice.at += 2 * len;
		if (i + 1 < nitems(uuid_parts) && *slice.at++ != '-')
			return false;
		out += len;
	}
	return true;
}

static const char base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t
text_print_base64url(const void *at, size_t len, char *out)
{
	const uint8_t *bytes = at;
	char *start = out;
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		held += 8;
		while (held >= 6) {
			held -= 6;
			*out++ = base64url[bits >> held & 63];
		}
	}
	if (held > 0)
		*out++ = base64url[bits << (6 - held) & 63];
	*out = '\0';
	return (size_t)(out - start);
}

static int
base64url_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

long
text_read_base64url(struct slice slice, uint8_t *out, size_t max)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t len = 0;

	if (slice.len % 4 == 1)
		return -1;
	for (size_t i = 0; i < slice.len; i++) {
		int value = base64url_value(slice.at[i]);

		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if (len == max)
			return -1;
		out[len++] = (uint8_t)(bits >> held);
	}
	/* Left-over bits must be zero, so that each text has one reading. */
	if ((bits & ((1u << held) - 1)) != 0)
		return -1;
	return (long)len;
}
