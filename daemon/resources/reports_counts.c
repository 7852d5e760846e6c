/*
 * reports_counts.c — counts for officers and for publication: children by
 * status and need, how many steps of the plan process were in time, who moves
 * where, who is between settings, what was handed over. Tables with totals are
 * the database's (sql/resources/report_counts.sql, report_timeliness.sql,
 * report_flows.sql); with publication=true small numbers are hidden
 * (suppression.sql). No child is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#include "codes.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

#define PUBLICATION { "publication", FIELD_BOOL, OPTIONAL }
#define IS_PUBLICATION "coalesce($publication, false)"
#define ON "coalesce($on, current_date)"
#define SETTING_ID \
	"(SELECT s.setting_id FROM api.setting_refs AS s" \
	" WHERE s.ref = $setting)"
/* A setting that is none has no rows, not those of all. */
#define IS_SETTING "($setting IS NULL OR " SETTING_ID " IS NOT NULL)"

static const char *const codes_sen_by[] = {
	"setting", "type", "phase", "locality", "year_group", "need", NULL
};
static const char *const codes_across[] = { "status", "need", NULL };
static const char *const codes_weeks_of[] = {
	"decision", "no_plan", "plan", NULL
};
static const char *const codes_period[] = { "year", "month", NULL };
static const char *const codes_reviews_of[] = {
	"review", "decision", "amendment", "whole", NULL
};
static const char *const codes_phase_by[] = {
	"kind", "setting", "deadline", NULL
};
static const char *const codes_moves_by[] = {
	"kind", "setting", "to", "rag", "state", "status", NULL
};
static const char *const codes_moves_across[] = {
	"rag", "state", "status", NULL
};
static const char *const codes_between_by[] = {
	"owner", "setting", "finding", "status", "weeks", NULL
};
static const char *const codes_ends_by[] = { "kind", "setting", "to", NULL };
static const char *const codes_handovers_across[] = {
	"state", "lateness", NULL
};

#define YEAR(needed) { "year", FIELD_INT, needed, .max = 2100, .min = 2014 }
#define KIND { "kind", FIELD_CODES, OPTIONAL, .codes = codes_transition_kind }
#define SETTING { "setting", FIELD_SETTING, OPTIONAL }
#define ON_DAY { "on", FIELD_DATE, OPTIONAL }
#define BY(list) { "by", FIELD_CODE, OPTIONAL, .codes = (list) }

static const struct field sen_params[] = {
	{ "on", FIELD_DATE, OPTIONAL },
	{ "by", FIELD_CODE, OPTIONAL, .codes = codes_sen_by },
	{ "across", FIELD_CODE, OPTIONAL, .codes = codes_across },
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "type", FIELD_TEXT, OPTIONAL, .max = 200 },
	PUBLICATION,
};
static const struct field weeks_params[] = {
	{ "of", FIELD_CODE, OPTIONAL, .codes = codes_weeks_of },
	{ "by", FIELD_CODE, OPTIONAL, .codes = codes_period },
	{ "from", FIELD_DATE, OPTIONAL },
	{ "until", FIELD_DATE, OPTIONAL },
	{ "as_of", FIELD_TIME, OPTIONAL },
	PUBLICATION,
};
static const struct field reviews_params[] = {
	{ "of", FIELD_CODE, OPTIONAL, .codes = codes_reviews_of },
	BY(codes_period),
	{ "from", FIELD_DATE, OPTIONAL },
	{ "until", FIELD_DATE, OPTIONAL },
	ON_DAY,
	{ "as_of", FIELD_TIME, OPTIONAL },
	PUBLICATION,
};
static const struct field phase_params[] = {
	YEAR(REQUIRED), ON_DAY, BY(codes_phase_by), KIND, SETTING, PUBLICATION,
};
static const struct field flows_params[] = {
	YEAR(REQUIRED), KIND, SETTING, PUBLICATION,
};
static const struct field moves_params[] = {
	YEAR(REQUIRED), ON_DAY, BY(codes_moves_by),
	{ "across", FIELD_CODE, OPTIONAL, .codes = codes_moves_across },
	KIND, SETTING, PUBLICATION,
};
static const struct field between_params[] = {
	ON_DAY, BY(codes_between_by), SETTING, PUBLICATION,
};
static const struct field handovers_params[] = {
	YEAR(OPTIONAL), BY(codes_ends_by),
	{ "across", FIELD_CODE, OPTIONAL, .codes = codes_handovers_across },
	KIND, SETTING, PUBLICATION,
};
static const struct field continuity_params[] = {
	YEAR(OPTIONAL), ON_DAY, BY(codes_ends_by), KIND, SETTING, PUBLICATION,
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/reports/dashboard", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.dashboard" },
	{ HTTP_GET, "/v1/reports/sen-counts", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_sen_counts(" ON ","
	  " coalesce($by, 'setting'), coalesce($across, 'status'),"
	  " " SETTING_ID ", $type, " IS_PUBLICATION ") WHERE " IS_SETTING,
	  sen_params, nitems(sen_params), .title = "SEN counts",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/twenty-weeks", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_twenty_weeks(coalesce($of, 'plan'),"
	  " coalesce($by, 'year'), $from, $until, coalesce($as_of, now()),"
	  " " IS_PUBLICATION ")",
	  weeks_params, nitems(weeks_params), .title = "Twenty weeks",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/annual-reviews", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_annual_reviews(coalesce($of, 'review'),"
	  " coalesce($by, 'year'), $from, $until, " ON ","
	  " coalesce($as_of, now()), " IS_PUBLICATION ")",
	  reviews_params, nitems(reviews_params), .title = "Annual reviews",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/phase-transfers", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_phase_transfers($year, " ON ","
	  " coalesce($by, 'kind'), " SETTING_ID ", $kind, " IS_PUBLICATION ")"
	  " WHERE " IS_SETTING,
	  phase_params, nitems(phase_params), .title = "Phase transfers",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/flows", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_flows($year, $kind, " SETTING_ID ","
	  " " IS_PUBLICATION ") WHERE " IS_SETTING,
	  flows_params, nitems(flows_params), .title = "Flows",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/transition-counts", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_transition_counts($year, " ON ","
	  " coalesce($by, 'kind'), coalesce($across, 'rag'), $kind,"
	  " " SETTING_ID ", " IS_PUBLICATION ") WHERE " IS_SETTING,
	  moves_params, nitems(moves_params), .title = "Transition counts",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/between", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_between(" ON ", coalesce($by, 'owner'),"
	  " " SETTING_ID ", " IS_PUBLICATION ") WHERE " IS_SETTING,
	  between_params, nitems(between_params),
	  .title = "Between settings, counted",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/handovers", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_handovers($year, coalesce($by, 'kind'),"
	  " coalesce($across, 'state'), $kind, " SETTING_ID ","
	  " " IS_PUBLICATION ") WHERE " IS_SETTING,
	  handovers_params, nitems(handovers_params),
	  .title = "Hand-overs, counted",
	  .timeout_ms = COUNT_TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/continuity", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_continuity($year, " ON ","
	  " coalesce($by, 'kind'), $kind, " SETTING_ID ", " IS_PUBLICATION ")"
	  " WHERE " IS_SETTING,
	  continuity_params, nitems(continuity_params),
	  .title = "Continuity",
	  .timeout_ms = COUNT_TIMEOUT_MS },
};

const struct resource resource_reports_counts = { routes, nitems(routes) };
