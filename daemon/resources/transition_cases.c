/*
 * transition_cases.c — moves as the authority and both settings see them: who
 * is in a cohort, where each child goes, and the steps by which one setting
 * tells another and is answered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_STEP (MAY_READ & ~ROLE_AREA_SENCO)
#define MAY_MAKE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)
/* A cohort is judged child by child; a token of an actor holds for 60 s. */
#define COHORT_TIMEOUT_MS 50000
#define YEAR .min = 2014, .max = 2100

static const struct field list_params[] = {
	{ "year",     FIELD_INT,     OPTIONAL, YEAR },
	{ "kind",     FIELD_CODE,    OPTIONAL, .codes = codes_transition_kind },
	{ "state",    FIELD_CODE,    OPTIONAL, .codes = codes_transition_state },
	{ "open",     FIELD_BOOL,    OPTIONAL },
	{ "from",     FIELD_SETTING, OPTIONAL },
	{ "to",       FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT,     OPTIONAL },
	{ "owner",    FIELD_TEXT,    OPTIONAL, .max = 40 },
	{ "child",    FIELD_UUID,    OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "child_id",     FIELD_UUID,    REQUIRED },
	{ "kind",         FIELD_CODE,    REQUIRED,
	  .codes = codes_transition_kind },
	{ "year",         FIELD_INT,     OPTIONAL, YEAR },
	{ "entry",        FIELD_CODE,    OPTIONAL,
	  .codes = codes_transition_entry },
	{ "from_setting", FIELD_SETTING, OPTIONAL },
	{ "to_setting",   FIELD_SETTING, OPTIONAL },
	{ "to_outside",   FIELD_TEXT,    OPTIONAL, .max = 200 },
	{ "to_la_code",   FIELD_TEXT,    OPTIONAL, .max = 3 },
	{ "target_on",    FIELD_DATE,    OPTIONAL },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field step_body[] = {
	{ "step",    FIELD_CODE, REQUIRED, .codes = codes_transition_state },
	{ "reason",  FIELD_TEXT, OPTIONAL, .max = 500 },
	{ "on_date", FIELD_DATE, OPTIONAL },
};

static const struct field destination_body[] = {
	{ "to_setting", FIELD_SETTING, OPTIONAL },
	{ "to_outside", FIELD_TEXT,    OPTIONAL, .max = 200 },
	{ "to_la_code", FIELD_TEXT,    OPTIONAL, .max = 3 },
	{ "reason",     FIELD_TEXT,    REQUIRED, .max = 500 },
};

static const struct field entry_body[] = {
	{ "entry",  FIELD_CODE, REQUIRED, .codes = codes_transition_entry },
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct field cohort_body[] = {
	{ "year",    FIELD_INT,     REQUIRED, YEAR },
	{ "kind",    FIELD_CODE,    OPTIONAL, .codes = codes_transition_kind },
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "preview", FIELD_BOOL,    OPTIONAL },
};

static const struct field action_body[] = {
	{ "step",       FIELD_CODE,    REQUIRED,
	  .codes = codes_transition_state },
	{ "year",       FIELD_INT,     REQUIRED, YEAR },
	{ "kind",       FIELD_CODE,    OPTIONAL,
	  .codes = codes_transition_kind },
	{ "setting",    FIELD_SETTING, OPTIONAL },
	{ "to_setting", FIELD_SETTING, OPTIONAL },
	{ "reason",     FIELD_TEXT,    OPTIONAL, .max = 500 },
	{ "on_date",    FIELD_DATE,    OPTIONAL },
	{ "preview",    FIELD_BOOL,    OPTIONAL },
};

#define SETTING_OF(ref) \
	"(SELECT r.setting_id FROM api.setting_refs AS r WHERE r.ref = " ref ")"

static const struct route routes[] = {
	{ HTTP_GET, "/v1/transitions/cases", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.transition_cases"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  "   AND ($year IS NULL OR year = $year)"
	  "   AND ($kind IS NULL OR kind = $kind)"
	  "   AND ($state IS NULL OR state = $state)"
	  "   AND ($open IS NULL OR is_open = $open)"
	  "   AND ($from IS NULL OR _from_setting_id = " SETTING_OF("$from") ")"
	  "   AND ($to IS NULL OR _to_setting_id = " SETTING_OF("$to") ")"
	  "   AND ($caseload IS NULL OR EXISTS (SELECT"
	  "        FROM api.caseload_members AS m"
	  "        WHERE m.caseload_id = $caseload"
	  "          AND m.setting_id IN (_from_setting_id, _to_setting_id)"
	  "          AND current_date BETWEEN m.from_on AND m.to_on))"
	  "   AND ($owner IS NULL OR next_owner = $owner)"
	  "   AND ($child IS NULL OR child_id = $child)"
	  " ORDER BY case_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "case_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/transitions/cases", MAY_STEP, ANSWER_ONE,
	  "SELECT * FROM api.transition_cases_create($key, $child_id, $kind,"
	  " $year, $entry, $from_setting, $to_setting, $to_outside,"
	  " $to_la_code, $target_on)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/transitions/cases/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.transition_case_details WHERE case_id = $id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/transitions/cases/{id}/steps", MAY_STEP, ANSWER_ONE,
	  "SELECT * FROM api.transition_case_take($id, $if_match, $step,"
	  " $reason, $on_date)",
	  one_params, nitems(one_params), step_body, nitems(step_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/destination", MAY_STEP,
	  ANSWER_ONE,
	  "SELECT * FROM api.transition_destination_put($id, $if_match,"
	  " $to_setting, $to_outside, $to_la_code, $reason)",
	  one_params, nitems(one_params),
	  destination_body, nitems(destination_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/entry", MAY_STEP, ANSWER_ONE,
	  "SELECT * FROM api.transition_entry_put($id, $if_match, $entry,"
	  " $reason)",
	  one_params, nitems(one_params), entry_body, nitems(entry_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/transitions/cohorts", MAY_MAKE, ANSWER_LIST,
	  "SELECT * FROM api.transition_cohorts_make($year, current_date,"
	  " $kind, $setting, $preview)",
	  .body = cohort_body, .body_len = nitems(cohort_body),
	  .writes = true, .timeout_ms = COHORT_TIMEOUT_MS },
	{ HTTP_POST, "/v1/transitions/actions", MAY_STEP, ANSWER_LIST,
	  "SELECT * FROM api.transition_actions_take($step, $year, $kind,"
	  " $setting, $to_setting, $reason, $on_date, $preview)",
	  .body = action_body, .body_len = nitems(action_body),
	  .writes = true, .timeout_ms = COHORT_TIMEOUT_MS },
};

const struct resource resource_transition_cases = { routes, nitems(routes) };
