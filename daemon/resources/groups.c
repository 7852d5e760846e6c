/*
 * groups.c — which settings belong together, from when to when: trusts,
 * federations, chains of nurseries, networks and agencies of childminders.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "kind",    FIELD_CODE,    OPTIONAL, .codes = codes_group_kind },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "kind", FIELD_CODE, REQUIRED, .codes = codes_group_kind },
	{ "name", FIELD_TEXT, REQUIRED, .max = 200 },
};

static const struct field join_params[] = {
	{ "id", FIELD_INT, REQUIRED },
};

static const struct field join_body[] = {
	{ "setting", FIELD_SETTING, REQUIRED },
	{ "from_on", FIELD_DATE,    REQUIRED },
	{ "to_on",   FIELD_DATE,    OPTIONAL },
};

static const struct field leave_params[] = {
	{ "id",  FIELD_INT,     REQUIRED },
	{ "ref", FIELD_SETTING, REQUIRED },
};

static const struct field leave_body[] = {
	{ "to_on", FIELD_DATE, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/groups", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.groups"
	  " WHERE ($after IS NULL OR group_id > $after)"
	  "   AND ($kind IS NULL OR kind = $kind)"
	  "   AND ($setting IS NULL OR group_id IN"
	  "        (SELECT m.group_id FROM api.group_members AS m"
	  "           JOIN api.setting_refs AS r"
	  "             ON r.setting_id = m._setting_id"
	  "          WHERE r.ref = $setting"
	  "            AND coalesce(m.to_on, 'infinity') >= current_date))"
	  " ORDER BY group_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "group_id", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/groups", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.groups_create($key, $kind, $name)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/groups/{id}/settings", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.group_join($id, $setting, $from_on, $to_on)",
	  join_params, nitems(join_params), join_body, nitems(join_body),
	  .writes = true },
	{ HTTP_POST, "/v1/groups/{id}/settings/{ref}/end", MAY_WRITE,
	  ANSWER_ONE,
	  "SELECT * FROM api.group_leave($id, $ref, $to_on)",
	  leave_params, nitems(leave_params), leave_body, nitems(leave_body),
	  .writes = true },
};

const struct resource resource_groups = { routes, nitems(routes) };
