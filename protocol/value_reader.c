/*
 * value_reader.c — strings, numbers, words and arrays of codes or texts, each
 * for the fields that take it. Numbers and words are judged in the text they are
 * written in, so that a query parameter, a CSV cell and a JSON value are
 * held to one rule.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "value_reader.h"

#include <assert.h>
#include <string.h>

#define CODES_BYTES_MAX 256 /* all codes of the longest list and commas */

bool
value_refuse(struct json_reader *json, const struct field *field,
    const char *must, struct problem *why)
{
	problem_set(why, PROBLEM_MALFORMED_FIELD, NULL, "%s must be %s",
	    field->name, must);
	return json_skip(json);
}

/* What is wrong with the content is told in why; reading goes on. */
static bool
judge(struct json_reader *json, const struct field *field, struct slice text,
    struct value *out, struct problem *why)
{
	if (!field_read(field, text, json->arena, out, NULL, why))
		assert(why->slug != PROBLEM_NONE);
	return true;
}

static bool
read_string(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	struct json_string string;

	if (json_peek(json) != '"')
		return value_refuse(json, field, "a string", why);
	if (!json_read_string(json, &string))
		return false;
	if (!string.is_unfit)
		return judge(json, field, string.text, out, why);
	problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
	    "%s must not hold U+0000 or half of a surrogate pair", field->name);
	return true;
}

static bool
read_int(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	char next = json_peek(json);
	struct slice text;
	int64_t number;
	bool is_int;

	if (next != '-' && (next < '0' || next > '9'))
		return value_refuse(json, field, field->type == FIELD_INT ?
		    "a whole number" : "a number", why);
	text.at = json->at;
	if (!json_read_number(json, &is_int, &number))
		return false;
	text.len = (size_t)(json->at - text.at);
	return judge(json, field, text, out, why);
}

static bool
read_bool(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	char next = json_peek(json);
	const char *word = next == 't' ? "true" : "false";

	if (next != 't' && next != 'f')
		return value_refuse(json, field, "true or false", why);
	if (!json_read_word(json, word))
		return false;
	return judge(json, field, slice_of(word), out, why);
}

/* Codes on their way from an array of strings to "A,B". */
struct codes {
	char text[CODES_BYTES_MAX];
	size_t len;
	size_t count;
	bool is_bad; /* cannot be codes at all */
};

static void
codes_add(struct codes *codes, struct slice code)
{
	if (memchr(code.at, ',', code.len) != NULL ||
	    code.len + 1 > sizeof(codes->text) - codes->len) {
		codes->is_bad = true;
		return;
	}
	if (codes->count++ > 0)
		codes->text[codes->len++] = ',';
	memcpy(codes->text + codes->len, code.at, code.len);
	codes->len += code.len;
}

static bool
read_elements(struct json_reader *json, struct codes *codes)
{
	struct json_string string;
	bool is_first = true;

	if (!json_enter(json, '['))
		return false;
	while (json_element(json, &is_first)) {
		if (json_peek(json) != '"') {
			codes->is_bad = true;
			if (!json_skip(json))
				return false;
			continue;
		}
		if (!json_read_string(json, &string))
			return false;
		codes_add(codes, string.text);
	}
	return json->fault == NULL;
}

static bool
read_codes(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	struct codes codes;

	if (json_peek(json) != '[')
		return value_refuse(json, field, "an array of codes", why);
	codes.len = codes.count = 0;
	codes.is_bad = false;
	if (!read_elements(json, &codes))
		return false;
	if (codes.is_bad)
		problem_set(why, PROBLEM_UNKNOWN_CODE, NULL,
		    "each element of %s must be one of the published codes",
		    field->name);
	else if (codes.count > 0)
		return judge(json, field,
		    (struct slice){ codes.text, codes.len }, out, why);
	return true;
}

/* Texts on their way from an array of strings to lines. */
struct texts {
	struct slice at[TEXTS_MAX];
	size_t count; /* also of those that did not fit in */
	size_t bytes;
	bool is_bad;  /* cannot be lines at all */
};

static bool
read_lines(struct json_reader *json, struct texts *texts)
{
	struct json_string string;
	bool is_first = true;

	if (!json_enter(json, '['))
		return false;
	while (json_element(json, &is_first)) {
		if (json_peek(json) != '"' || texts->count == TEXTS_MAX) {
			texts->is_bad = true;
			if (!json_skip(json))
				return false;
			continue;
		}
		if (!json_read_string(json, &string))
			return false;
		if (string.is_unfit || string.text.len == 0 ||
		    memchr(string.text.at, '\n', string.text.len) != NULL)
			texts->is_bad = true;
		texts->at[texts->count++] = string.text;
		texts->bytes += string.text.len + 1;
	}
	return json->fault == NULL;
}

static struct slice
join_lines(const struct texts *texts, struct arena *arena)
{
	char *out = arena_alloc(arena, texts->bytes);
	size_t len = 0;

	for (size_t i = 0; i < texts->count; i++) {
		if (i > 0)
			out[len++] = '\n';
		memcpy(out + len, texts->at[i].at, texts->at[i].len);
		len += texts->at[i].len;
	}
	return (struct slice){ out, len };
}

static bool
read_texts(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	struct texts texts = { .count = 0 };

	if (json_peek(json) != '[')
		return value_refuse(json, field, "an array of texts", why);
	if (!read_lines(json, &texts))
		return false;
	if (texts.is_bad)
		problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "%s must be at most %d texts without control characters",
		    field->name, TEXTS_MAX);
	else if (texts.count > 0)
		return judge(json, field, join_lines(&texts, json->arena), out,
		    why);
	return true;
}

bool
value_read(struct json_reader *json, const struct field *field,
    struct value *out, struct problem *why)
{
	why->slug = PROBLEM_NONE;
	*out = (struct value){ .is_set = false };
	if (json_peek(json) == 'n')
		return json_read_word(json, "null");
	switch (field->type) {
	case FIELD_INT:
	case FIELD_DECIMAL:
		return read_int(json, field, out, why);
	case FIELD_BOOL:
		return read_bool(json, field, out, why);
	case FIELD_CODES:
		return read_codes(json, field, out, why);
	case FIELD_TEXTS:
		return read_texts(json, field, out, why);
	default:
		return read_string(json, field, out, why);
	}
}
