/*
 * records.c — columns out of records. One pass per column keeps each array
 * in one piece; the records themselves stay where the reader put them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include <assert.h>
#include <string.h>

#include "arrays.h"

void
params_release(struct params *params)
{
	buf_release(&params->bytes);
	params->len = 0;
}

void
params_bind(const struct params *params, struct query *query)
{
	for (size_t i = 0; i < params->len; i++) {
		size_t end = i + 1 < params->len ? params->starts[i + 1] :
		    params->bytes.len;
		query_binary(query, params->bytes.at + params->starts[i],
		    end - params->starts[i]);
	}
}

static struct buf *
column(struct params *params, uint32_t type, size_t len)
{
	assert(params->len < QUERY_PARAMS_MAX);
	params->starts[params->len++] = params->bytes.len;
	array_start(&params->bytes, type, len);
	return &params->bytes;
}

void
params_add_numbers(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_INT4, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_int4(buf, sel->numbers[i]);
}

void
params_add_source_ids(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_TEXT, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_bytes(buf, sel->records[i]->source_id.at,
		    sel->records[i]->source_id.len);
}

void
params_add_revisions(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_INT8, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_int8(buf, sel->records[i]->revision);
}

void
params_add_hashes(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_UUID, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_bytes(buf, sel->records[i]->hash, 16);
}

void
params_add_deleted(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_BOOL, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_bool(buf, sel->records[i]->op == RECORD_DELETE);
}

static void
add_suspects_of(struct buf *buf, const struct record *record)
{
	char text[256];
	size_t len = 0;
	for (size_t i = 0; record->values != NULL &&
	    i < record->kind->fields_len; i++)
		if (record->values[i].is_suspect)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s", len > 0 ? "," : "",
			    record->kind->fields[i].name);
	assert(len < sizeof(text));
	if (len == 0)
		array_add_null(buf);
	else
		array_add_bytes(buf, text, len);
}

void
params_add_suspects(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_TEXT, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		add_suspects_of(buf, sel->records[i]);
}

static void
array_add_string(struct buf *buf, const char *text)
{
	array_add_bytes(buf, text, strlen(text));
}

void
params_add_kinds(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_TEXT, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_string(buf, sel->records[i]->kind != NULL ?
		    sel->records[i]->kind->name : "");
}

void
params_add_problems(struct params *params, const struct selection *sel)
{
	struct buf *buf = column(params, OID_TEXT, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_string(buf, problem_name(sel->records[i]->why->slug));
	buf = column(params, OID_TEXT, sel->len);
	for (size_t i = 0; i < sel->len; i++)
		array_add_string(buf, sel->records[i]->why->where);
}

static bool
has_was(const struct selection *sel)
{
	for (size_t i = 0; i < sel->len; i++)
		if (sel->records[i]->was.at != NULL)
			return true;
	return false;
}

void
params_add_was(struct params *params, const struct selection *sel)
{
	size_t len = has_was(sel) ? sel->len : 0;
	struct buf *buf = column(params, OID_TEXT, len);
	for (size_t i = 0; i < len; i++) {
		struct slice was = sel->records[i]->was;
		if (was.at != NULL)
			array_add_bytes(buf, was.at, was.len);
		else
			array_add_null(buf);
	}
}

void
params_add_fields(struct params *params, const struct selection *sel,
    const struct kind *kind)
{
	for (size_t f = 0; f < kind->fields_len; f++) {
		const struct field *field = &kind->fields[f];
		struct buf *buf = column(params, array_element_type(field),
		    sel->len);
		for (size_t i = 0; i < sel->len; i++) {
			const struct value *values = sel->records[i]->values;
			array_add_value(buf, field,
			    values != NULL ? &values[f] : NULL);
		}
	}
}

size_t
params_field_types(const struct kind *kind, uint32_t types[])
{
	for (size_t f = 0; f < kind->fields_len; f++)
		types[f] = array_type(&kind->fields[f]);
	return kind->fields_len;
}
