/*
 * imports.c — register rows are parsed piece by piece while the body
 * arrives, so a file of every school in England is never held as text. Rows
 * that cannot be read are listed with their line; the readable rest is
 * compared and applied by one call, or only compared (dry_run).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "imports.h"

#include <string.h>

#include "json_writer.h"
#include "mem.h"
#include "records.h"
#include "register.h"
#include "request_state.h"

#define ROWS_MAX 120000 /* England has some 115,000 of both registers */
#define IMPORT_TIMEOUT_MS 120000

static const char *const codes_register[] = { "gias", "ofsted", NULL };

enum { PARAM_REGISTER, PARAM_DRY_RUN, PARAM_LA };

const struct field imports_params[IMPORTS_PARAMS_LEN] = {
	{ "register", FIELD_CODE, REQUIRED, .codes = codes_register },
	{ "dry_run", FIELD_BOOL, OPTIONAL },
	{ "la", FIELD_TEXT, OPTIONAL, .max = 3 },
};

struct import {
	struct arena arena;
	struct register_reader *reader;
	struct selection rows;      /* numbers are lines */
	size_t rows_cap;
	struct buf unreadable;      /* JSON objects, comma separated */
	size_t unreadable_len;
	struct params params;
	bool is_too_long;
};

static bool
same_is(const struct request *req, const char *name)
{
	return slice_is(req->params[PARAM_REGISTER].text, name);
}

static void
add_unreadable(struct import *import, const struct problem *why, unsigned line)
{
	struct buf *buf = &import->unreadable;
	if (import->unreadable_len++ > 0)
		buf_add_char(buf, ',');
	buf_print(buf, "{\"line\":%u,\"reason\":", line);
	json_add_text(buf, why->detail);
	buf_add_char(buf, '}');
}

static void
row_read(void *owner, const struct record *record, unsigned line)
{
	struct import *import = owner;
	struct selection *rows = &import->rows;
	if (record->is_refused) {
		add_unreadable(import, record->why, line);
		return;
	}
	if (rows->len == ROWS_MAX) {
		import->is_too_long = true;
		return;
	}
	if (rows->len == import->rows_cap) {
		size_t cap = import->rows_cap ? import->rows_cap * 2 : 1024;
		rows->records = mem_realloc(rows->records,
		    cap * sizeof(*rows->records));
		rows->numbers = mem_realloc(rows->numbers,
		    cap * sizeof(*rows->numbers));
		import->rows_cap = cap;
	}
	rows->records[rows->len] = record;
	rows->numbers[rows->len++] = (int32_t)line;
}

static struct import *
import_of(struct request *req)
{
	struct import *import = req->state;
	if (import != NULL)
		return import;
	req->state = import = mem_alloc(sizeof(*import));
	arena_init(&import->arena);
	import->reader = register_reader_new(same_is(req, "gias") ?
	    &register_gias : &register_ofsted, &import->arena, row_read, import);
	return import;
}

size_t
imports_body_max(const struct request *req)
{
	return (size_t)req->worker->config->import_max_bytes;
}

bool
imports_body_piece(struct request *req, const char *at, size_t len)
{
	return register_reader_feed(import_of(req)->reader, at, len,
	    &req->problem);
}

void
imports_release(struct request *req)
{
	struct import *import = req->state;
	if (import == NULL)
		return;
	register_reader_free(import->reader);
	free(import->rows.records);
	free(import->rows.numbers);
	buf_release(&import->unreadable);
	params_release(&import->params);
	arena_release(&import->arena);
	free(import);
}

static enum step_outcome
step_rows(struct request *req)
{
	struct import *import = import_of(req);
	if (!register_reader_finish(import->reader, &req->problem))
		return REFUSE;
	if (import->is_too_long)
		return request_refuse(req, PROBLEM_REGISTER_UNREADABLE, NULL,
		    "more than %d rows", ROWS_MAX);
	return PROCEED;
}

static const struct statement *
import_statement(void)
{
	static const struct statement *made;
	uint32_t types[QUERY_PARAMS_MAX] = { OID_TEXT, OID_TEXT, OID_BOOL,
		                             OID_INT4_ARRAY, OID_TEXT_ARRAY, OID_UUID_ARRAY };
	struct buf sql;
	size_t len = 6;
	if (made != NULL)
		return made;
	len += params_field_types(&kind_setting, types + len);
	buf_init(&sql);
	buf_add_text(&sql, "SELECT line, ref, name, change, details"
	    " FROM api.settings_import(");
	for (size_t i = 1; i <= len; i++)
		buf_print(&sql, "%s$%zu", i > 1 ? "," : "", i);
	buf_add_text(&sql, ") ORDER BY line");
	buf_add_char(&sql, '\0');
	return made = statement_new(sql.at, len, types); /* both kept */
}

static enum step_outcome
step_apply(struct request *req)
{
	struct import *import = req->state;
	struct query *query = db_call_add(&req->call, import_statement());
	struct params *params = &import->params;
	struct slice la = req->params[PARAM_LA].text;
	query_slice(query, slice_of(same_is(req, "gias") ? "gias" : "ofsted"));
	query_text(query, la.at == NULL ? NULL :
	    arena_text(&req->arena, la.at, la.len));
	query_text(query, req->params[PARAM_DRY_RUN].number ? "true" : "false");
	params_add_numbers(params, &import->rows);
	params_add_source_ids(params, &import->rows);
	params_add_hashes(params, &import->rows);
	params_add_fields(params, &import->rows, &kind_setting);
	params_bind(params, query);
	req->call.actor = req->actor.token;
	req->call.writes = true;
	req->call.timeout_ms = IMPORT_TIMEOUT_MS;
	return request_ask(req, true);
}

static size_t
count(const struct db_result *result, const char *change)
{
	long column = db_result_column(result, "change");
	size_t n = 0;
	for (size_t row = 0; row < db_result_rows(result); row++)
		n += slice_is(db_result_cell(result, row, (size_t)column), change);
	return n;
}

static enum step_outcome
step_differences(struct request *req)
{
	struct import *import = req->state;
	const struct db_result *result = req->call.queries[0]->result;
	static const char *const changes[] = { "new", "changed", "closed",
		                               "reopened", "repeated" };
	struct buf *out = &req->out;
	if (req->conn == NULL)
		return PROCEED;
	buf_print(out, "{\"register\":\"%s\",\"dry_run\":%s,\"rows\":%zu",
	    same_is(req, "gias") ? "gias" : "ofsted",
	    req->params[PARAM_DRY_RUN].number ? "true" : "false",
	    import->rows.len + import->unreadable_len);
	for (size_t i = 0; i < nitems(changes); i++)
		buf_print(out, ",\"%s\":%zu", changes[i],
		    count(result, changes[i]));
	buf_print(out, ",\"unchanged\":%zu,\"unreadable\":%zu,\"changes\":[",
	    import->rows.len - db_result_rows(result), import->unreadable_len);
	rows_init(&req->rows, result, ROWS_JSON, db_result_rows(result),
	    &req->arena);
	rows_print(&req->rows, out, SIZE_MAX);
	buf_add_text(out, "],\"unreadable_rows\":[");
	buf_add(out, import->unreadable.at, import->unreadable.len);
	buf_add_text(out, "]}\n");
	reply_body(req, 200, "application/json", NULL, out);
	return PROCEED;
}

const struct step imports_work[] = {
	{ "rows",        step_rows },        /* the rest of the last line */
	{ "apply",       step_apply },       /* one call, one transaction; waits */
	{ "answered",    request_answered },
	{ "differences", step_differences },
	{ NULL, NULL }
};
