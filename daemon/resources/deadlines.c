/*
 * deadlines.c — everything that is due for whoever asks: as a list, counted,
 * as the letter of the day, and as it would be under another version of a
 * clock. What is due and when is the database's (sql/resources/due.sql,
 * deadlines.sql, recompute.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_RECOMPUTE (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_owner[] = {
	"la", "new_la", "area_senco", "setting", "receiving_setting",
	"adviser", "health", "parent", "other", NULL
};
static const char *const codes_severity[] = { "error", "warn", "info", NULL };
static const char *const codes_by[] = {
	"day", "owner", "rule", "clock", "setting", NULL
};
static const char *const codes_unit[] = {
	"day", "week", "month", "working_day", "school_day", NULL
};

/* Without its first, by, the filters of the list. */
static const struct field sums_params[] = {
	{ "by",       FIELD_CODE,    REQUIRED, .codes = codes_by },
	{ "owner",    FIELD_CODES,   OPTIONAL, .codes = codes_owner },
	{ "clock",    FIELD_TEXT,    OPTIONAL, .max = 1000 },
	{ "rule",     FIELD_TEXT,    OPTIONAL, .max = 1000 },
	{ "severity", FIELD_CODES,   OPTIONAL, .codes = codes_severity },
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT,     OPTIONAL },
	{ "days",     FIELD_INT,     OPTIONAL, .max = 1000 },
	{ "late",     FIELD_BOOL,    OPTIONAL },
	{ "on",       FIELD_DATE,    OPTIONAL },
};

static const struct field digest_params[] = {
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field recompute_params[] = {
	{ "clock",   FIELD_TEXT, REQUIRED, .max = 60 },
	{ "version", FIELD_DATE, OPTIONAL },
	{ "unit",    FIELD_CODE, OPTIONAL, .codes = codes_unit },
	{ "amount",  FIELD_INT,  OPTIONAL, .min = -1000, .max = 1000 },
	{ "on",      FIELD_DATE, OPTIONAL },
};

/* ---- the letter ---- */

enum { COLUMN_N, COLUMN_CHILD, COLUMN_LINE };

static enum step_outcome
step_letter(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;

	if (req->conn == NULL)
		return PROCEED;
	for (size_t row = 0; row < db_result_rows(result); row++) {
		struct slice line = db_result_cell(result, row, COLUMN_LINE);

		buf_add(&req->out, line.at, line.len);
		buf_add_char(&req->out, '\n');
	}
	reply_body(req, 200, "text/plain; charset=utf-8", NULL, &req->out);
	return PROCEED;
}

static const struct step letter_work[] = {
	{ "query",    step_query },
	{ "answered", step_answered },
	{ "audit",    step_audit },
	{ "audited",  step_audited },
	{ "letter",   step_letter },
	{ NULL, NULL }
};

/* ---- routes ---- */

#define FILTERED \
	" FROM api.deadlines(coalesce($on, current_date), $days) AS d" \
	" WHERE ($setting IS NULL OR d.setting_id =" \
	"        (SELECT r.setting_id FROM api.setting_refs AS r" \
	"          WHERE r.ref = $setting))" \
	"   AND ($caseload IS NULL OR d.setting_id IN" \
	"        (SELECT m.setting_id FROM api.caseload_members AS m" \
	"          WHERE m.caseload_id = $caseload" \
	"            AND coalesce($on, current_date)" \
	"                BETWEEN m.from_on AND m.to_on))" \
	"   AND ($owner IS NULL" \
	"        OR d.owner = ANY (string_to_array($owner, ',')))" \
	"   AND ($clock IS NULL" \
	"        OR d.clock = ANY (string_to_array($clock, ',')))" \
	"   AND ($rule IS NULL OR d.rule = ANY (string_to_array($rule, ',')))" \
	"   AND ($severity IS NULL" \
	"        OR d.severity = ANY (string_to_array($severity, ',')))" \
	"   AND ($late IS NULL OR $late = (d.days_left < 0))"

#define AS_WOULD_BE \
	"($clock, $version, $unit, $amount, coalesce($on, current_date)) AS r"

static const struct route routes[] = {
	{ HTTP_GET, "/v1/deadlines", MAY_READ, ANSWER_LIST,
	  "SELECT d.*" FILTERED
	  " ORDER BY d.due_on, d.owner, d.rule, d.setting_name, d.surname,"
	  " d.forename, d.clock, d.subject_id, d.starts_on",
	  sums_params + 1, nitems(sums_params) - 1,
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/deadlines/summary", MAY_READ, ANSWER_LIST,
	  "SELECT CASE $by WHEN 'day' THEN d.due_on::text"
	  "                WHEN 'owner' THEN d.owner WHEN 'rule' THEN d.rule"
	  "                WHEN 'clock' THEN d.clock ELSE d.setting END AS of,"
	  "       CASE $by WHEN 'rule' THEN max(d.reference)"
	  "                WHEN 'clock' THEN max(d.name)"
	  "                WHEN 'setting' THEN max(d.setting_name) END AS name,"
	  "       count(*)::int AS deadlines,"
	  "       (count(*) FILTER (WHERE d.days_left < 0))::int AS late,"
	  "       (count(*) FILTER (WHERE d.days_left = 0))::int AS today,"
	  "       min(d.due_on) AS first_due_on"
	  FILTERED " GROUP BY 1 ORDER BY 1 NULLS LAST",
	  sums_params, nitems(sums_params), .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/deadlines/digest", MAY_READ, ANSWER_ONE,
	  "SELECT d.* FROM api.deadlines_digest(coalesce($on, current_date))"
	  " AS d ORDER BY d.n",
	  digest_params, nitems(digest_params), .work = letter_work,
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/clocks/recompute", MAY_RECOMPUTE, ANSWER_LIST,
	  "SELECT r.* FROM api.recompute" AS_WOULD_BE
	  " WHERE r.new_due_on IS DISTINCT FROM r.old_due_on"
	  " ORDER BY r.clock, r.old_due_on, r.subject_id, r.starts_on",
	  recompute_params, nitems(recompute_params),
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/clocks/recompute/totals", MAY_RECOMPUTE, ANSWER_ONE,
	  "SELECT r.* FROM api.recompute_totals" AS_WOULD_BE,
	  recompute_params, nitems(recompute_params),
	  .timeout_ms = COUNT_TIMEOUT_MS },
};

const struct resource resource_deadlines = { routes, nitems(routes) };
