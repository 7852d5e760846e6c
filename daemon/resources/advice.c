/*
 * advice.c — what an Area SENCO or an officer advised a setting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_GIVE (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field params[] = {
	{ "ref", FIELD_SETTING, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field give_body[] = {
	{ "child_id", FIELD_UUID, OPTIONAL },
	{ "given_on", FIELD_DATE, REQUIRED },
	{ "topic",    FIELD_CODE, REQUIRED, .codes = codes_advice_topic },
	{ "text",     FIELD_TEXT, REQUIRED, .max = 2000 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/settings/{ref}/advice", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.advice"
	  " WHERE _setting_id = (SELECT r.setting_id FROM api.setting_refs AS r"
	  "                       WHERE r.ref = $ref)"
	  "   AND ($after IS NULL OR advice_id > $after)"
	  " ORDER BY advice_id LIMIT $limit",
	  params, 1, .key = "advice_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/settings/{ref}/advice", MAY_GIVE, ANSWER_ONE,
	  "SELECT * FROM api.advice_give($ref, $key, $child_id, $given_on,"
	  " $topic, $text)",
	  params, nitems(params), give_body, nitems(give_body),
	  .writes = true, .created = 201, .work = conditional_work },
};

const struct resource resource_advice = { routes, nitems(routes) };
