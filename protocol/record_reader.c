/*
 * record_reader.c — the members of a record matched against its kind's field
 * table while the bytes are passed over. Senders keep one order of members,
 * so the field after the last one is looked at first. Data that comes before
 * the kind is passed over and read when the kind is known. A record that is
 * refused is still read to its end: the next one begins there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record_reader.h"

#include "value_reader.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_SHOWN_MAX 40

static const char *const ops[] = { "put", "delete", NULL };

/* The record's own members, in the order senders use. */
enum { KIND, SOURCE_ID, WAS, REVISION, OP, DATA };

static const struct field members[] = {
	[KIND] =      { "kind",      FIELD_TEXT, REQUIRED },
	[SOURCE_ID] = { "source_id", FIELD_TEXT, REQUIRED, .max = 128 },
	[WAS] =       { "was",       FIELD_TEXT, OPTIONAL, .max = 128 },
	[REVISION] =  { "revision",  FIELD_INT,  REQUIRED },
	[OP] =        { "op",        FIELD_CODE, OPTIONAL, .codes = ops },
	[DATA] =      { "data",      FIELD_TEXT, OPTIONAL },
};

/* One record on its way in. */
struct entry {
	struct record_reader *reader;
	struct json_reader *json;
	struct record *record;
	bool has_revision;
	const char *data_at; /* data passed over because it came too early */
};

void
record_refuse(struct record_reader *reader, struct record *record,
    enum problem_slug slug, const char *below, const char *fmt, ...)
{
	struct problem *why;
	char where[sizeof(why->where)];
	char detail[sizeof(why->detail)];
	va_list args;

	if (record->is_refused)
		return;
	snprintf(where, sizeof(where), "/records/%zu%s", reader->index, below);
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	why = arena_alloc(reader->json.arena, sizeof(*why));
	problem_set(why, slug, where, "%s", detail);
	record->is_refused = true;
	record->why = why;
}

static void
refuse_at(struct entry *entry, enum problem_slug slug, const char *parent,
    const char *name, const char *detail)
{
	char below[sizeof(((struct problem *)0)->where)];

	if (entry->record->is_refused)
		return; /* a million more members must not each be printed */
	snprintf(below, sizeof(below), "%s/%s", parent, name);
	record_refuse(entry->reader, entry->record, slug, below, "%s", detail);
}

static bool
is_name(struct slice text)
{
	if (text.len == 0 || text.len > NAME_SHOWN_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c != '_' && !(c >= '0' && c <= '9') &&
		    !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'))
			return false;
	}
	return true;
}

/* Names the member only if it looks like a name: it is the sender's text. */
static bool
refuse_unknown(struct entry *entry, const char *parent, struct slice name)
{
	char text[NAME_SHOWN_MAX + 1] = "";

	if (is_name(name)) {
		memcpy(text, name.at, name.len);
		refuse_at(entry, PROBLEM_UNKNOWN_FIELD, parent, text, "");
	} else {
		record_refuse(entry->reader, entry->record,
		    PROBLEM_UNKNOWN_FIELD, parent, "%s", "");
	}
	return json_skip(entry->json);
}

static bool
is_called(const struct field *field, struct slice name)
{
	return name.len > 0 && field->name[0] == name.at[0] &&
	       strncmp(field->name, name.at, name.len) == 0 &&
	       field->name[name.len] == '\0';
}

/* The field's place, or len; *next is where to look first. */
static size_t
find_field(const struct field *fields, size_t len, size_t *next,
    struct slice name)
{
	for (size_t i = 0; i < len; i++) {
		size_t at = *next + i < len ? *next + i : *next + i - len;

		if (is_called(&fields[at], name)) {
			*next = at + 1 < len ? at + 1 : 0;
			return at;
		}
	}
	return len;
}

/* Reads a value; one that does not fit refuses the record only. */
static bool
read_value(struct entry *entry, const char *parent, const struct field *field,
    struct value *out)
{
	struct problem why;

	if (!value_read(entry->json, field, out, &why))
		return false;
	if (why.slug != PROBLEM_NONE)
		refuse_at(entry, why.slug, parent, field->name, why.detail);
	return true;
}

/* Passes over a member of the record that must be something else. */
static bool
refuse_member(struct entry *entry, const struct field *member, const char *must)
{
	struct problem why;

	if (!value_refuse(entry->json, member, must, &why))
		return false;
	refuse_at(entry, why.slug, "", member->name, why.detail);
	return true;
}

static bool
refuse_twice(struct entry *entry, const char *parent, const char *name)
{
	refuse_at(entry, PROBLEM_DUPLICATE_FIELD, parent, name, "");
	return json_skip(entry->json);
}

/* Stands before the data of a record whose kind is known. */
static bool
read_data(struct entry *entry)
{
	const struct kind *kind = entry->record->kind;
	struct value *values;
	struct json_string name;
	uint64_t seen = 0;
	size_t next = 0;
	bool is_first = true, is_read;

	if (json_peek(entry->json) != '{')
		return refuse_member(entry, &members[DATA], "an object");
	values = arena_array(entry->json->arena, kind->fields_len,
	    sizeof(*values));
	entry->record->values = values;
	if (!json_enter(entry->json, '{'))
		return false;
	while (json_member(entry->json, &is_first, &name)) {
		size_t at = find_field(kind->fields, kind->fields_len, &next,
		    name.text);

		if (at == kind->fields_len)
			is_read = refuse_unknown(entry, "/data", name.text);
		else if (seen & UINT64_C(1) << at)
			is_read = refuse_twice(entry, "/data",
			    kind->fields[at].name);
		else
			is_read = read_value(entry, "/data", &kind->fields[at],
			    &values[at]);
		if (!is_read)
			return false;
		seen |= UINT64_C(1) << at;
	}
	return entry->json->fault == NULL;
}

static bool
read_kind(struct entry *entry)
{
	struct value value;

	if (!read_value(entry, "", &members[KIND], &value))
		return false;
	if (value.is_set)
		entry->record->kind = kind_find(entry->reader->kinds,
		    value.text);
	if (value.is_set && entry->record->kind == NULL)
		refuse_at(entry, PROBLEM_UNKNOWN_KIND, "", "kind", "");
	return true;
}

static bool
read_key(struct entry *entry, const struct field *member, struct slice *out)
{
	struct value value;

	if (!read_value(entry, "", member, &value))
		return false;
	*out = value.text;
	return true;
}

static bool
read_revision(struct entry *entry)
{
	char next = json_peek(entry->json);
	int64_t number = 0;
	bool is_int;

	if (next != '-' && (next < '0' || next > '9'))
		return refuse_member(entry, &members[REVISION],
		    "a whole number");
	if (!json_read_number(entry->json, &is_int, &number))
		return false;
	if (!is_int || number < 0) {
		refuse_at(entry, PROBLEM_MALFORMED_FIELD, "", "revision",
		    "revision must be a whole number from 0 to 2^63 - 1");
		return true;
	}
	entry->record->revision = number;
	entry->has_revision = true;
	return true;
}

static bool
read_op(struct entry *entry)
{
	struct value value;

	if (!read_value(entry, "", &members[OP], &value))
		return false;
	if (value.is_set && slice_is(value.text, "delete"))
		entry->record->op = RECORD_DELETE;
	return true;
}

static bool
read_member(struct entry *entry, size_t at)
{
	if (json_peek(entry->json) == 'n')
		return json_read_word(entry->json, "null");
	switch (at) {
	case KIND:
		return read_kind(entry);
	case SOURCE_ID:
		return read_key(entry, &members[SOURCE_ID],
		    &entry->record->source_id);
	case WAS:
		return read_key(entry, &members[WAS], &entry->record->was);
	case REVISION:
		return read_revision(entry);
	case OP:
		return read_op(entry);
	default:
		if (entry->record->kind != NULL)
			return read_data(entry);
		entry->data_at = entry->json->at;
		return json_skip(entry->json);
	}
}

/* Which of two keys is meant nobody can say: it is as if none was read, so
 * that neither passes for absent from a full roll. */
static void
forget_member(struct record *record, size_t at)
{
	if (at == KIND)
		record->kind = NULL;
	else if (at == SOURCE_ID)
		record->source_id = (struct slice){ NULL, 0 };
}

static bool
read_members(struct entry *entry)
{
	struct json_string name;
	unsigned seen = 0;
	size_t next = 0;
	bool is_first = true, is_read;

	if (!json_enter(entry->json, '{'))
		return false;
	while (json_member(entry->json, &is_first, &name)) {
		size_t at = find_field(members, nitems(members), &next,
		    name.text);

		if (at == nitems(members))
			is_read = refuse_unknown(entry, "", name.text);
		else if (seen & 1u << at) {
			forget_member(entry->record, at);
			is_read = refuse_twice(entry, "", members[at].name);
		} else {
			is_read = read_member(entry, at);
		}
		if (!is_read)
			return false;
		seen |= 1u << at;
	}
	return entry->json->fault == NULL;
}

/* Goes back for data that came before the kind. */
static bool
read_early_data(struct entry *entry)
{
	const char *end = entry->json->at;

	if (entry->data_at == NULL || entry->record->kind == NULL)
		return true;
	entry->json->at = entry->data_at;
	if (!read_data(entry))
		return false;
	entry->json->at = end;
	return true;
}

static void
check_required(struct entry *entry)
{
	struct record *record = entry->record;

	if (record->kind == NULL)
		refuse_at(entry, PROBLEM_MISSING_FIELD, "", "kind", "");
	if (record->source_id.at == NULL)
		refuse_at(entry, PROBLEM_MISSING_FIELD, "", "source_id", "");
	if (!entry->has_revision)
		refuse_at(entry, PROBLEM_MISSING_FIELD, "", "revision", "");
	if (record->is_refused || record->op == RECORD_DELETE)
		return;
	if (record->values == NULL) {
		refuse_at(entry, PROBLEM_MISSING_FIELD, "", "data", "");
		return;
	}
	for (size_t i = 0; i < record->kind->fields_len; i++) {
		const struct field *field = &record->kind->fields[i];

		if (field->needed == REQUIRED && !record->values[i].is_set)
			refuse_at(entry, PROBLEM_MISSING_FIELD, "/data",
			    field->name, "");
	}
}

bool
record_read(struct record_reader *reader, struct record *record)
{
	struct entry entry = { reader, &reader->json, record, false, NULL };

	*record = (struct record){ .op = RECORD_PUT };
	if (json_peek(entry.json) != '{') {
		record_refuse(reader, record, PROBLEM_MALFORMED_FIELD, "",
		    "a record must be an object");
		return json_skip(entry.json);
	}
	if (!read_members(&entry) || !read_early_data(&entry))
		return false;
	check_required(&entry);
	if (record->is_refused || record->op == RECORD_DELETE)
		record->values = NULL;
	if (!record->is_refused)
		record_hash(record, reader->digest);
	return true;
}
