/*
 * record.c — the content hash of a record, and a record written as the line
 * of NDJSON it is on the wire.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record.h"

#include "dates.h"
#include "json_writer.h"

#include <assert.h>
#include <string.h>

/* What is hashed is gathered first: libcrypto costs more by the call. */
struct gather {
	struct digest *digest;
	size_t len;
	uint8_t bytes[1024];
};

static void
gather_add(struct gather *gather, const void *at, size_t len)
{
	if (len > sizeof(gather->bytes) - gather->len) {
		digest_add(gather->digest, gather->bytes, gather->len);
		gather->len = 0;
	}
	if (len > sizeof(gather->bytes)) {
		digest_add(gather->digest, at, len);
		return;
	}
	if (len > 0)
		memcpy(gather->bytes + gather->len, at, len);
	gather->len += len;
}

static bool
is_number(enum field_type type)
{
	return type == FIELD_DATE || type == FIELD_TIME || type == FIELD_INT ||
	       type == FIELD_DECIMAL || type == FIELD_BOOL;
}

/* Presence, length and bytes of one text. */
static void
gather_text(struct gather *gather, struct slice text)
{
	uint8_t head[5] = { 1 };

	for (int i = 0; i < 4; i++)
		head[1 + i] = (uint8_t)(text.len >> (24 - 8 * i));
	gather_add(gather, head, sizeof(head));
	gather_add(gather, text.at, text.len);
}

/* A number as a text of 8 bytes. */
static void
gather_value(struct gather *gather, enum field_type type,
    const struct value *value)
{
	uint64_t number = (uint64_t)value->number;
	uint8_t bytes[8];

	if (!value->is_set) {
		gather_add(gather, "", 1); /* a zero byte */
		return;
	}
	if (!is_number(type)) {
		gather_text(gather, value->text);
		return;
	}
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
	gather_text(gather, (struct slice){ (const char *)bytes, 8 });
}

void
record_hash(struct record *record, struct digest *digest)
{
	struct gather gather;
	uint8_t hash[DIGEST_SIZE];

	if (record->op == RECORD_DELETE) {
		memset(record->hash, 0, sizeof(record->hash));
		return;
	}
	assert(record->kind != NULL && record->values != NULL);
	gather.digest = digest;
	gather.len = 0;
	digest_start(digest);
	gather_text(&gather, slice_of(record->kind->name));
	gather_text(&gather, record->source_id);
	for (size_t i = 0; i < record->kind->fields_len; i++)
		gather_value(&gather, record->kind->fields[i].type,
		    &record->values[i]);
	digest_add(digest, gather.bytes, gather.len);
	digest_finish(digest, hash);
	memcpy(record->hash, hash, sizeof(record->hash));
}

/* Lines as an array of strings. */
static void
print_texts(struct slice rest, struct buf *out)
{
	const char *end;

	buf_add_char(out, '[');
	while ((end = memchr(rest.at, '\n', rest.len)) != NULL) {
		json_add_string(out, rest.at, (size_t)(end - rest.at));
		buf_add_char(out, ',');
		rest.len -= (size_t)(end + 1 - rest.at);
		rest.at = end + 1;
	}
	json_add_string(out, rest.at, rest.len);
	buf_add_char(out, ']');
}

/* "A,B" as ["A","B"]; codes need no escapes. */
static void
print_codes(struct slice codes, struct buf *out)
{
	buf_add_text(out, "[\"");
	for (size_t i = 0; i < codes.len; i++) {
		if (codes.at[i] == ',')
			buf_add_text(out, "\",\"");
		else
			buf_add_char(out, codes.at[i]);
	}
	buf_add_text(out, "\"]");
}

static void
print_value(enum field_type type, const struct value *value, struct buf *out)
{
	char date[DATE_TEXT_SIZE], time[TIME_TEXT_SIZE];
	char decimal[DECIMAL_TEXT_SIZE];

	switch (type) {
	case FIELD_DATE:
		date_print((int32_t)value->number, date);
		json_add_text(out, date);
		break;
	case FIELD_TIME:
		time_print(value->number, time);
		json_add_text(out, time);
		break;
	case FIELD_INT:
		buf_add_int(out, value->number);
		break;
	case FIELD_DECIMAL:
		text_print_decimal(value->number, decimal);
		buf_add_text(out, decimal);
		break;
	case FIELD_BOOL:
		buf_add_text(out, value->number != 0 ? "true" : "false");
		break;
	case FIELD_CODES:
		print_codes(value->text, out);
		break;
	case FIELD_TEXTS:
		print_texts(value->text, out);
		break;
	default:
		json_add_string(out, value->text.at, value->text.len);
	}
}

static void
print_data(const struct record *record, struct buf *out)
{
	bool is_first = true;

	buf_add_text(out, ",\"data\":{");
	for (size_t i = 0; i < record->kind->fields_len; i++) {
		const struct field *field = &record->kind->fields[i];

		if (!record->values[i].is_set)
			continue;
		if (!is_first)
			buf_add_char(out, ',');
		is_first = false;
		json_add_text(out, field->name);
		buf_add_char(out, ':');
		print_value(field->type, &record->values[i], out);
	}
	buf_add_char(out, '}');
}

void
record_print_json(const struct record *record, struct buf *out)
{
	assert(record->kind != NULL && !record->is_refused);
	buf_add_text(out, "{\"kind\":");
	json_add_text(out, record->kind->name);
	buf_add_text(out, ",\"source_id\":");
	json_add_string(out, record->source_id.at, record->source_id.len);
	if (record->was.at != NULL) {
		buf_add_text(out, ",\"was\":");
		json_add_string(out, record->was.at, record->was.len);
	}
	buf_add_text(out, ",\"revision\":");
	buf_add_int(out, record->revision);
	if (record->op == RECORD_DELETE)
		buf_add_text(out, ",\"op\":\"delete\"");
	else
		print_data(record, out);
	buf_add_text(out, "}\n");
}
