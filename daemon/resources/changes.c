/*
 * changes.c — the feed in the order of commits. The cursor a client keeps is
 * opaque; here it is two parameters of the query and comes back as the
 * position of the last row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "changes.h"

#include "cursor.h"
#include "request_state.h"

#define EPOCH 1 /* a later part makes a new one after a restore */

enum { PARAM_AFTER, PARAM_LIMIT, PARAM_XID, PARAM_SEQ };

const struct field changes_params[CHANGES_PARAMS_LEN] = {
	{ "after", FIELD_TEXT, OPTIONAL, .max = 64 },
	{ "limit", FIELD_INT, OPTIONAL, .max = 5000, .min = 1 },
	{ "xid", FIELD_TEXT, INTERNAL },
	{ "seq", FIELD_TEXT, INTERNAL },
};

static void
param_set(struct request *req, size_t i, uint64_t n)
{
	req->params[i].text = slice_of(arena_print(&req->arena, "%llu",
	    (unsigned long long)n));
	req->params[i].is_set = true;
}

static enum step_outcome
step_cursor(struct request *req)
{
	struct cursor cursor = { .epoch = EPOCH };
	const struct value *after = &req->params[PARAM_AFTER];
	if (after->is_set && !cursor_parse(&cursor, after->text, &req->problem))
		return REFUSE;
	if (cursor.epoch != EPOCH)
		return request_refuse(req, PROBLEM_CURSOR_EXPIRED, "after",
		    "%s", "");
	param_set(req, PARAM_XID, cursor.xid);
	param_set(req, PARAM_SEQ, cursor.seq);
	return PROCEED;
}

/* Where the reader stands now: after the last row, or where it stood. */
static enum step_outcome
step_position(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	struct cursor cursor = { .epoch = EPOCH };
	size_t rows = db_result_rows(result);
	char *text = arena_alloc(&req->arena, CURSOR_TEXT_SIZE);
	long xid = db_result_column(result, "_xid");
	long seq = db_result_column(result, "_seq");
	if (rows > 0) {
		cursor.xid = (uint64_t)db_result_int(result, rows - 1, (size_t)xid);
		cursor.seq = (uint64_t)db_result_int(result, rows - 1, (size_t)seq);
	} else if (req->params[PARAM_AFTER].is_set &&
	    !cursor_parse(&cursor, req->params[PARAM_AFTER].text,
	    &req->problem)) {
		return REFUSE;
	}
	cursor_print(&cursor, text);
	req->next = text;
	return PROCEED;
}

const struct step changes_work[] = {
	{ "cursor",   step_cursor },
	{ "query",    step_query },
	{ "answered", step_answered },
	{ "position", step_position },
	{ "audit",    step_audit },
	{ "audited",  step_audited },
	{ "reply",    step_reply },
	{ NULL, NULL }
};
