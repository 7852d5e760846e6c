/*
 * sen2.c — the authority's yearly return about children with plans (SEN2): a
 * file of rows a module, one XML message of all of them, what of it is to be
 * mended and where, and what officers write down for it alone. It names every
 * child with a plan, so only officers and managers take it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY (ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define TIMEOUT_MS 120000 /* the whole authority, and at most once a day */

static const char *const codes_severity[] = { "error", "warn", "info", NULL };

static const struct field year_params[] = {
	{ "year", FIELD_INT, REQUIRED, .min = 2000, .max = 2100 },
};

static const struct field checks_params[] = {
	{ "year",     FIELD_INT, REQUIRED, .min = 2000, .max = 2100 },
	{ "finding",  FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "severity", FIELD_CODES, OPTIONAL, .codes = codes_severity },
	{ "blade",    FIELD_TEXT, OPTIONAL, .max = 100 },
	{ "child_id", FIELD_UUID, OPTIONAL },
};

static const struct field header_params[] = {
	{ "year",     FIELD_INT, REQUIRED, .min = 2000, .max = 2100 },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field header_body[] = {
	{ "la_code",   FIELD_TEXT, REQUIRED, .max = 3 },
	{ "serial_no", FIELD_INT, OPTIONAL, .min = 1, .max = 999 },
	{ "dmo",       FIELD_TEXT, OPTIONAL, .max = 100 },
	{ "dco",       FIELD_TEXT, OPTIONAL, .max = 100 },
	{ "dsco",      FIELD_TEXT, OPTIONAL, .max = 100 },
};

static const struct field person_params[] = {
	{ "child_id", FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field person_body[] = {
	{ "ethnicity",   FIELD_TEXT, OPTIONAL, .max = 20 },
	{ "upn_unknown", FIELD_TEXT, OPTIONAL, .max = 20 },
	{ "need_types",  FIELD_CODES, OPTIONAL },
};

/* A file of the return; file: what COLLECT calls it. */
#define BLADE(name, function, order) \
	MAY, ANSWER_LIST, \
	"SELECT * FROM api." function "(api.sen2_year($year))" \
	" ORDER BY " order, \
	year_params, nitems(year_params), .title = "SEN2 " name, \
	.file = "Blade-Export_*_" name ".csv", .timeout_ms = TIMEOUT_MS

static const struct route routes[] = {
	{ HTTP_GET, "/v1/reports/sen2", MAY, ANSWER_LIST,
	  "SELECT text, _child_id FROM api.sen2_message(api.sen2_year($year))"
	  " ORDER BY part, n",
	  year_params, nitems(year_params), .text = "application/xml",
	  .timeout_ms = TIMEOUT_MS },
	{ HTTP_GET, "/v1/reports/sen2/sen2",
	  BLADE("sen2", "sen2_blade_sen2", "1") },
	{ HTTP_GET, "/v1/reports/sen2/person",
	  BLADE("person", "sen2_blade_person", "personorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/requests",
	  BLADE("requests", "sen2_blade_requests", "persontableid, requestsorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/assessment",
	  BLADE("assessment", "sen2_blade_assessment", "requeststableid, assessmentorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/namedplan",
	  BLADE("namedplan", "sen2_blade_named_plan", "assessmenttableid") },
	{ HTTP_GET, "/v1/reports/sen2/plandetail",
	  BLADE("plandetail", "sen2_plan_detail", "namedplantableid, plandetailorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/activeplans",
	  BLADE("activeplans", "sen2_blade_active_plans", "requeststableid") },
	{ HTTP_GET, "/v1/reports/sen2/placementdetail",
	  BLADE("placementdetail", "sen2_blade_placement_detail", "activeplanstableid, placementdetailorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/senneed",
	  BLADE("senneed", "sen2_sen_need", "activeplanstableid, senneedorderseqcolumn") },
	{ HTTP_GET, "/v1/reports/sen2/checks", MAY, ANSWER_LIST,
	  "SELECT * FROM api.sen2_checks(api.sen2_year($year))"
	  " WHERE ($finding IS NULL OR"
	  "        finding = ANY (string_to_array($finding, ',')))"
	  "   AND ($severity IS NULL OR"
	  "        severity = ANY (string_to_array($severity, ',')))"
	  "   AND ($blade IS NULL OR"
	  "        blade = ANY (string_to_array($blade, ',')))"
	  "   AND ($child_id IS NULL OR child_id = $child_id)"
	  " ORDER BY array_position(ARRAY['error', 'warn', 'info'], severity),"
	  " finding, setting, child_id",
	  checks_params, nitems(checks_params),
	  .title = "SEN2 to be mended", .timeout_ms = TIMEOUT_MS },
	{ HTTP_GET, "/v1/sen2", MAY, ANSWER_LIST,
	  "SELECT * FROM api.sen2_years ORDER BY year" },
	{ HTTP_GET, "/v1/sen2/{year}", MAY, ANSWER_ONE,
	  "SELECT * FROM api.sen2_years WHERE year = $year",
	  header_params, 1 },
	{ HTTP_PUT, "/v1/sen2/{year}", MAY, ANSWER_ONE,
	  "SELECT * FROM api.sen2_header_put($year, $if_match, $la_code,"
	  " $serial_no, $dmo, $dco, $dsco)",
	  header_params, nitems(header_params),
	  header_body, nitems(header_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/children/{child_id}/sen2", MAY, ANSWER_ONE,
	  "SELECT * FROM api.sen2_persons WHERE child_id = $child_id",
	  person_params, 1 },
	{ HTTP_PUT, "/v1/children/{child_id}/sen2", MAY, ANSWER_ONE,
	  "SELECT * FROM api.sen2_person_put($child_id, $if_match, $ethnicity,"
	  " $upn_unknown, $need_types)",
	  person_params, nitems(person_params),
	  person_body, nitems(person_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_sen2 = { routes, nitems(routes) };
