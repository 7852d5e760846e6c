/*
 * support_cases.c — help that a setting's SENCO gets from day to day: opened
 * for an issue, closed with an outcome.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_DO (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "open",    FIELD_BOOL,    OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "setting",   FIELD_SETTING, REQUIRED },
	{ "person",    FIELD_TEXT, OPTIONAL, .max = 200 },
	{ "issue",     FIELD_TEXT, REQUIRED, .max = 500 },
	{ "opened_on", FIELD_DATE, REQUIRED },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field close_body[] = {
	{ "closed_on", FIELD_DATE, REQUIRED },
	{ "outcome",   FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/support-cases", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.support_cases"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($open IS NULL OR (closed_on IS NULL) = $open)"
	  " ORDER BY case_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "case_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/support-cases", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.support_cases_create($key, $setting, $person,"
	  " $issue, $opened_on)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/support-cases/{id}", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.support_cases WHERE case_id = $id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/support-cases/{id}/close", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.support_case_close($id, $if_match, $closed_on,"
	  " $outcome)",
	  one_params, nitems(one_params), close_body, nitems(close_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_support_cases = { routes, nitems(routes) };
