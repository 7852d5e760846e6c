/*
 * batch — any bytes at all as a batch. The oracle is jansson: whatever our
 * reader takes without refusing a record, jansson must parse too, duplicate
 * members rejected; and each record taken must hold in jansson's tree the
 * values it holds in ours. What is taken must also print and read back equal.
 * First byte: J for JSON, anything else for NDJSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batch.h"

#include "codes.h"
#include "dates.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

/* The types no kind of the sync has. */
static const struct field sample_fields[] = {
	{ "text", FIELD_TEXT, REQUIRED },
	{ "time", FIELD_TIME, OPTIONAL },
	{ "bool", FIELD_BOOL, OPTIONAL },
	{ "uuid", FIELD_UUID, OPTIONAL },
};
static const struct kind sample = {
	"sample", sample_fields, nitems(sample_fields)
};

static bool
is_text(const json_t *json, struct slice text)
{
	struct slice sent = {
		json_string_value(json), json_string_length(json)
	};

	assert(json_is_string(json));
	sent = slice_trim(sent);
	return sent.len == text.len && memcmp(sent.at, text.at, text.len) == 0;
}

/* Equal but for case, and for what stands between characters. */
static bool
is_packed(const json_t *json, struct slice text, const char *passed_over)
{
	const char *sent = json_string_value(json);
	char packed[64];
	size_t len = 0;

	assert(json_is_string(json));
	for (; *sent != '\0'; sent++)
		if (strchr(passed_over, *sent) == NULL && len < sizeof(packed))
			packed[len++] = *sent;
	for (size_t i = 0, j = 0; i < text.len; i++) {
		if (strchr(passed_over, text.at[i]) != NULL)
			continue;
		if (j == len || (text.at[i] | 32) != (packed[j] | 32))
			return false;
		j++;
	}
	return true;
}

static bool
is_codes(const json_t *json, struct slice text)
{
	char joined[256];
	size_t len = 0;

	for (size_t i = 0; i < json_array_size(json); i++) {
		const json_t *code = json_array_get(json, i);

		assert(json_is_string(code));
		assert(len + 1 + json_string_length(code) <= sizeof(joined));
		if (i > 0)
			joined[len++] = ',';
		memcpy(joined + len, json_string_value(code),
		    json_string_length(code));
		len += json_string_length(code);
	}
	return len == text.len && memcmp(joined, text.at, len) == 0;
}

/* Each line is an element, but for blanks around it. */
static bool
is_texts(const json_t *json, struct slice rest)
{
	for (size_t i = 0; i < json_array_size(json); i++) {
		const char *end = memchr(rest.at, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.at) : rest.len;

		if (!is_text(json_array_get(json, i),
		    (struct slice){ rest.at, len }))
			return false;
		if (end == NULL)
			return i + 1 == json_array_size(json);
		rest.at += len + 1;
		rest.len -= len + 1;
	}
	return false;
}

static bool
is_date(const json_t *json, int64_t number)
{
	char text[DATE_TEXT_SIZE];

	date_print((int32_t)number, text);
	return strcmp(json_string_value(json), text) == 0;
}

static bool
is_absent(const json_t *json)
{
	return json == NULL || json_is_null(json) ||
	       (json_is_array(json) && json_array_size(json) == 0) ||
	       (json_is_string(json) && is_text(json, SLICE("9999999999")));
}

static bool
is_equal(const struct field *field, const struct value *value,
    const json_t *json)
{
	if (!value->is_set)
		return is_absent(json);
	switch (field->type) {
	case FIELD_CODES:
		return is_codes(json, value->text);
	case FIELD_TEXTS:
		return is_texts(json, value->text);
	case FIELD_DATE:
		return is_date(json, value->number);
	case FIELD_TIME:
		return json_is_string(json);
	case FIELD_INT:
		return json_integer_value(json) == value->number;
	case FIELD_DECIMAL:
		return fabs(json_number_value(json) * 100 -
		    (double)value->number) < 0.001;
	case FIELD_BOOL:
		return json_is_true(json) == (value->number == 1) &&
		       json_is_boolean(json);
	case FIELD_UUID:
	case FIELD_POSTCODE:
		return is_packed(json, value->text, " ");
	case FIELD_NHS:
		return is_packed(json, value->text, " -\t");
	default:
		return is_text(json, value->text);
	}
}

static void
compare_data(const struct record *record, const json_t *data)
{
	size_t known = 0;

	assert(json_is_object(data));
	for (size_t i = 0; i < record->kind->fields_len; i++) {
		const struct field *field = &record->kind->fields[i];
		const json_t *json = json_object_get(data, field->name);

		known += json != NULL;
		assert(is_equal(field, &record->values[i], json));
	}
	assert(json_object_size(data) == known);
}

static void
compare(const struct record *record, const json_t *json)
{
	const json_t *op = json_object_get(json, "op");
	bool is_delete = json_is_string(op) &&
	    strcmp(json_string_value(op), "delete") == 0;

	assert(json_is_object(json));
	assert(is_text(json_object_get(json, "kind"),
	    slice_of(record->kind->name)));
	assert(is_text(json_object_get(json, "source_id"), record->source_id));
	assert(json_integer_value(json_object_get(json, "revision")) ==
	    record->revision);
	assert((record->op == RECORD_DELETE) == is_delete);
	if (is_delete)
		assert(record->values == NULL);
	else
		compare_data(record, json_object_get(json, "data"));
}

static void
compare_json(const struct batch *batch, const char *body, size_t len)
{
	json_t *root = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *records = json_object_get(root, "records");
	bool is_clean = true;

	for (size_t i = 0; i < batch->len; i++)
		if (batch->records[i].is_refused)
			is_clean = false;
	/* What jansson does not take must lie in a record we refused. */
	assert(root != NULL || !is_clean);
	if (root == NULL)
		return;
	assert(json_array_size(records) == batch->len);
	for (size_t i = 0; i < batch->len; i++)
		if (!batch->records[i].is_refused)
			compare(&batch->records[i], json_array_get(records, i));
	json_decref(root);
}

static bool
is_blank(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (memchr(" \t\r\n", at[i], 4) == NULL)
			return false;
	return true;
}

static void
compare_lines(const struct batch *batch, const char *at, size_t len)
{
	size_t i = 0;

	while (len > 0) {
		const char *newline = memchr(at, '\n', len);
		size_t line_len = newline == NULL ? len : (size_t)(newline - at);

		if (!is_blank(at, line_len)) {
			assert(i < batch->len);
			if (!batch->records[i].is_refused) {
				json_t *json = json_loadb(at, line_len,
				    JSON_REJECT_DUPLICATES, NULL);

				compare(&batch->records[i], json);
				json_decref(json);
			}
			i++;
		}
		if (newline == NULL)
			break;
		at += line_len + 1;
		len -= line_len + 1;
	}
	assert(i == batch->len);
}

static bool
stands(const struct record *record)
{
	return !record->is_refused && !record->is_superseded;
}

/* Prints what stands and reads it again. (What was superseded may be in
 * dispute once the record above it is gone.) */
static void
read_back(const struct batch *batch, const struct kind *const kinds[],
    struct arena *arena)
{
	struct batch again;
	struct problem why;
	struct buf out;
	size_t taken = 0;

	buf_init(&out);
	for (size_t i = 0; i < batch->len; i++)
		if (stands(&batch->records[i]))
			record_print_json(&batch->records[i], &out);
	if (out.len <= BATCH_BYTES_MAX) {
		assert(batch_read(&again, kinds, out.at, out.len, BATCH_NDJSON,
		    arena, &why));
		for (size_t i = 0; i < batch->len; i++) {
			const struct record *record = &batch->records[i];

			if (!stands(record))
				continue;
			assert(stands(&again.records[taken]));
			assert(again.records[taken].revision == record->revision);
			assert(memcmp(again.records[taken].hash, record->hash,
			    sizeof(record->hash)) == 0);
			taken++;
		}
		assert(again.len == taken);
	}
	buf_release(&out);
}

static void
check_shape(const struct batch *batch, size_t len)
{
	assert(batch->len <= BATCH_RECORDS_MAX);
	for (size_t i = 0; i < batch->len; i++) {
		const struct record *record = &batch->records[i];

		assert(record->is_refused == (record->why != NULL));
		if (record->is_refused) {
			assert(record->values == NULL);
			assert(text_is_utf8(record->why->detail,
			    strlen(record->why->detail)));
			assert(strncmp(record->why->where, "/records/", 9) == 0);
			continue;
		}
		assert(record->kind != NULL && record->revision >= 0);
		assert(record->source_id.len >= 1 &&
		    record->source_id.len <= 128 && record->source_id.len < len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const struct kind *kinds[KINDS_MAX + 2] = { &sample };
	enum batch_form form;
	const char *body;
	struct problem why = { .slug = PROBLEM_NONE };
	struct arena arena;
	struct batch batch;

	if (len == 0)
		return 0;
	for (size_t i = 0; sync_kinds[i] != NULL && i < KINDS_MAX; i++)
		kinds[i + 1] = sync_kinds[i];
	form = at[0] == 'J' ? BATCH_JSON : BATCH_NDJSON;
	body = (const char *)at + 1;
	len--;
	arena_init(&arena);
	if (batch_read(&batch, kinds, body, len, form, &arena, &why)) {
		check_shape(&batch, len);
		if (form == BATCH_JSON)
			compare_json(&batch, body, len);
		else
			compare_lines(&batch, body, len);
		read_back(&batch, kinds, &arena);
	} else {
		assert(why.slug != PROBLEM_NONE);
	}
	arena_release(&arena);
	return 0;
}
