/*
 * practice.c — examples of good practice, and the settings they reached.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_DO (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "shared_on", FIELD_DATE, REQUIRED },
	{ "title",     FIELD_TEXT, REQUIRED, .max = 200 },
	{ "summary",   FIELD_TEXT, OPTIONAL, .max = 2000 },
};

static const struct field one_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct field reach_body[] = {
	{ "settings",   FIELD_CODES, REQUIRED }, /* references */
	{ "reached_on", FIELD_DATE,  REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/practice-items", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.practice_items"
	  " WHERE ($after IS NULL OR item_id > $after)"
	  " ORDER BY item_id LIMIT $limit",
	  .key = "item_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/practice-items", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.practice_items_create($key, $shared_on, $title,"
	  " $summary)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/practice-items/{id}/reach", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.practice_reach WHERE item_id = $id"
	  " ORDER BY setting_name, setting",
	  one_params, nitems(one_params) },
	{ HTTP_POST, "/v1/practice-items/{id}/reach", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.practice_reach_add($id, $settings, $reached_on)",
	  one_params, nitems(one_params), reach_body, nitems(reach_body),
	  .writes = true },
};

const struct resource resource_practice = { routes, nitems(routes) };
