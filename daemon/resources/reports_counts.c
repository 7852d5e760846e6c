/*
 * reports_counts.c — counts for officers and for publication: children by
 * status and need, and how many steps of the plan process were in time. Tables
 * with totals are the database's (sql/resources/report_counts.sql,
 * report_timeliness.sql); with publication=true small numbers are hidden
 * (suppression.sql). No child is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

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

static const struct route routes[] = {
	{ HTTP_GET, "/v1/reports/sen-counts", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_sen_counts(" ON ","
	  " coalesce($by, 'setting'), coalesce($across, 'status'),"
	  " " SETTING_ID ", $type, " IS_PUBLICATION ") WHERE " IS_SETTING,
	  sen_params, nitems(sen_params), .title = "SEN counts" },
	{ HTTP_GET, "/v1/reports/twenty-weeks", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_twenty_weeks(coalesce($of, 'plan'),"
	  " coalesce($by, 'year'), $from, $until, coalesce($as_of, now()),"
	  " " IS_PUBLICATION ")",
	  weeks_params, nitems(weeks_params), .title = "Twenty weeks" },
};

const struct resource resource_reports_counts = { routes, nitems(routes) };
