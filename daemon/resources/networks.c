/*
 * networks.c — meetings of the SENCOs of an area, and how many came from which
 * setting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_DO (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "from",  FIELD_DATE, OPTIONAL },
	{ "until", FIELD_DATE, OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "held_on", FIELD_DATE, REQUIRED },
	{ "title",   FIELD_TEXT, REQUIRED, .max = 200 },
	{ "place",   FIELD_TEXT, OPTIONAL, .max = 200 },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID,    REQUIRED },
	{ "ref",      FIELD_SETTING, REQUIRED },
	{ "if_match", FIELD_TEXT,    INTERNAL },
};

static const struct field attendance_body[] = {
	{ "people", FIELD_INT, REQUIRED, .max = 1000 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/network-meetings", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.network_meetings"
	  " WHERE ($after IS NULL OR meeting_id > $after)"
	  "   AND ($from IS NULL OR held_on >= $from)"
	  "   AND ($until IS NULL OR held_on <= $until)"
	  " ORDER BY meeting_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "meeting_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/network-meetings", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.network_meetings_create($key, $held_on, $title,"
	  " $place)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/network-meetings/{id}/attendance", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.network_attendance WHERE meeting_id = $id"
	  " ORDER BY setting_name, setting",
	  one_params, 1 },
	{ HTTP_GET, "/v1/network-meetings/{id}/attendance/{ref}", MAY_DO,
	  ANSWER_ONE,
	  "SELECT * FROM api.network_attendance WHERE meeting_id = $id"
	  " AND _setting_id = (SELECT r.setting_id FROM api.setting_refs AS r"
	  "                     WHERE r.ref = $ref)",
	  one_params, 2 },
	{ HTTP_PUT, "/v1/network-meetings/{id}/attendance/{ref}", MAY_DO,
	  ANSWER_ONE,
	  "SELECT * FROM api.network_attendance_put($id, $ref, $if_match,"
	  " $people)",
	  one_params, nitems(one_params),
	  attendance_body, nitems(attendance_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_networks = { routes, nitems(routes) };
