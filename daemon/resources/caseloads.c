/*
 * caseloads.c — which Area SENCO looks after which settings, and how those
 * settings are: SENCO, children, silence, the next deadline.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field settings_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/caseloads", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.caseloads"
	  " WHERE ($after IS NULL OR caseload_id > $after)"
	  " ORDER BY caseload_id LIMIT $limit",
	  .key = "caseload_id", .key_type = FIELD_INT },
	{ HTTP_GET, "/v1/caseloads/{id}/settings", MAY_READ, ANSWER_LIST,
	  "SELECT s.*, r.due AS next_deadline_for"
	  " FROM api.caseload_settings($id, coalesce($on, current_date)) AS s"
	  " LEFT JOIN api.law_rules AS r ON r.id = s.next_deadline"
	  " AND s.next_deadline_on BETWEEN r.valid_from AND r.valid_to"
	  " ORDER BY s.name, s.setting_id",
	  settings_params, nitems(settings_params) },
};

const struct resource resource_caseloads = { routes, nitems(routes) };
