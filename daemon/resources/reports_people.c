/*
 * reports_people.c — reports over the people: SENCO coverage, qualifications
 * that fall due, schools that share a SENCO, caseloads and gaps of contact,
 * whom training reaches. Rows are the database's (sql/resources/
 * report_people.sql); filters and totals are clauses over the same rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_severity[] = {
	"error", "warn", "info", "none", NULL
};
static const char *const codes_regime[] = {
	"school", "advisory_school", "group_provider", "childminder", "college",
	"contact", "none", NULL
};
static const char *const codes_state[] = {
	"HOLDS_NASENCO", "HOLDS_NPQ", "IN_TRAINING", "EXEMPT_PRIOR_SERVICE",
	"EXEMPT_PRE_2009", "OVERDUE", "NOT_QTS", "HEADTEACHER_ROUTE", "VACANT",
	"UNKNOWN", "IDENTIFIED", "NOT_IDENTIFIED", "NONE_NEEDED",
	"NAMED_PERSON", "NOT_REQUIRED", NULL
};
static const char *const codes_coverage_by[] = {
	"state", "regime", "type", "phase", "locality", NULL
};
static const char *const codes_reach_by[] = {
	"caseload", "type", "phase", "locality", NULL
};
static const char *const codes_sharing[] = {
	"proposed", "approved", "declined", "ended", NULL
};

#define OF_SETTING \
	"($setting IS NULL OR setting_id =" \
	" (SELECT s.setting_id FROM api.setting_refs AS s" \
	"   WHERE s.ref = $setting))"

#define COVERAGE_FILTERS \
	{ "setting", FIELD_SETTING, OPTIONAL }, \
	{ "regime", FIELD_CODES, OPTIONAL, .codes = codes_regime }, \
	{ "state", FIELD_CODES, OPTIONAL, .codes = codes_state }, \
	{ "severity", FIELD_CODES, OPTIONAL, .codes = codes_severity }, \
	{ "on", FIELD_DATE, OPTIONAL }, \
	{ "as_of", FIELD_TIME, OPTIONAL }

#define COVERAGE \
	" FROM api.report_senco_coverage(coalesce($on, current_date)," \
	" coalesce($as_of, now()))" \
	" WHERE " OF_SETTING \
	" AND ($regime IS NULL" \
	"      OR regime = ANY (string_to_array($regime, ',')))" \
	" AND ($state IS NULL OR state = ANY (string_to_array($state, ',')))" \
	" AND ($severity IS NULL OR coalesce(severity, 'none')" \
	"      = ANY (string_to_array($severity, ',')))"

#define WORST_FIRST "array_position(ARRAY['error', 'warn', 'info'], severity)"

static const struct field coverage_params[] = { COVERAGE_FILTERS };
static const struct field coverage_totals_params[] = {
	COVERAGE_FILTERS,
	{ "by", FIELD_CODE, REQUIRED, .codes = codes_coverage_by },
};
static const struct field qualifications_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "until", FIELD_DATE, OPTIONAL },
	{ "on", FIELD_DATE, OPTIONAL },
	{ "as_of", FIELD_TIME, OPTIONAL },
};
static const struct field sharing_params[] = {
	{ "state", FIELD_CODES, OPTIONAL, .codes = codes_sharing },
	{ "on", FIELD_DATE, OPTIONAL },
};
static const struct field caseloads_params[] = {
	{ "days", FIELD_INT, OPTIONAL, .max = 3650 },
	{ "on", FIELD_DATE, OPTIONAL },
};

#define REACH_FILTERS \
	{ "setting", FIELD_SETTING, OPTIONAL }, \
	{ "caseload", FIELD_INT, OPTIONAL }, \
	{ "on", FIELD_DATE, OPTIONAL }

#define REACH \
	" FROM api.report_training_reach(coalesce($on, current_date))" \
	" WHERE " OF_SETTING \
	" AND ($caseload IS NULL OR caseload_id = $caseload)"

static const struct field reach_params[] = { REACH_FILTERS };
static const struct field reach_totals_params[] = {
	REACH_FILTERS,
	{ "by", FIELD_CODE, REQUIRED, .codes = codes_reach_by },
};

/* Two caseloads may have one name, and are two groups all the same. */
#define REACH_GROUPS \
	" GROUP BY 1, CASE $by WHEN 'caseload' THEN caseload_id END" \
	" ORDER BY 1, CASE $by WHEN 'caseload' THEN caseload_id END"

static const struct route routes[] = {
	{ HTTP_GET, "/v1/reports/senco-coverage", MAY_READ, ANSWER_LIST,
	  "SELECT *" COVERAGE
	  " ORDER BY " WORST_FIRST ", setting_name, setting_id",
	  coverage_params, nitems(coverage_params), .title = "SENCO coverage" },
	{ HTTP_GET, "/v1/reports/senco-coverage/totals", MAY_READ, ANSWER_LIST,
	  "SELECT CASE $by WHEN 'state' THEN state WHEN 'regime' THEN regime"
	  " WHEN 'type' THEN type WHEN 'phase' THEN phase"
	  " ELSE locality END AS \"group\","
	  " count(*) AS settings,"
	  " count(*) FILTER (WHERE is_compliant) AS compliant,"
	  " count(*) FILTER (WHERE severity = 'error') AS error,"
	  " count(*) FILTER (WHERE severity = 'warn') AS warn,"
	  " count(*) FILTER (WHERE severity = 'info') AS info,"
	  " count(*) FILTER (WHERE severity IS NULL) AS none,"
	  " count(*) FILTER (WHERE sencos > 0) AS with_senco,"
	  " sum(hours_per_week) AS hours_per_week" COVERAGE
	  " GROUP BY 1 ORDER BY 1",
	  coverage_totals_params, nitems(coverage_totals_params),
	  .title = "SENCO coverage, totals" },
	{ HTTP_GET, "/v1/reports/qualifications-due", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_qualifications_due("
	  " coalesce($on, current_date), coalesce($as_of, now()))"
	  " WHERE " OF_SETTING " AND ($until IS NULL OR due_on <= $until)"
	  " ORDER BY due_on, senco, setting_name, setting_id, staff_id",
	  qualifications_params, nitems(qualifications_params),
	  .title = "Qualifications due" },
	{ HTTP_GET, "/v1/reports/shared-arrangements", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_shared_arrangements("
	  " coalesce($on, current_date))"
	  " WHERE ($state IS NULL OR state = ANY (string_to_array($state, ',')))"
	  " ORDER BY not_met DESC NULLS LAST, is_review_overdue DESC, name,"
	  " sharing_id",
	  sharing_params, nitems(sharing_params),
	  .title = "Shared arrangements" },
	{ HTTP_GET, "/v1/reports/caseloads", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_caseloads(coalesce($on, current_date),"
	  " $days) ORDER BY name, caseload_id",
	  caseloads_params, nitems(caseloads_params), .title = "Caseloads" },
	{ HTTP_GET, "/v1/reports/training-reach", MAY_READ, ANSWER_LIST,
	  "SELECT *" REACH " ORDER BY setting_name, setting_id",
	  reach_params, nitems(reach_params), .title = "Training reach" },
	{ HTTP_GET, "/v1/reports/training-reach/totals", MAY_READ, ANSWER_LIST,
	  "SELECT CASE $by WHEN 'caseload' THEN caseload WHEN 'type' THEN type"
	  " WHEN 'phase' THEN phase ELSE locality END AS \"group\","
	  " count(*) AS settings,"
	  " count(*) FILTER (WHERE is_trained) AS trained,"
	  " count(*) FILTER (WHERE is_trained_long) AS trained_long,"
	  " sum(events) AS events, sum(people) AS people,"
	  " sum(networks) AS networks, sum(practice) AS practice" REACH
	  REACH_GROUPS,
	  reach_totals_params, nitems(reach_totals_params),
	  .title = "Training reach, totals" },
};

const struct resource resource_reports_people = { routes, nitems(routes) };
