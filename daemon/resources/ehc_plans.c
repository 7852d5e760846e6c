/*
 * ehc_plans.c — versions of a child's plan with their outcomes, the placements
 * named in section I, and the personal budget. Each POST is an event of the
 * case too; what cannot follow is the database's to refuse.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_kind[] = {
	"draft", "final", "amended", "transferred", NULL
};
static const char *const codes_section[] = {
	"A", "B", "C", "D", "E", "F", "G", "H1", "H2", "I", "J", "K", NULL
};
static const char *const codes_residential[] = {
	"weeks_38_51", "weeks_52", NULL
};
static const char *const codes_work_based[] = {
	"apprenticeship", "traineeship", "supported_internship", NULL
};
static const char *const codes_type[] = {
	"early_years", "mainstream", "special", "alternative_provision",
	"independent", "post_16", "other", NULL
};
static const char *const codes_sen_setting[] = {
	"OLA", "OPA", "EHE", "EYP", "OTH", "NEET", "NIEC", "NIEO", NULL
};
static const char *const codes_area[] = {
	"employment", "independent_living", "community", "health", NULL
};
static const char *const codes_budget[] = {
	"direct_payment", "arranged", "third_party", "combined", NULL
};
static const char *const codes_payment[] = {
	"education", "health", "social_care", "integrated", NULL
};

/* What section I says of a placement. */
#define PLACE_FIELDS \
	{ "setting", FIELD_SETTING, OPTIONAL }, \
	{ "setting_type", FIELD_CODE, OPTIONAL, .codes = codes_type }, \
	{ "sen_setting", FIELD_CODE, OPTIONAL, .codes = codes_sen_setting }, \
	{ "sen_setting_other", FIELD_TEXT, OPTIONAL, .max = 200 }, \
	{ "is_sen_unit", FIELD_BOOL, OPTIONAL }, \
	{ "is_resourced_provision", FIELD_BOOL, OPTIONAL }, \
	{ "residential", FIELD_CODE, OPTIONAL, .codes = codes_residential }, \
	{ "work_based", FIELD_CODE, OPTIONAL, .codes = codes_work_based }, \
	{ "entry_on", FIELD_DATE, OPTIONAL }

static const struct field list_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct field create_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field change_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field plan_body[] = {
	{ "kind",      FIELD_CODE,  REQUIRED, .codes = codes_kind },
	{ "issued_on", FIELD_DATE,  REQUIRED },
	{ "year",      FIELD_INT,   OPTIONAL },
	{ "sections",  FIELD_CODES, OPTIONAL, .codes = codes_section },
	{ "changed",   FIELD_CODES, OPTIONAL, .codes = codes_section },
	PLACE_FIELDS,
};

static const struct field outcome_params[] = {
	{ "id",      FIELD_UUID, REQUIRED },
	{ "version", FIELD_INT,  REQUIRED },
	{ "key",     FIELD_TEXT, INTERNAL },
};

static const struct field outcome_body[] = {
	{ "outcome",   FIELD_TEXT, REQUIRED, .max = 500 },
	{ "area",      FIELD_CODE, OPTIONAL, .codes = codes_area },
	{ "target_on", FIELD_DATE, OPTIONAL },
};

static const struct field placement_body[] = {
	{ "version",  FIELD_INT,  OPTIONAL },
	{ "named_on", FIELD_DATE, REQUIRED },
	{ "rank",     FIELD_INT,  OPTIONAL, .min = 1, .max = 2 },
	{ "left_on",  FIELD_DATE, OPTIONAL },
	PLACE_FIELDS,
};

static const struct field stay_body[] = {
	{ "entry_on", FIELD_DATE, OPTIONAL },
	{ "left_on",  FIELD_DATE, OPTIONAL },
};

static const struct field budget_body[] = {
	{ "kind",     FIELD_CODE,  REQUIRED, .codes = codes_budget },
	{ "payments", FIELD_CODES, OPTIONAL, .codes = codes_payment },
	{ "from_on",  FIELD_DATE,  REQUIRED },
};

static const struct field end_body[] = {
	{ "to_on", FIELD_DATE, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/ehc/sections", MAY_READ, ANSWER_LIST,
	  "SELECT s.section, s.name, s.is_needed, s.reference"
	  "  FROM api.ehc_sections AS s ORDER BY s.rank" },
	{ HTTP_GET, "/v1/ehc/cases/{id}/plans", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_plans"
	  " WHERE case_id = $id AND ($after IS NULL OR version > $after)"
	  " ORDER BY version LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "version", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/ehc/cases/{id}/plans", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_plan_add($id, $key, $kind, $issued_on, $year,"
	  " $sections, $changed, $residential, $work_based, $setting,"
	  " $setting_type, $sen_setting, $sen_setting_other, $is_sen_unit,"
	  " $is_resourced_provision, $entry_on)",
	  create_params, nitems(create_params), plan_body, nitems(plan_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/ehc/cases/{id}/plans/{version}/outcomes", MAY_WRITE,
	  ANSWER_ONE,
	  "SELECT * FROM api.ehc_outcome_add($id, $key, $version, $outcome,"
	  " $area, $target_on)",
	  outcome_params, nitems(outcome_params),
	  outcome_body, nitems(outcome_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/cases/{id}/placements", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_placements"
	  " WHERE case_id = $id AND ($after IS NULL OR placement_id > $after)"
	  " ORDER BY placement_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "placement_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/ehc/cases/{id}/placements", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_placement_add($id, $key, $version, $named_on,"
	  " $setting, $setting_type, $sen_setting, $sen_setting_other, $rank,"
	  " $is_sen_unit, $is_resourced_provision, $residential, $work_based,"
	  " $entry_on, $left_on)",
	  create_params, nitems(create_params),
	  placement_body, nitems(placement_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/placements/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.ehc_placements WHERE placement_id = $id",
	  list_params, nitems(list_params) },
	{ HTTP_PUT, "/v1/ehc/placements/{id}", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_placement_put($id, $if_match, $entry_on,"
	  " $left_on)",
	  change_params, nitems(change_params), stay_body, nitems(stay_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/cases/{id}/budgets", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_budgets"
	  " WHERE case_id = $id AND ($after IS NULL OR budget_id > $after)"
	  " ORDER BY budget_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "budget_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/ehc/cases/{id}/budgets", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_budget_add($id, $key, $kind, $payments,"
	  " $from_on)",
	  create_params, nitems(create_params),
	  budget_body, nitems(budget_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/budgets/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.ehc_budgets WHERE budget_id = $id",
	  list_params, nitems(list_params) },
	{ HTTP_POST, "/v1/ehc/budgets/{id}/end", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_budget_end($id, $if_match, $to_on)",
	  change_params, nitems(change_params), end_body, nitems(end_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_ehc_plans = { routes, nitems(routes) };
