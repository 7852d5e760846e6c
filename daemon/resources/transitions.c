/*
 * transitions.c — the moves that are planned, as their settings sent them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

static const struct field list_params[] = {
	{ "year", FIELD_INT, OPTIONAL, .max = 2100, .min = 2014 },
	{ "child", FIELD_UUID, OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/transitions", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.transitions"
	  " WHERE ($after IS NULL OR transition_id > $after)"
	  "   AND ($year IS NULL OR year = $year)"
	  "   AND ($child IS NULL OR child_id = $child)"
	  " ORDER BY transition_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "transition_id", .key_type = FIELD_UUID },
};

const struct resource resource_transitions = { routes, nitems(routes) };
