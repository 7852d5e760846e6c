/*
 * snapshots.c — a full roll of a setting: opened, filled by batches that name
 * it (batches.c), looked at, committed or dropped. A preview writes and is
 * rolled back where it is made, in the database.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#include "db_listen.h"
#include "request_state.h"

/* 50,000 records are merged in one transaction; an actor's token, up to five
 * seconds old when the call starts, holds for 60 s. */
#define APPLY_TIMEOUT_MS 50000

static const char *const codes_state[] = {
	"open", "committed", "dropped", "expired", NULL
};

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "state",   FIELD_CODE,    OPTIONAL, .codes = codes_state },
};

static const struct field open_params[] = {
	{ "setting", FIELD_SETTING, REQUIRED },
};

static const struct field open_body[] = {
	{ "kinds", FIELD_CODES, REQUIRED },
};

static const struct field id_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct field commit_body[] = {
	{ "confirmed_by", FIELD_TEXT, OPTIONAL, .max = 120 },
};

/* Committed: whoever waits for news of the setting shall look. */
static enum step_outcome
step_told(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	long column = db_result_column(result, "_setting_id");
	db_listen_tell(req->worker->listen,
	    (int32_t)db_result_int(result, 0, (size_t)column));
	return PROCEED;
}

static const struct step commit_work[] = {
	{ "decode",   step_decode },
	{ "query",    step_query },    /* one call, one transaction; waits */
	{ "answered", step_answered },
	{ "told",     step_told },
	{ "reply",    step_reply },
	{ NULL, NULL }
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/sync/snapshots", ROLE_SCHOOL_SYSTEM, ANSWER_LIST,
	  "SELECT s.* FROM api.snapshots AS s"
	  " WHERE ($after IS NULL OR s.id > $after)"
	  "   AND ($setting IS NULL OR s._setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($state IS NULL OR s.state = $state)"
	  " ORDER BY s.id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/sync/snapshots", ROLE_SCHOOL_SYSTEM, ANSWER_ONE,
	  "SELECT * FROM api.snapshot_open($setting, $kinds)",
	  open_params, nitems(open_params), open_body, nitems(open_body),
	  .writes = true, .created = 201 },
	{ HTTP_GET, "/v1/sync/snapshots/{id}", ROLE_SCHOOL_SYSTEM, ANSWER_ONE,
	  "SELECT s.*, CASE WHEN s.state = 'open'"
	  " THEN api.snapshot_preview(s.id) END AS preview"
	  " FROM api.snapshots AS s WHERE s.id = $id",
	  id_params, nitems(id_params),
	  .writes = true, .timeout_ms = APPLY_TIMEOUT_MS },
	{ HTTP_GET, "/v1/sync/snapshots/{id}/leavers", ROLE_SCHOOL_SYSTEM,
	  ANSWER_LIST, "SELECT * FROM api.snapshot_leavers($id)",
	  id_params, nitems(id_params),
	  .writes = true, .timeout_ms = APPLY_TIMEOUT_MS },
	{ HTTP_POST, "/v1/sync/snapshots/{id}/commit", ROLE_SCHOOL_SYSTEM,
	  ANSWER_ONE, "SELECT * FROM api.snapshot_commit($id, $confirmed_by)",
	  id_params, nitems(id_params), commit_body, nitems(commit_body),
	  .writes = true, .timeout_ms = APPLY_TIMEOUT_MS, .work = commit_work },
	{ HTTP_POST, "/v1/sync/snapshots/{id}/drop", ROLE_SCHOOL_SYSTEM,
	  ANSWER_ONE, "SELECT * FROM api.snapshot_drop($id)",
	  id_params, nitems(id_params), .writes = true },
};

const struct resource resource_snapshots = { routes, nitems(routes) };
