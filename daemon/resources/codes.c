/*
 * codes.c — every code list with its titles and when each code holds. The
 * ETag is of all that the answer holds, so a system asks again for nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

static const struct field list_params[] = {
	{ "list", FIELD_TEXT, OPTIONAL, .max = 40 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/codes", ROLE_ANY, ANSWER_LIST,
	  "SELECT c.list, c.code, c.title, c.valid_from, c.valid_to,"
	  " md5(string_agg(c::text, '|') OVER ()) AS _etag"
	  " FROM (SELECT * FROM api.codes WHERE $list IS NULL OR list = $list"
	  "        ORDER BY list, rank, code, valid_from) AS c",
	  list_params, nitems(list_params) },
};

const struct resource resource_codes = { routes, nitems(routes) };
