/*
 * reports.c — who changes phase next September, by when the law wants what,
 * and who is late. Rules and colours are the database's (sql/resources/
 * reports.sql); filters and totals are clauses over its rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#include "codes.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

static const char *const codes_rag[] = {
	"green", "amber", "red", "black", "blue", NULL
};
static const char *const codes_by[] = {
	"kind", "setting", "phase", "need", "rag", "status", NULL
};

#define FILTERS \
	{ "year", FIELD_INT, REQUIRED, .max = 2100, .min = 2014 }, \
	{ "on", FIELD_DATE, OPTIONAL }, \
	{ "kind", FIELD_CODES, OPTIONAL, .codes = codes_transition_kind }, \
	{ "setting", FIELD_SETTING, OPTIONAL }, \
	{ "phase", FIELD_INT, OPTIONAL, .max = 7 }, \
	{ "need", FIELD_CODES, OPTIONAL, .codes = codes_need_type }, \
	{ "rag", FIELD_CODES, OPTIONAL, .codes = codes_rag }, \
	{ "status", FIELD_CODES, OPTIONAL, .codes = codes_sen_provision }

#define WHERE_FILTERS \
	" WHERE ($kind IS NULL OR kind = ANY (string_to_array($kind, ',')))" \
	"   AND ($setting IS NULL OR from_setting_id =" \
	"        (SELECT s.setting_id FROM api.setting_refs AS s" \
	"          WHERE s.ref = $setting))" \
	"   AND ($phase IS NULL OR from_phase = $phase)" \
	"   AND ($need IS NULL OR primary_need = ANY (string_to_array($need, ',')))" \
	"   AND ($rag IS NULL OR lower(rag) = ANY (string_to_array($rag, ',')))" \
	"   AND ($status IS NULL OR sen_status = ANY (string_to_array($status, ',')))"

/* Within a kind those who are late stand first; no colour last. */
#define LATE_FIRST "ARRAY['BLACK', 'RED', 'AMBER', 'GREEN', 'BLUE']"

/* Two settings may have one name, and are two groups all the same. */
#define NAMESAKES "CASE $by WHEN 'setting' THEN from_setting_id END"

static const struct field list_params[] = { FILTERS };
static const struct field totals_params[] = {
	FILTERS,
	{ "by", FIELD_CODE, REQUIRED, .codes = codes_by },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/reports/transitions", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.report_transitions($year,"
	  " coalesce($on, current_date))" WHERE_FILTERS
	  " ORDER BY kind, array_position(" LATE_FIRST ", rag),"
	  " from_setting, surname, forename, child_id",
	  list_params, nitems(list_params), .title = "Who moves in September" },
	{ HTTP_GET, "/v1/reports/transitions/totals", MAY_READ, ANSWER_LIST,
	  "SELECT CASE $by WHEN 'kind' THEN kind"
	  " WHEN 'setting' THEN from_setting"
	  " WHEN 'phase' THEN from_phase::text"
	  " WHEN 'need' THEN primary_need WHEN 'rag' THEN lower(rag)"
	  " ELSE sen_status END AS \"group\","
	  " count(*) AS children,"
	  " count(*) FILTER (WHERE sen_status = 'E') AS ehc_plan,"
	  " count(*) FILTER (WHERE sen_status = 'K') AS sen_support,"
	  " count(*) FILTER (WHERE plan_final_on IS NOT NULL) AS plan_final,"
	  " count(*) FILTER (WHERE rag = 'GREEN') AS green,"
	  " count(*) FILTER (WHERE rag = 'AMBER') AS amber,"
	  " count(*) FILTER (WHERE rag = 'RED') AS red,"
	  " count(*) FILTER (WHERE rag = 'BLACK') AS black,"
	  " count(*) FILTER (WHERE rag = 'BLUE') AS blue"
	  " FROM api.report_transitions($year, coalesce($on, current_date))"
	  WHERE_FILTERS " GROUP BY 1, " NAMESAKES " ORDER BY 1, " NAMESAKES,
	  totals_params, nitems(totals_params),
	  .title = "Who moves in September, totals" },
};

const struct resource resource_reports = { routes, nitems(routes) };
