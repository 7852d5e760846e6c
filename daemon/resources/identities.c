/*
 * identities.c — two persons of the index that are one, and one that is two,
 * as an officer finds; and which look as if they were one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field merge_body[] = {
	{ "child",   FIELD_UUID, REQUIRED },
	{ "into",    FIELD_UUID, REQUIRED },
	{ "confirm", FIELD_BOOL, OPTIONAL },
};

static const struct field split_body[] = {
	{ "child",     FIELD_UUID,    REQUIRED },
	{ "setting",   FIELD_SETTING, REQUIRED },
	{ "source_id", FIELD_TEXT,    REQUIRED, .max = 128 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/identities/candidates", MAY, ANSWER_LIST,
	  "SELECT * FROM api.identity_candidates"
	  " WHERE ($after IS NULL OR _key > $after)"
	  " ORDER BY _key LIMIT $limit",
	  .key = "_key", .key_type = FIELD_TEXT },
	{ HTTP_POST, "/v1/identities/merge", MAY, ANSWER_ONE,
	  "SELECT * FROM api.merge_identities($child, $into, $confirm)",
	  .body = merge_body, .body_len = nitems(merge_body),
	  .writes = true },
	{ HTTP_POST, "/v1/identities/split", MAY, ANSWER_ONE,
	  "SELECT * FROM api.split_identities($child, $setting, $source_id)",
	  .body = split_body, .body_len = nitems(split_body),
	  .writes = true },
};

const struct resource resource_identities = { routes, nitems(routes) };
