/*
 * json_reader.c — the fast path of the product: text is looked at eight
 * bytes at a time, strings without escapes are never copied, and no byte is
 * looked at twice except to judge UTF-8 beyond ASCII.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "json_reader.h"

#include <endian.h>
#include <string.h>

void
json_reader_init(struct json_reader *json, const char *at, size_t len,
    struct arena *arena)
{
	if (at == NULL)
		at = ""; /* an empty body may have no memory at all */
	*json = (struct json_reader){
		.start = at, .at = at, .end = at + len, .arena = arena
	};
}

bool
json_fail(struct json_reader *json, const char *fault)
{
	if (json->fault == NULL)
		json->fault = fault;
	return false;
}

char
json_peek(struct json_reader *json)
{
	while (json->at < json->end) {
		char c = *json->at;

		if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
			return c;
		json->at++;
	}
	return 0;
}

bool
json_is_at_end(struct json_reader *json)
{
	json_peek(json);
	return json->at == json->end;
}

/* Takes one byte if it is the next that is no white space. */
static bool
take(struct json_reader *json, char c)
{
	if (json->fault != NULL || json_peek(json) != c || c == 0)
		return false;
	json->at++;
	return true;
}

bool
json_enter(struct json_reader *json, char bracket)
{
	if (!take(json, bracket))
		return json_fail(json, bracket == '{' ?
		    "an object is expected" : "an array is expected");
	if (json->depth == JSON_DEPTH_MAX)
		return json_fail(json, "values are nested too deeply");
	json->depth++;
	return true;
}

/* The comma between two, or the end, which answers false. */
static bool
goes_on(struct json_reader *json, char bracket, bool *is_first)
{
	bool was_first = *is_first;

	*is_first = false;
	if (take(json, bracket)) {
		json->depth--;
		return false;
	}
	if (!was_first && !take(json, ','))
		return json_fail(json, bracket == '}' ?
		    "a comma or } is expected" : "a comma or ] is expected");
	return json->fault == NULL;
}

bool
json_member(struct json_reader *json, bool *is_first, struct json_string *key)
{
	if (!goes_on(json, '}', is_first))
		return false;
	if (json_peek(json) != '"')
		return json_fail(json, "a member's name in quotes is expected");
	if (!json_read_string(json, key))
		return false;
	if (!take(json, ':'))
		return json_fail(json, "a colon is expected");
	return true;
}

bool
json_element(struct json_reader *json, bool *is_first)
{
	return goes_on(json, ']', is_first);
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/*
 * Flags in eight bytes those that are a quote, backslash, control or not
 * ASCII. The lowest flag is always right; above it a borrow may raise one
 * too many.
 */
static uint64_t
special_bytes(uint64_t word)
{
	uint64_t quote = word ^ EACH_BYTE('"');
	uint64_t slash = word ^ EACH_BYTE('\\');

	return ((quote - EACH_BYTE(1)) | (slash - EACH_BYTE(1)) |
	       (word - EACH_BYTE(0x20)) | word) & EACH_BYTE(0x80);
}

/* The first byte that is a quote, backslash, control character or not ASCII. */
static inline const char *
skip_plain(const char *at, const char *end)
{
	uint64_t word, special;

	while (end - at >= (ptrdiff_t)sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		special = special_bytes(le64toh(word));
		if (special != 0)
			return at + __builtin_ctzll(special) / 8;
		at += sizeof(word);
	}
	while (at < end) {
		unsigned char c = (unsigned char)*at;

		if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
			break;
		at++;
	}
	return at;
}

/* What a raw string holds besides plain text. */
struct contents {
	bool has_escape;
	bool has_wide;
};

/* Stands after the opening quote; goes to the closing one. */
static bool
find_end(struct json_reader *json, struct contents *contents)
{
	const char *at = json->at;

	for (;;) {
		at = skip_plain(at, json->end);
		if (json->end - at < 1)
			return json_fail(json, "a string has no end");
		if (*at == '"')
			break;
		if (*at == '\\') {
			contents->has_escape = true;
			at += 2; /* an escaped quote is no end */
			if (at > json->end)
				return json_fail(json, "a string has no end");
		} else if ((unsigned char)*at >= 0x80) {
			contents->has_wide = true;
			at++;
		} else {
			return json_fail(json,
			    "a string holds a bare control character");
		}
	}
	json->at = at;
	return true;
}

/* Four hex digits; -1 when they are not. */
static long
read_hex4(const char *at, const char *end)
{
	uint8_t bytes[2];

	if (end - at < 4 || !text_read_hex((struct slice){ at, 4 }, bytes, 2))
		return -1;
	return (long)bytes[0] << 8 | bytes[1];
}

static size_t
print_utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

/*
 * The digits after \u, and those of the second half of a pair. Answers the
 * bytes of input used (0: malformed); *c is 0 where no text may hold it.
 */
static size_t
read_code_point(const char *at, const char *end, uint32_t *c)
{
	long high = read_hex4(at, end), low = -1;

	if (high < 0)
		return 0;
	*c = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 4;
	*c = 0;
	if (high <= 0xdbff && end - at >= 10 && at[4] == '\\' && at[5] == 'u')
		low = read_hex4(at + 6, end);
	if (low < 0xdc00 || low > 0xdfff)
		return 4; /* half a pair; what follows is judged by itself */
	*c = 0x10000 + ((uint32_t)(high - 0xd800) << 10) +
	    (uint32_t)(low - 0xdc00);
	return 10;
}

static char
short_escape(char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found = memchr(from, c, sizeof(from) - 1);

	return found == NULL ? 0 : to[found - from];
}

/* One escape, *at behind its backslash; false when it is none. */
static bool
unescape_one(const char **at, const char *end, char **out, bool *is_unfit)
{
	uint32_t c;
	size_t used;

	if (**at != 'u') {
		**out = short_escape(**at);
		*at += 1;
		return *(*out)++ != 0;
	}
	used = read_code_point(*at + 1, end, &c);
	if (used == 0)
		return false;
	*at += 1 + used;
	if (c == 0)
		*is_unfit = true;
	*out += print_utf8(c, *out);
	return true;
}

/* An escape is never shorter than what it stands for. */
static bool
unescape(struct json_reader *json, struct slice raw, struct json_string *string)
{
	char *copy = arena_text(json->arena, raw.at, raw.len), *out = copy;
	const char *at = raw.at, *end = raw.at + raw.len;

	while (at < end) {
		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		at++;
		if (!unescape_one(&at, end, &out, &string->is_unfit))
			return json_fail(json, "a string holds a bad escape");
	}
	string->text = (struct slice){ copy, (size_t)(out - copy) };
	if (string->is_unfit)
		string->text = SLICE("");
	return true;
}

/* Stands after the opening quote of a string that is not plain ASCII. */
static bool
read_rich_string(struct json_reader *json, struct json_string *string)
{
	struct contents contents = { false, false };
	struct slice raw = { json->at, 0 };

	if (!find_end(json, &contents))
		return false;
	raw.len = (size_t)(json->at - raw.at);
	if (contents.has_wide && !text_is_utf8(raw.at, raw.len))
		return json_fail(json, "a string is not UTF-8");
	string->text = raw;
	if (contents.has_escape && !unescape(json, raw, string))
		return false;
	json->at++;
	return true;
}

bool
json_read_string(struct json_reader *json, struct json_string *string)
{
	const char *start, *end;

	if (!take(json, '"'))
		return json_fail(json, "a string is expected");
	start = json->at;
	end = skip_plain(start, json->end);
	string->is_unfit = false;
	if (end == json->end || *end != '"')
		return read_rich_string(json, string);
	string->text = (struct slice){ start, (size_t)(end - start) };
	json->at = end + 1;
	return true;
}

static size_t
skip_digits(struct json_reader *json)
{
	const char *start = json->at;

	while (json->at < json->end && *json->at >= '0' && *json->at <= '9')
		json->at++;
	return (size_t)(json->at - start);
}

static bool
next_is(struct json_reader *json, char c)
{
	if (json->at == json->end || *json->at != c)
		return false;
	json->at++;
	return true;
}

/* Fraction and exponent; *is_int turns false when there are any. */
static bool
skip_rest_of_number(struct json_reader *json, bool *is_int)
{
	if (next_is(json, '.')) {
		*is_int = false;
		if (skip_digits(json) == 0)
			return json_fail(json, "a number ends at its point");
	}
	if (next_is(json, 'e') || next_is(json, 'E')) {
		*is_int = false;
		if (!next_is(json, '+'))
			(void)next_is(json, '-');
		if (skip_digits(json) == 0)
			return json_fail(json, "a number ends in its exponent");
	}
	return true;
}

bool
json_read_number(struct json_reader *json, bool *is_int, int64_t *out)
{
	struct slice text;

	if (json->fault != NULL)
		return false;
	json_peek(json);
	text.at = json->at;
	(void)next_is(json, '-');
	if (next_is(json, '0')) {
		if (skip_digits(json) > 0)
			return json_fail(json, "a number begins with 0");
	} else if (skip_digits(json) == 0) {
		return json_fail(json, "a value is expected");
	}
	text.len = (size_t)(json->at - text.at);
	*is_int = true;
	if (!skip_rest_of_number(json, is_int))
		return false;
	if (*is_int)
		*is_int = text_read_int(text, out);
	return true;
}

bool
json_read_word(struct json_reader *json, const char *word)
{
	size_t len = strlen(word);

	if (json->fault != NULL)
		return false;
	json_peek(json);
	if ((size_t)(json->end - json->at) < len ||
	    memcmp(json->at, word, len) != 0)
		return json_fail(json, "a value is expected");
	json->at += len;
	return true;
}

static bool
skip_object(struct json_reader *json)
{
	struct json_string key;
	bool is_first = true;

	if (!json_enter(json, '{'))
		return false;
	while (json_member(json, &is_first, &key))
		if (!json_skip(json))
			return false;
	return json->fault == NULL;
}

static bool
skip_array(struct json_reader *json)
{
	bool is_first = true;

	if (!json_enter(json, '['))
		return false;
	while (json_element(json, &is_first))
		if (!json_skip(json))
			return false;
	return json->fault == NULL;
}

bool
json_skip(struct json_reader *json)
{
	struct json_string string;
	bool is_int;
	int64_t number;

	switch (json_peek(json)) {
	case '{':
		return skip_object(json);
	case '[':
		return skip_array(json);
	case '"':
		return json_read_string(json, &string);
	case 't':
		return json_read_word(json, "true");
	case 'f':
		return json_read_word(json, "false");
	case 'n':
		return json_read_word(json, "null");
	default:
		return json_read_number(json, &is_int, &number);
	}
}
