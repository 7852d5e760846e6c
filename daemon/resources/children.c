/*
 * children.c — the children the caller may see: a list by setting, and one
 * child whole. Out of scope and not there look alike.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field one_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/children", MAY_READ, ANSWER_LIST,
	  "SELECT c.* FROM api.children_page($setting, $after, $limit) AS c"
	  " ORDER BY c._key",
	  list_params, nitems(list_params),
	  .key = "_key", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/children/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.child WHERE child_id = coalesce("
	  " (SELECT r.into_child_id FROM api.child_redirects AS r"
	  " WHERE r.child_id = $id), $id)",
	  one_params, nitems(one_params) },
};

const struct resource resource_children = { routes, nitems(routes) };
