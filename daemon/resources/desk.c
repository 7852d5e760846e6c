/*
 * desk.c — one list of work for a SENCO over all her settings, and where her
 * time went. What is due and why is the database's (sql/resources/desk.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_by[] = { "week", "term", NULL };

static const struct field list_params[] = {
	{ "staff",   FIELD_INT,     OPTIONAL, .min = 1 },
	{ "on",      FIELD_DATE,    OPTIONAL },
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "kind",    FIELD_CODES,   OPTIONAL, .codes = codes_desk_kind },
	{ "until",   FIELD_DATE,    OPTIONAL },
};

static const struct field sums_params[] = {
	{ "staff",   FIELD_INT,     OPTIONAL, .min = 1 },
	{ "by",      FIELD_CODE,    OPTIONAL, .codes = codes_by },
	{ "from",    FIELD_DATE,    OPTIONAL },
	{ "until",   FIELD_DATE,    OPTIONAL },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field entries_params[] = {
	{ "staff",   FIELD_INT,     OPTIONAL, .min = 1 },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field add_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field add_body[] = {
	{ "setting",  FIELD_SETTING, REQUIRED },
	{ "on",       FIELD_DATE,    REQUIRED },
	{ "minutes",  FIELD_INT,     REQUIRED, .max = 24 * 60, .min = 1 },
	{ "activity", FIELD_CODE,    REQUIRED, .codes = codes_time_activity },
};

static const struct field id_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/desk", MAY_READ, ANSWER_LIST,
	  "SELECT d.* FROM api.desk(api.desk_scope($staff),"
	  " coalesce($on, current_date)) AS d"
	  " WHERE ($setting IS NULL OR d.setting ="
	  "        (SELECT s.setting FROM api.setting_names AS s"
	  "           JOIN api.setting_refs AS r"
	  "             ON r.setting_id = s.setting_id"
	  "          WHERE r.ref = $setting))"
	  "   AND ($kind IS NULL"
	  "        OR d.kind = ANY (string_to_array($kind, ',')))"
	  "   AND ($until IS NULL OR d.due_on <= $until)"
	  " ORDER BY d.due_on, d.setting, d.kind, d.surname, d.forename,"
	  " d.child_id",
	  list_params, nitems(list_params) },
	{ HTTP_GET, "/v1/desk/time", MAY_READ, ANSWER_LIST,
	  "SELECT s.setting, s.setting_name, d.period, d.from_on, d.to_on,"
	  " d.planned_minutes, d.used_minutes, d.difference"
	  " FROM api.desk_time_sums(api.desk_person($staff),"
	  " coalesce($by, 'week'), coalesce($from, make_date("
	  " api.school_year(current_date) - 1, 9, 1)),"
	  " coalesce($until, current_date)) AS d"
	  " JOIN api.setting_names AS s ON s.setting_id = d.setting_id"
	  " WHERE ($setting IS NULL OR d.setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY d.from_on, s.setting",
	  sums_params, nitems(sums_params) },
	{ HTTP_GET, "/v1/desk/time/entries", MAY_READ, ANSWER_LIST,
	  "SELECT t.* FROM api.desk_time AS t"
	  " WHERE t._staff_id = api.desk_person($staff)"
	  "   AND ($after IS NULL OR t.entry_id > $after)"
	  "   AND ($setting IS NULL OR t._setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY t.entry_id LIMIT $limit",
	  entries_params, nitems(entries_params),
	  .key = "entry_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/desk/time", ROLE_SENCO, ANSWER_ONE,
	  "SELECT * FROM api.desk_time_add($key, $setting, $on, $minutes,"
	  " $activity)",
	  add_params, nitems(add_params), add_body, nitems(add_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/desk/time/{id}/withdraw", ROLE_SENCO, ANSWER_NONE,
	  "SELECT api.desk_time_withdraw($id)",
	  id_params, nitems(id_params), .writes = true },
};

const struct resource resource_desk = { routes, nitems(routes) };
