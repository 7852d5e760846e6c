/*
 * freshness.c — which settings keep in touch and which have fallen silent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_ANY & ~ROLE_AUDITOR)

static const struct field list_params[] = {
	{ "silent", FIELD_BOOL, OPTIONAL },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/sync/freshness", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.freshness"
	  " WHERE ($after IS NULL OR _key > $after)"
	  "   AND ($silent IS NULL OR is_silent = $silent)"
	  "   AND ($setting IS NULL OR _key ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY _key LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "_key", .key_type = FIELD_INT },
};

const struct resource resource_freshness = { routes, nitems(routes) };
