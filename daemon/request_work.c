/*
 * request_work.c — the usual steps after the head: a JSON body by the
 * route's fields, one SQL statement, the audit row, the reply.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "arrays.h"
#include "dates.h"

/* ---- decode ---- */

static bool
list_read(struct request *req, const json_t *list, struct value *out,
    const char *where)
{
	struct buf text;
	size_t i;
	json_t *item;
	bool ok = json_array_size(list) <= 1000;
	buf_init(&text);
	json_array_foreach((json_t *)list, i, item) {
		const char *one = json_string_value(item);
		ok = ok && one != NULL && one[0] != '\0' && strchr(one, ',') == NULL;
		if (ok)
			buf_print(&text, "%s%s", i > 0 ? "," : "", one);
	}
	out->text.at = arena_text(&req->arena, text.at != NULL ? text.at : "",
	    text.len);
	out->text.len = text.len;
	out->is_set = text.len > 0;
	buf_release(&text);
	return ok || problem_set(&req->problem, PROBLEM_MALFORMED_FIELD, where,
	    "must be a list of texts without commas");
}

/* Texts of a list as lines; an empty list is as if it was not there. */
static bool
lines_read(struct request *req, const struct field *field, const json_t *list,
    struct value *out, const char *where)
{
	struct buf text;
	struct slice lines;
	size_t i;
	json_t *item;
	bool ok = json_is_array(list);
	buf_init(&text);
	json_array_foreach((json_t *)list, i, item) {
		struct slice one = { json_string_value(item),
			             json_string_length(item) };
		ok = ok && one.len > 0 &&
		    memchr(one.at, '\n', one.len) == NULL;
		if (ok && i > 0)
			buf_add_char(&text, '\n');
		if (ok)
			buf_add(&text, one.at, one.len);
	}
	lines = arena_slice(&req->arena, (struct slice){ text.at, text.len });
	buf_release(&text);
	if (!ok)
		return problem_set(&req->problem, PROBLEM_MALFORMED_FIELD,
		    where, "must be a list of texts without control "
		    "characters");
	return lines.len == 0 || field_read(field, lines, &req->arena, out,
	    where, &req->problem);
}

static bool
scalar_read(struct request *req, const struct field *field,
    const json_t *json, struct value *out, const char *where)
{
	struct slice text = { NULL, 0 };
	bool wants_number = field->type == FIELD_INT ||
	    field->type == FIELD_DECIMAL;
	if (field->type == FIELD_BOOL && json_is_boolean(json))
		text = slice_of(json_is_true(json) ? "true" : "false");
	else if (wants_number && json_is_integer(json))
		text = slice_of(arena_print(&req->arena, "%lld",
		    (long long)json_integer_value(json)));
	else if (field->type == FIELD_DECIMAL && json_is_real(json))
		text = slice_of(arena_print(&req->arena, "%.12g",
		    json_real_value(json)));
	else if (!wants_number && field->type != FIELD_BOOL &&
	    json_is_string(json))
		text = arena_slice(&req->arena, (struct slice){
			json_string_value(json), json_string_length(json)
		});
	if (text.at == NULL)
		return problem_set(&req->problem, PROBLEM_MALFORMED_FIELD,
		    where, "must be a %s", wants_number ? "number" :
		    field->type == FIELD_BOOL ? "boolean" : "text");
	return field_read(field, text, &req->arena, out, where, &req->problem);
}

static bool
member_read(struct request *req, const char *name, const json_t *json)
{
	const struct route *route = req->route;
	char where[64];
	snprintf(where, sizeof(where), "/%.60s", name);
	for (size_t i = 0; i < route->body_len; i++) {
		const struct field *field = &route->body[i];
		if (strcmp(name, field->name) != 0)
			continue;
		if (json_is_null(json))
			return true;
		if (field->type == FIELD_CODES)
			return list_read(req, json, &req->fields[i], where);
		if (field->type == FIELD_TEXTS)
			return lines_read(req, field, json, &req->fields[i],
			    where);
		return scalar_read(req, field, json, &req->fields[i], where);
	}
	return problem_set(&req->problem, PROBLEM_UNKNOWN_FIELD, NULL, "%s", "");
}

enum step_outcome
step_decode(struct request *req)
{
	const struct route *route = req->route;
	json_error_t error;
	json_t *root, *member;
	const char *name;
	bool ok = true;
	if (route->body_len == 0)
		return PROCEED;
	root = json_loadb(req->body.at != NULL ? req->body.at : "",
	    req->body.len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(root)) {
		json_decref(root);
		return request_refuse(req, PROBLEM_MALFORMED_JSON, NULL,
		    "line %d, column %d: must be one object", error.line,
		    error.column);
	}
	json_object_foreach(root, name, member)
	if (!(ok = member_read(req, name, member)))
		break;
	json_decref(root);
	for (size_t i = 0; ok && i < route->body_len; i++)
		if (route->body[i].needed == REQUIRED && !req->fields[i].is_set)
			ok = problem_set(&req->problem, PROBLEM_MISSING_FIELD,
			    arena_print(&req->arena, "/%s",
			    route->body[i].name), "must be given");
	return ok ? PROCEED : REFUSE;
}

/* ---- query ---- */

static const char *
value_text(struct request *req, const struct field *field,
    const struct value *value)
{
	char *text;
	if (!value->is_set)
		return NULL;
	switch (array_element_type(field)) {
	case OID_DATE:
		text = arena_alloc(&req->arena, DATE_TEXT_SIZE);
		date_print((int32_t)value->number, text);
		return text;
	case OID_TIMESTAMPTZ:
		text = arena_alloc(&req->arena, TIME_TEXT_SIZE);
		time_print(value->number, text);
		return text;
	case OID_INT4:
		return arena_print(&req->arena, "%lld", (long long)value->number);
	case OID_FLOAT8:
		text = arena_alloc(&req->arena, DECIMAL_TEXT_SIZE);
		text_print_decimal(value->number, text);
		return text;
	case OID_BOOL:
		return value->number ? "true" : "false";
	default:
		return arena_text(&req->arena, value->text.at, value->text.len);
	}
}

static const char *
binding_text(struct request *req, struct binding binding)
{
	switch (binding.source) {
	case SOURCE_AFTER:
		return req->after.at;
	case SOURCE_LIMIT: /* one more tells whether there is a next page */
		return arena_print(&req->arena, "%d", req->limit + 1);
	case SOURCE_PARAM:
		return value_text(req, &req->route->params[binding.index],
		    &req->params[binding.index]);
	default:
		return value_text(req, &req->route->body[binding.index],
		    &req->fields[binding.index]);
	}
}

enum step_outcome
step_query(struct request *req)
{
	const struct binding *bindings;
	size_t len;
	const struct statement *statement = route_statement(req->route,
	    &bindings, &len);
	struct query *query = db_call_add(&req->call, statement);
	for (size_t i = 0; i < len; i++)
		query_text(query, binding_text(req, bindings[i]));
	req->call.actor = req->actor.token;
	req->call.writes = req->route->writes;
	req->call.timeout_ms = req->route->timeout_ms;
	return request_ask(req, true);
}

enum step_outcome
step_answered(struct request *req)
{
	if (request_answered(req) == REFUSE)
		return REFUSE;
	if (req->route->answer == ANSWER_ONE &&
	    db_result_rows(req->call.queries[0]->result) == 0)
		return request_refuse(req, PROBLEM_NOT_FOUND, NULL, "%s", "");
	return PROCEED;
}

/* ---- audit ---- */

struct id_set {
	const char **places; /* 16-byte ids, open addressing */
	size_t mask;
	size_t len;
};

static bool
id_set_add(struct id_set *set, const char *id)
{
	uint64_t hash;
	memcpy(&hash, id, sizeof(hash)); /* random already: a v4 uuid */
	for (size_t i = hash & set->mask;; i = (i + 1) & set->mask) {
		if (set->places[i] == NULL) {
			set->places[i] = id;
			set->len++;
			return true;
		}
		if (memcmp(set->places[i], id, 16) == 0)
			return false;
	}
}

/* The distinct children a result shows, as a binary uuid[]; 0 when none. */
static size_t
children_shown(struct request *req, const struct db_result *result,
    struct buf *array)
{
	size_t columns[2], columns_len = 0;
	size_t rows = db_result_rows(result), places = 16;
	struct id_set set = { NULL, 0, 0 };
	if (req->route->key != NULL && rows > (size_t)req->limit)
		rows = (size_t)req->limit; /* the one more is not shown */
	for (size_t i = 0; i < db_result_columns(result); i++)
		if (rows_names_child(result, i) && columns_len < nitems(columns))
			columns[columns_len++] = i;
	if (columns_len == 0 || rows == 0)
		return 0;
	while (places < rows * columns_len * 2)
		places *= 2;
	set.places = arena_array(&req->arena, places, sizeof(char *));
	set.mask = places - 1;
	for (size_t i = 0; i < rows * columns_len; i++) {
		struct slice id = db_result_cell(result, i / columns_len,
		    columns[i % columns_len]);
		if (id.len == 16)
			id_set_add(&set, id.at);
	}
	array_start(array, OID_UUID, set.len);
	for (size_t i = 0; i < places; i++)
		if (set.places[i] != NULL)
			array_add_bytes(array, set.places[i], 16);
	return set.len;
}

static void
audit_done(struct db_call *call)
{
	struct request *req = container_of(call, struct request, audit);
	req->is_waiting_for_db = false;
	request_resume(req);
}

/* A write audits itself, in its own transaction; a read does it here. */
enum step_outcome
step_audit(struct request *req)
{
	static const uint32_t types[] = { OID_TEXT, OID_INT4_ARRAY,
		                          OID_UUID_ARRAY };
	static const struct statement *statement;
	struct query *query;
	bool is_write = req->route->writes && req->route->method != HTTP_GET;
	if (is_write || req->conn == NULL)
		return PROCEED;
	if (statement == NULL)
		statement = statement_new(
		    "SELECT api.audit_read($1, $2, $3)", 3, types);
	if (children_shown(req, req->call.queries[0]->result, &req->out) == 0)
		return PROCEED;
	query = db_call_add(&req->audit, statement);
	query_text(query, route_name(req->route));
	query_text(query, NULL);
	query_binary(query, req->out.at, req->out.len);
	req->audit.actor = req->actor.token;
	req->audit.writes = true;
	req->audit.done = audit_done;
	req->audit.request_id = req->id;
	req->is_waiting_for_db = true;
	db_call_start(req->worker->pool, &req->audit, true);
	return WAIT;
}

enum step_outcome
step_audited(struct request *req)
{
	buf_clear(&req->out);
	if (req->audit.len == 0 || req->audit.is_ok)
		return PROCEED;
	req->problem = req->audit.problem;
	return REFUSE;
}

enum step_outcome
step_reply(struct request *req)
{
	if (req->conn == NULL)
		return PROCEED;
	return reply_rows(req) ? PROCEED : WAIT;
}
