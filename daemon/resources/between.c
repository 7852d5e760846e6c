/*
 * between.c — children who left one place and have not arrived at another,
 * whose the next step is, and what became of them. Who counts is the
 * database's (sql/resources/between.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_RESOLVE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_severity[] = { "error", "warn", "info", NULL };
static const char *const codes_status[] = { "E", "K", "N", NULL };
static const char *const codes_owner[] = {
	"setting_left", "receiving_setting", "authority", NULL
};
static const char *const codes_kind[] = {
	"arrived_elsewhere", "home_educated", "left_england", "died",
	"duplicate", "in_error", "traced", NULL
};

static const struct field list_params[] = {
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "severity", FIELD_CODES, OPTIONAL, .codes = codes_severity },
	{ "status",   FIELD_CODES, OPTIONAL, .codes = codes_status },
	{ "owner",    FIELD_CODES, OPTIONAL, .codes = codes_owner },
	{ "on",       FIELD_DATE, OPTIONAL },
};

static const struct field resolve_params[] = {
	{ "child_id", FIELD_UUID, REQUIRED },
	{ "key",      FIELD_TEXT, INTERNAL },
};

static const struct field resolve_body[] = {
	{ "kind",        FIELD_CODE, REQUIRED, .codes = codes_kind },
	{ "resolved_on", FIELD_DATE, REQUIRED },
	{ "la_code",     FIELD_TEXT, OPTIONAL, .max = 3 },
	{ "note",        FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field one_params[] = {
	{ "child_id", FIELD_UUID, REQUIRED },
	{ "id",       FIELD_UUID, REQUIRED },
};

static const struct field withdraw_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/between", MAY_READ, ANSWER_LIST,
	  "SELECT b.* FROM api.between(coalesce($on, current_date)) AS b"
	  " WHERE ($setting IS NULL OR b.setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($severity IS NULL"
	  "        OR b.severity = ANY (string_to_array($severity, ',')))"
	  "   AND ($status IS NULL"
	  "        OR b.sen_status = ANY (string_to_array($status, ',')))"
	  "   AND ($owner IS NULL"
	  "        OR b.owner = ANY (string_to_array($owner, ',')))"
	  " ORDER BY array_position(ARRAY['error', 'warn', 'info'], b.severity),"
	  " b.sen_status, b.left_on, b.surname, b.forename, b.child_id",
	  list_params, nitems(list_params), .title = "Between settings" },
	{ HTTP_POST, "/v1/between/{child_id}/resolve", MAY_RESOLVE, ANSWER_ONE,
	  "SELECT * FROM api.between_resolve($child_id, $key, $kind,"
	  " $resolved_on, $la_code, $note)",
	  resolve_params, nitems(resolve_params),
	  resolve_body, nitems(resolve_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/between/{child_id}/resolutions", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.between_resolutions"
	  " WHERE child_id = $child_id ORDER BY at, resolution_id",
	  resolve_params, 1 },
	{ HTTP_POST, "/v1/between/{child_id}/resolutions/{id}/withdraw",
	  MAY_RESOLVE, ANSWER_ONE,
	  "SELECT * FROM api.between_withdraw($child_id, $id, $reason)",
	  one_params, nitems(one_params),
	  withdraw_body, nitems(withdraw_body), .writes = true },
};

const struct resource resource_between = { routes, nitems(routes) };
