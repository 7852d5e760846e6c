/*
 * caseloads.c — which Area SENCO looks after which settings, and how those
 * settings are; who holds, covers and weighs what, and how it could be
 * shared out better.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define MAY_PREVIEW (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field id_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL }, /* from the header, as if_match */
};

static const struct field row_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "row", FIELD_INT, REQUIRED },
};

static const struct field put_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field settings_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "on", FIELD_DATE, OPTIONAL },
	{ "as_of", FIELD_TIME, OPTIONAL },
};

static const struct field on_params[] = {
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field fair_split_params[] = {
	{ "caseloads", FIELD_TEXT, OPTIONAL, .max = 1000 }, /* ids */
	{ "count",     FIELD_INT,  OPTIONAL, .min = 1, .max = 200 },
	{ "locality",  FIELD_TEXT, OPTIONAL, .max = 100 },
	{ "on",        FIELD_DATE, OPTIONAL },
};

static const struct field split_body[] = {
	{ "date",       FIELD_DATE,  REQUIRED },
	{ "settings",   FIELD_CODES, OPTIONAL }, /* typed references */
	{ "localities", FIELD_CODES, OPTIONAL },
	{ "successor",  FIELD_TEXT,  REQUIRED, .max = 60 },
	{ "la_code",    FIELD_TEXT,  OPTIONAL, .max = 3 },
	{ "preview",    FIELD_BOOL,  OPTIONAL },
};

static const struct field create_body[] = {
	{ "name",      FIELD_TEXT, REQUIRED, .max = 120 },
	{ "staff_id",  FIELD_INT,  OPTIONAL },
	{ "client_id", FIELD_UUID, OPTIONAL },
};

static const struct field assign_body[] = {
	{ "settings",      FIELD_CODES, OPTIONAL }, /* typed references */
	{ "from_caseload", FIELD_INT,   OPTIONAL },
	{ "to_caseload",   FIELD_INT,   OPTIONAL },
	{ "to_caseloads",  FIELD_CODES, OPTIONAL }, /* one for each setting */
	{ "from_on",       FIELD_DATE,  REQUIRED },
	{ "to_on",         FIELD_DATE,  OPTIONAL },
	{ "joint",         FIELD_BOOL,  OPTIONAL },
	{ "allow_gap",     FIELD_TEXT,  OPTIONAL, .max = 200 },
	{ "preview",       FIELD_BOOL,  OPTIONAL },
};

static const struct field child_body[] = {
	{ "child_id", FIELD_UUID,    REQUIRED },
	{ "setting",  FIELD_SETTING, REQUIRED },
	{ "from_on",  FIELD_DATE,    REQUIRED },
	{ "to_on",    FIELD_DATE,    OPTIONAL },
};

static const struct field cover_body[] = {
	{ "covered_by", FIELD_INT,  REQUIRED },
	{ "from_on",    FIELD_DATE, REQUIRED },
	{ "to_on",      FIELD_DATE, REQUIRED },
};

static const struct field end_body[] = {
	{ "to_on", FIELD_DATE, REQUIRED },
};

#define CASELOAD \
	"SELECT caseload_id, name, area_senco, settings, staff_id, holder," \
	" successor, etag FROM "
#define CHILD \
	"SELECT caseload_child_id, setting, setting_name, child_id, from_on," \
	" nullif(to_on, 'infinity') AS to_on FROM "
#define COVER \
	"SELECT cover_id, covered_by, covered_by_name, covered_by_area_senco," \
	" from_on, to_on, findings FROM "

static const struct route routes[] = {
	{ HTTP_GET, "/v1/caseloads", MAY_READ, ANSWER_LIST,
	  "SELECT caseload_id, name, area_senco, settings FROM api.caseloads"
	  " WHERE ($after IS NULL OR caseload_id > $after)"
	  " ORDER BY caseload_id LIMIT $limit",
	  .key = "caseload_id", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/caseloads", ROLE_LA_MANAGER, ANSWER_ONE,
	  CASELOAD "api.caseload_create($key, $name, $staff_id, $client_id)",
	  id_params + 1, 1, create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/caseloads/balance", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.caseload_balance(coalesce($on, current_date))"
	  " ORDER BY name, caseload_id",
	  on_params, nitems(on_params) },
	{ HTTP_GET, "/v1/caseloads/findings", MAY_READ, ANSWER_LIST,
	  "SELECT c.name AS caseload, s.ref AS setting, s.name AS setting_name,"
	  " f.rule, f.finding, f.severity, f.sentence, f.inputs, f.reference"
	  " FROM api.caseload_findings_on(coalesce($on, current_date)) AS f"
	  " LEFT JOIN api.caseloads AS c ON c.caseload_id = f.caseload_id"
	  " LEFT JOIN api.caseload_places AS s ON s.setting_id = f.setting_id"
	  " ORDER BY f.severity = 'info', f.finding, c.name, s.name, s.ref",
	  on_params, nitems(on_params) },
	{ HTTP_GET, "/v1/caseloads/fair-split", MAY_PREVIEW, ANSWER_LIST,
	  "SELECT * FROM api.caseload_fair_split(string_to_array("
	  " CASE WHEN $caseloads !~ '^[0-9]{1,9}(,[0-9]{1,9})*$'"
	  " THEN '0' ELSE $caseloads END, ',')::int[], $count, $locality,"
	  " coalesce($on, current_date))",
	  fair_split_params, nitems(fair_split_params) },
	{ HTTP_POST, "/v1/caseloads/split", MAY_PREVIEW, ANSWER_ONE,
	  "SELECT * FROM api.caseload_divide($date,"
	  " string_to_array($settings, ','), string_to_array($localities, ','),"
	  " $successor, $la_code, $preview)",
	  .body = split_body, .body_len = nitems(split_body),
	  .writes = true },
	{ HTTP_POST, "/v1/caseloads/assign", MAY_PREVIEW, ANSWER_ONE,
	  "SELECT * FROM api.caseload_assign(string_to_array($settings, ','),"
	  " $from_caseload, $to_caseload, string_to_array("
	  " CASE WHEN $to_caseloads !~ '^[0-9]{1,9}(,[0-9]{1,9})*$'"
	  " THEN '0' ELSE $to_caseloads END, ',')::int[],"
	  " $from_on, $to_on, $joint, $allow_gap, $preview)",
	  .body = assign_body, .body_len = nitems(assign_body),
	  .writes = true },
	{ HTTP_GET, "/v1/caseloads/{id}", MAY_READ, ANSWER_ONE,
	  CASELOAD "api.caseloads WHERE caseload_id = $id", id_params, 1 },
	{ HTTP_PUT, "/v1/caseloads/{id}", ROLE_LA_MANAGER, ANSWER_ONE,
	  CASELOAD "api.caseload_put($id, $if_match, $name, $staff_id,"
	  " $client_id)",
	  put_params, nitems(put_params), create_body, nitems(create_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/caseloads/{id}/settings", MAY_READ, ANSWER_LIST,
	  "SELECT s.*, r.due AS next_deadline_for"
	  " FROM api.caseload_settings($id, coalesce($on, current_date),"
	  " coalesce($as_of, 'infinity')) AS s"
	  " LEFT JOIN api.law_rules AS r ON r.id = s.next_deadline"
	  " AND s.next_deadline_on BETWEEN r.valid_from AND r.valid_to"
	  " ORDER BY s.name, s.setting_id",
	  settings_params, nitems(settings_params) },
	{ HTTP_GET, "/v1/caseloads/{id}/children", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.caseload_named($id, coalesce($on, current_date),"
	  " coalesce($as_of, 'infinity')) ORDER BY surname, forename,"
	  " caseload_child_id",
	  settings_params, nitems(settings_params) },
	{ HTTP_POST, "/v1/caseloads/{id}/children", ROLE_LA_MANAGER, ANSWER_ONE,
	  CHILD "api.caseload_child_add($id, $key, $child_id, $setting,"
	  " $from_on, $to_on)",
	  id_params, 2, child_body, nitems(child_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/caseloads/{id}/children/{row}/end", ROLE_LA_MANAGER,
	  ANSWER_ONE, CHILD "api.caseload_child_end($id, $row, $to_on)",
	  row_params, nitems(row_params), end_body, nitems(end_body),
	  .writes = true },
	{ HTTP_GET, "/v1/caseloads/{id}/cover", MAY_READ, ANSWER_LIST,
	  COVER "api.caseload_covers WHERE caseload_id = $id"
	  " AND ($after IS NULL OR cover_id > $after)"
	  " ORDER BY cover_id LIMIT $limit",
	  id_params, 1, .key = "cover_id", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/caseloads/{id}/cover", ROLE_LA_MANAGER, ANSWER_ONE,
	  COVER "api.caseload_cover_add($id, $key, $covered_by, $from_on,"
	  " $to_on)",
	  id_params, 2, cover_body, nitems(cover_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/caseloads/{id}/cover/{row}/end", ROLE_LA_MANAGER,
	  ANSWER_ONE, COVER "api.caseload_cover_end($id, $row, $to_on)",
	  row_params, nitems(row_params), end_body, nitems(end_body),
	  .writes = true },
};

const struct resource resource_caseloads = { routes, nitems(routes) };
