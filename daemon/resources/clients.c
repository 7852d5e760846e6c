/*
 * clients.c — the systems and people that hold certificates: who they are,
 * what they are granted, and taking that away again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

static const char *const codes_role[] = {
	"school_system", "senco", "area_senco", "la_officer", "la_manager",
	"la_administrator", "auditor", NULL
};

static const struct field create_body[] = {
	{ "name",        FIELD_TEXT,  REQUIRED, .max = 120 },
	{ "role",        FIELD_CODE,  REQUIRED, .codes = codes_role },
	{ "fingerprint", FIELD_TEXT,  REQUIRED, .max = 64 }, /* hex SHA-256 */
	{ "not_after",   FIELD_TIME,  REQUIRED },
	{ "settings",    FIELD_CODES, OPTIONAL }, /* typed references */
	{ "caseload",    FIELD_TEXT,  OPTIONAL, .max = 120 }, /* id or name */
	{ "takes_over",  FIELD_BOOL,  OPTIONAL }, /* who held it loses it */
	{ "staff",       FIELD_TEXT,  OPTIONAL, .max = 120 }, /* id or name */
};

static const struct field id_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/clients", ROLE_LA_ADMINISTRATOR, ANSWER_LIST,
	  "SELECT c.id AS client_id, c.name, c.role, c.is_active,"
	  " c.created_at, c.revoked_at, c.fingerprint, c.not_after,"
	  " c.settings, c.caseloads, c.staff_id, c.staff"
	  " FROM api.clients AS c"
	  " WHERE ($after IS NULL OR c.id > $after)"
	  " ORDER BY c.id LIMIT $limit",
	  .key = "client_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/clients", ROLE_LA_ADMINISTRATOR, ANSWER_ONE,
	  "SELECT c.id AS client_id FROM api.clients_create($name, $role,"
	  " CASE WHEN $fingerprint ~ '^[0-9A-Fa-f]{64}$'"
	  " THEN decode($fingerprint, 'hex') END, $not_after,"
	  " string_to_array($settings, ','), $caseload, $staff,"
	  " $takes_over) AS c",
	  .body = create_body, .body_len = nitems(create_body),
	  .writes = true, .created = 201 },
	{ HTTP_POST, "/v1/clients/{id}/revoke", ROLE_LA_ADMINISTRATOR,
	  ANSWER_NONE, "SELECT api.clients_revoke($id)",
	  id_params, nitems(id_params), .writes = true },
};

const struct resource resource_clients = { routes, nitems(routes) };
