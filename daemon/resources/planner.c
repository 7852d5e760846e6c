/*
 * planner.c — where an Area SENCO is needed and why, which visits are
 * proposed and planned, and those as a calendar. Before a ranking is read the
 * database is told (api.planner_open), in the same transaction: the first
 * that is asked for on a day is kept, so it can be shown again later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include "dates.h"
#include "ical.h"

#define MAY (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_state[] = {
	"planned", "cancelled", "visited", "unconfirmed", NULL
};

enum { PARAM_CASELOAD, PARAM_ON };
static const struct field planner_params[] = {
	{ "caseload", FIELD_INT, REQUIRED },
	{ "on",       FIELD_DATE, OPTIONAL },
};

static const struct field proposal_params[] = {
	{ "caseload", FIELD_INT, REQUIRED },
	{ "on",       FIELD_DATE, INTERNAL }, /* today; planner_params' place */
	{ "weeks",    FIELD_INT, OPTIONAL, .min = 1, .max = 12 },
};

static const struct field visits_params[] = {
	{ "caseload", FIELD_INT, REQUIRED },
	{ "from",     FIELD_DATE, OPTIONAL },
	{ "until",    FIELD_DATE, OPTIONAL },
	{ "state",    FIELD_CODE, OPTIONAL, .codes = codes_state },
};

static const struct field plan_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field plan_body[] = {
	{ "caseload", FIELD_INT, REQUIRED },
	{ "setting",  FIELD_SETTING, REQUIRED },
	{ "on",       FIELD_DATE, REQUIRED },
	{ "from_at",  FIELD_TIME, OPTIONAL },
	{ "until_at", FIELD_TIME, OPTIONAL },
	{ "note",     FIELD_TEXT, OPTIONAL, .max = 500 },
};

/* ---- a ranking, and what is proposed by it ---- */

static enum step_outcome
step_open(struct request *req)
{
	static const uint32_t types[] = { OID_INT4, OID_DATE };
	static const struct statement *statement;
	const struct value *params = req->params;
	struct query *query;
	char *on = NULL;

	if (statement == NULL)
		statement = statement_new("SELECT api.planner_open($1, $2)",
		    2, types);
	if (params[PARAM_ON].is_set) {
		on = arena_alloc(&req->arena, DATE_TEXT_SIZE);
		date_print((int32_t)params[PARAM_ON].number, on);
	}
	query = db_call_add(&req->call, statement);
	query_text(query, arena_print(&req->arena, "%lld",
	    (long long)params[PARAM_CASELOAD].number));
	query_text(query, on);
	return step_query(req);
}

/* What is answered are the rows, not that it was opened. */
static enum step_outcome
step_opened(struct request *req)
{
	struct query **queries = req->call.queries;
	struct query *opened = queries[0];

	if (request_answered(req) == REFUSE)
		return REFUSE;
	queries[0] = queries[1];
	queries[1] = opened;
	return PROCEED;
}

static const struct step planner_work[] = {
	{ "open",   step_open },   /* judge what is asked, and ask it; waits */
	{ "opened", step_opened },
	{ "reply",  step_reply },
	{ NULL, NULL }
};

/* ---- the calendar ---- */

enum { COLUMN_NAME, COLUMN_UID, COLUMN_SEQUENCE, COLUMN_CANCELLED,
       COLUMN_SUMMARY, COLUMN_LOCATION, COLUMN_DAY, COLUMN_FROM, COLUMN_UNTIL,
       COLUMN_CHANGED };

static void
event_add(struct buf *out, const struct db_result *result, size_t row)
{
	struct ical_event event = {
		.uid = db_result_cell(result, row, COLUMN_UID),
		.sequence = db_result_int(result, row, COLUMN_SEQUENCE),
		.is_cancelled = db_result_int(result, row, COLUMN_CANCELLED),
		.summary = db_result_cell(result, row, COLUMN_SUMMARY),
		.location = db_result_cell(result, row, COLUMN_LOCATION),
		.day = (int32_t)db_result_int(result, row, COLUMN_DAY),
		.has_from = db_result_cell(result, row, COLUMN_FROM).at != NULL,
		.has_until =
		    db_result_cell(result, row, COLUMN_UNTIL).at != NULL,
		.from_us = db_result_int(result, row, COLUMN_FROM),
		.until_us = db_result_int(result, row, COLUMN_UNTIL),
		.changed_us = db_result_int(result, row, COLUMN_CHANGED),
	};

	ical_add_event(out, &event);
}

/* One row of nothing but the caseload's name when nothing is planned. */
static enum step_outcome
step_calendar(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;

	if (req->conn == NULL)
		return PROCEED;
	ical_start(&req->out, db_result_cell(result, 0, COLUMN_NAME));
	for (size_t row = 0; row < db_result_rows(result); row++)
		if (db_result_cell(result, row, COLUMN_UID).at != NULL)
			event_add(&req->out, result, row);
	ical_end(&req->out);
	reply_body(req, 200, "text/calendar; charset=utf-8", NULL, &req->out);
	return PROCEED;
}

static const struct step calendar_work[] = {
	{ "query",    step_query },
	{ "answered", step_answered },
	{ "calendar", step_calendar },
	{ NULL, NULL }
};

/* ---- routes ---- */

#define VISIT "SELECT * FROM api.planned_visits"

static const struct route routes[] = {
	{ HTTP_GET, "/v1/planner", MAY, ANSWER_LIST,
	  "SELECT * FROM api.planner_day($caseload,"
	  " coalesce($on, current_date))",
	  planner_params, nitems(planner_params),
	  .writes = true, .work = planner_work },
	{ HTTP_GET, "/v1/planner/rankings", MAY, ANSWER_LIST,
	  "SELECT * FROM api.planner_rankings WHERE caseload_id = $caseload"
	  "   AND ($after IS NULL OR _key > $after)"
	  " ORDER BY _key LIMIT $limit",
	  planner_params, 1, .key = "_key", .key_type = FIELD_TEXT },
	{ HTTP_GET, "/v1/planner/proposal", MAY, ANSWER_LIST,
	  "SELECT * FROM api.planner_proposal($caseload, coalesce($weeks, 4),"
	  " coalesce($on, current_date))",
	  proposal_params, nitems(proposal_params),
	  .writes = true, .work = planner_work },
	{ HTTP_GET, "/v1/planner/visits", MAY, ANSWER_LIST,
	  VISIT " WHERE caseload_id = $caseload"
	  "   AND ($after IS NULL OR _key > $after)"
	  "   AND ($from IS NULL OR \"on\" >= $from)"
	  "   AND ($until IS NULL OR \"on\" <= $until)"
	  "   AND ($state IS NULL OR state = $state)"
	  " ORDER BY _key LIMIT $limit",
	  visits_params, nitems(visits_params),
	  .key = "_key", .key_type = FIELD_TEXT },
	{ HTTP_GET, "/v1/planner/visits/{id}", MAY, ANSWER_ONE,
	  VISIT " WHERE planned_id = $id", one_params, 1 },
	{ HTTP_POST, "/v1/planner/visits", MAY, ANSWER_ONE,
	  "SELECT * FROM api.planned_visit_plan($key, $caseload, $setting,"
	  " $on, $from_at, $until_at, $note)",
	  plan_params, nitems(plan_params), plan_body, nitems(plan_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_PUT, "/v1/planner/visits/{id}", MAY, ANSWER_ONE,
	  "SELECT * FROM api.planned_visit_move($id, $if_match, $on, $from_at,"
	  " $until_at, $note)",
	  one_params, nitems(one_params),
	  plan_body + 2, nitems(plan_body) - 2,
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/planner/visits/{id}/cancel", MAY, ANSWER_ONE,
	  "SELECT * FROM api.planned_visit_cancel($id, $if_match)",
	  one_params, nitems(one_params),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/planner/calendar", MAY, ANSWER_ONE,
	  "SELECT c.name, k.* FROM api.caseloads AS c"
	  " LEFT JOIN api.planner_calendar($caseload) AS k ON true"
	  " WHERE c.caseload_id = $caseload ORDER BY k.visit_day, k.uid",
	  planner_params, 1, .work = calendar_work },
};

const struct resource resource_planner = { routes, nitems(routes) };
