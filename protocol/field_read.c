/*
 * field_read.c — one value given as text, checked and brought to its normal
 * form: one function a type. Blanks around names, identifiers and postcodes
 * do not count; everything else is taken exactly as it must be written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fields.h"

#include "arena.h"
#include "dates.h"
#include "identifiers.h"

#include <assert.h>
#include <string.h>

#define TEXT_BYTES_MAX 1000 /* where the field names no limit of its own */

#define TEXTS_BYTES_MAX 500 /* each */

/* What one call is about; passed along so that each type takes one thing. */
struct reading {
	const struct field *field;
	struct slice text;
	struct arena *arena;
	struct value *out;
	const char *where;
	struct problem *why;
};

static bool
malformed(struct reading *reading, const char *must)
{
	return problem_set(reading->why, PROBLEM_MALFORMED_FIELD,
	    reading->where, "%s %s", reading->field->name, must);
}

static bool
accept_text(struct reading *reading, struct slice text)
{
	reading->out->text = text;
	reading->out->is_set = true;
	return true;
}

static bool
accept_number(struct reading *reading, int64_t number)
{
	reading->out->number = number;
	reading->out->is_set = true;
	return true;
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Printable ASCII only, as most texts are: judged eight bytes at a time. */
static bool
is_plain(struct slice text)
{
	uint64_t word, wrong = 0;

	for (; text.len > 0; text.at += sizeof(word), text.len -= sizeof(word)) {
		word = EACH_BYTE(' ');
		if (text.len < sizeof(word)) {
			memcpy(&word, text.at, text.len);
			text.len = sizeof(word);
		} else {
			memcpy(&word, text.at, sizeof(word));
		}
		wrong |= word | (word - EACH_BYTE(0x20)) |
		    ((word ^ EACH_BYTE(0x7f)) - EACH_BYTE(1));
	}
	return (wrong & EACH_BYTE(0x80)) == 0;
}

/* C0, DEL, or the two bytes of a C1 control. */
static bool
has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c < 0x20 || c == 0x7f)
			return true;
		if (c == 0xc2 && i + 1 < text.len &&
		    (unsigned char)text.at[i + 1] < 0xa0)
			return true;
	}
	return false;
}

/* Cuts what comes before the next mark off the front; the last leaves rest
 * without a place. */
static struct slice
cut_front(struct slice *rest, char mark)
{
	const char *end = memchr(rest->at, mark, rest->len);
	struct slice front = *rest;

	if (end == NULL) {
		*rest = (struct slice){ NULL, 0 };
		return front;
	}
	front.len = (size_t)(end - rest->at);
	rest->at += front.len + 1;
	rest->len -= front.len + 1;
	return front;
}

static bool
read_text(struct reading *reading)
{
	struct slice text = slice_trim(reading->text);
	int max = reading->field->max;

	if (max == 0)
		max = TEXT_BYTES_MAX;
	if (text.len == 0)
		return malformed(reading, "must not be blank");
	if (text.len > (size_t)max)
		return problem_set(reading->why, PROBLEM_MALFORMED_FIELD,
		    reading->where, "%s must be at most %d bytes long",
		    reading->field->name, max);
	if (!is_plain(text) &&
	    (!text_is_utf8(text.at, text.len) || has_control(text)))
		return malformed(reading,
		    "must be UTF-8 without control characters");
	return accept_text(reading, text);
}

static bool
refuse_texts(struct reading *reading, int max)
{
	return problem_set(reading->why, PROBLEM_MALFORMED_FIELD,
	    reading->where, "%s must be 1 to %d texts of 1 to %d bytes of "
	    "UTF-8 without control characters", reading->field->name,
	    TEXTS_MAX, max);
}

/* One a line, without the blanks around each. */
static bool
read_texts(struct reading *reading)
{
	int max = reading->field->max > 0 ? reading->field->max : TEXTS_BYTES_MAX;
	struct slice rest = reading->text;
	char *out = arena_alloc(reading->arena, rest.len + 1);
	size_t len = 0;

	for (int count = 1; rest.at != NULL; count++) {
		struct slice text = slice_trim(cut_front(&rest, '\n'));

		if (count > TEXTS_MAX || text.len == 0 ||
		    text.len > (size_t)max || (!is_plain(text) &&
		    (!text_is_utf8(text.at, text.len) || has_control(text))))
			return refuse_texts(reading, max);
		if (len > 0)
			out[len++] = '\n';
		memcpy(out + len, text.at, text.len);
		len += text.len;
	}
	return accept_text(reading, (struct slice){ out, len });
}

/* The list's own string, so that the value outlives what was sent. */
static const char *
find_code(const struct field *field, struct slice text)
{
	for (size_t i = 0; field->codes[i] != NULL; i++)
		if (text.at[0] == field->codes[i][0] &&
		    slice_is(text, field->codes[i]))
			return field->codes[i];
	return NULL;
}

static bool
unknown_code(struct reading *reading)
{
	return problem_set(reading->why, PROBLEM_UNKNOWN_CODE, reading->where,
	    "%s must be one of the published codes", reading->field->name);
}

static bool
read_code(struct reading *reading)
{
	const char *code = find_code(reading->field, reading->text);

	if (code == NULL)
		return unknown_code(reading);
	return accept_text(reading, (struct slice){ code, reading->text.len });
}

static bool
was_seen(const char *const *seen, size_t len, const char *code)
{
	for (size_t i = 0; i < len; i++)
		if (seen[i] == code)
			return true;
	return false;
}

/* No field has a list of more codes than this; distinct ones cannot pass it. */
#define CODES_MAX 64

static bool
read_codes(struct reading *reading)
{
	const char *seen[CODES_MAX];
	struct slice rest = reading->text;
	size_t len = 0;

	while (rest.at != NULL) {
		struct slice text = cut_front(&rest, ',');
		const char *code = NULL;

		if (text.len > 0)
			code = find_code(reading->field, text);
		if (code == NULL)
			return unknown_code(reading);
		if (was_seen(seen, len, code))
			return malformed(reading, "must not name a code twice");
		assert(len < CODES_MAX);
		seen[len++] = code;
	}
	if (len == 1)
		return accept_text(reading, slice_of(seen[0]));
	return accept_text(reading, arena_slice(reading->arena, reading->text));
}

static bool
read_date(struct reading *reading)
{
	int32_t date;

	if (!date_read_iso(reading->text, &date))
		return malformed(reading, "must be a date, YYYY-MM-DD");
	return accept_number(reading, date);
}

static bool
read_time(struct reading *reading)
{
	int64_t time_us;

	if (!time_read_rfc3339(reading->text, &time_us))
		return malformed(reading,
		    "must be a time, YYYY-MM-DDThh:mm:ssZ");
	return accept_number(reading, time_us);
}

static bool
read_int(struct reading *reading)
{
	int max = reading->field->max > 0 ? reading->field->max : INT32_MAX;
	int64_t number;

	if (!text_read_uint(reading->text, &number) || number > max ||
	    number < reading->field->min)
		return problem_set(reading->why, PROBLEM_MALFORMED_FIELD,
		    reading->where, "%s must be a whole number from %d to %d",
		    reading->field->name, reading->field->min, max);
	return accept_number(reading, number);
}

static bool
read_decimal(struct reading *reading)
{
	int max = reading->field->max > 0 ? reading->field->max : INT32_MAX;
	int64_t hundredths;

	if (!text_read_decimal(reading->text, &hundredths) ||
	    hundredths > (int64_t)max * 100 ||
	    hundredths < (int64_t)reading->field->min * 100)
		return problem_set(reading->why, PROBLEM_MALFORMED_FIELD,
		    reading->where, "%s must be a number from %d to %d with "
		    "at most two places after the point",
		    reading->field->name, reading->field->min, max);
	return accept_number(reading, hundredths);
}

static bool
read_bool(struct reading *reading)
{
	if (slice_is(reading->text, "true"))
		return accept_number(reading, 1);
	if (slice_is(reading->text, "false"))
		return accept_number(reading, 0);
	return malformed(reading, "must be true or false");
}

static bool
read_uuid(struct reading *reading)
{
	char text[37];
	uint8_t uuid[16];

	if (!text_read_uuid(reading->text, uuid))
		return malformed(reading, "must be a UUID");
	text_print_uuid(uuid, text);
	return accept_text(reading,
	    arena_slice(reading->arena, slice_of(text)));
}

static bool
read_setting(struct reading *reading)
{
	if (!setting_ref_is_valid(reading->text))
		return malformed(reading, "must be a reference to a setting: "
		    "urn:, ofsted:, laestab:, ukprn: or id: and its number");
	return accept_text(reading, reading->text);
}

static bool
judge_identifier(struct reading *reading, struct slice text,
    enum identifier_verdict verdict, const char *must)
{
	if (verdict == IDENTIFIER_MALFORMED)
		return malformed(reading, must);
	reading->out->is_suspect = verdict == IDENTIFIER_WRONG_CHECK;
	return accept_text(reading, text);
}

static bool
read_upn(struct reading *reading)
{
	struct slice text = slice_trim(reading->text);

	return judge_identifier(reading, text, upn_check(text),
	    "must be a letter and 12 digits; the last may be a letter");
}

static bool
read_uln(struct reading *reading)
{
	struct slice text = slice_trim(reading->text);

	if (slice_is(text, "9999999999"))
		return true; /* "none yet": stays absent */
	return judge_identifier(reading, text, uln_check(text),
	    "must be 10 digits");
}

/* Without blanks and hyphens; a copy only where there are any. */
static struct slice
without_separators(struct slice text, struct arena *arena)
{
	char *copy;
	size_t len = 0;

	if (memchr(text.at, ' ', text.len) == NULL &&
	    memchr(text.at, '-', text.len) == NULL)
		return text;
	copy = arena_text(arena, text.at, text.len);
	for (size_t i = 0; i < text.len; i++)
		if (copy[i] != ' ' && copy[i] != '-')
			copy[len++] = copy[i];
	copy[len] = '\0';
	return (struct slice){ copy, len };
}

static bool
read_nhs(struct reading *reading)
{
	struct slice text = slice_trim(reading->text);

	if (text.len > 0 && text.len <= 20)
		text = without_separators(text, reading->arena);
	return judge_identifier(reading, text, nhs_check(text),
	    "must be 10 digits");
}

/* A9 A99 A9A AA9 AA99 AA9A before 9AA; letters as A, digits as 9. */
static bool
postcode_has_shape(const char *text, size_t len)
{
	static const char *const shapes[] = {
		"A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA"
	};
	char shape[8] = "";

	if (len == 6 && memcmp(text, "GIR0AA", 6) == 0)
		return true;
	for (size_t i = 0; i < len; i++)
		shape[i] = text[i] >= '0' && text[i] <= '9' ? '9' :
		    text[i] >= 'A' && text[i] <= 'Z' ? 'A' : '?';
	for (size_t i = 0; i < nitems(shapes); i++)
		if (strcmp(shape, shapes[i]) == 0)
			return true;
	return false;
}

static bool
read_postcode(struct reading *reading)
{
	struct slice text = reading->text;
	char packed[8], *out;
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == ' ')
			continue;
		if (len == 7)
			return malformed(reading, "must be a postcode");
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		packed[len++] = c;
	}
	if (!postcode_has_shape(packed, len))
		return malformed(reading, "must be a postcode");
	if (text.len == len + 1 && memcmp(text.at, packed, len - 3) == 0 &&
	    text.at[len - 3] == ' ' &&
	    memcmp(text.at + len - 2, packed + len - 3, 3) == 0)
		return accept_text(reading, text); /* as it should be already */
	out = arena_alloc(reading->arena, len + 2);
	memcpy(out, packed, len - 3);
	out[len - 3] = ' ';
	memcpy(out + len - 2, packed + len - 3, 3);
	return accept_text(reading, (struct slice){ out, len + 1 });
}

static bool(*const readers[])(struct reading *) = {
	[FIELD_TEXT] = read_text,
	[FIELD_CODE] = read_code,
	[FIELD_CODES] = read_codes,
	[FIELD_TEXTS] = read_texts,
	[FIELD_DATE] = read_date,
	[FIELD_TIME] = read_time,
	[FIELD_INT] = read_int,
	[FIELD_DECIMAL] = read_decimal,
	[FIELD_BOOL] = read_bool,
	[FIELD_UUID] = read_uuid,
	[FIELD_SETTING] = read_setting,
	[FIELD_UPN] = read_upn,
	[FIELD_ULN] = read_uln,
	[FIELD_NHS] = read_nhs,
	[FIELD_POSTCODE] = read_postcode,
};

bool
field_read(const struct field *field, struct slice text, struct arena *arena,
    struct value *out, const char *where, struct problem *why)
{
	struct reading reading = { field, text, arena, out, where, why };

	*out = (struct value){ .is_set = false };
	if (text.at == NULL || text.len == 0)
		return malformed(&reading, "must not be empty");
	assert((size_t)field->type < nitems(readers));
	return readers[field->type](&reading);
}
