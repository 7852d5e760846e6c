/*
 * proposals.c — what settings said about facts they do not own, and what an
 * officer makes of it. The ETag of a proposal names both what is proposed and
 * what is held now, so nobody decides on what he has not seen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_LA_OFFICER | ROLE_LA_MANAGER | ROLE_SCHOOL_SYSTEM)
#define MAY_DECIDE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_state[] = {
	"open", "accepted", "declined", NULL
};

static const struct field list_params[] = {
	{ "state",   FIELD_CODE,    OPTIONAL, .codes = codes_state },
	{ "kind",    FIELD_TEXT,    OPTIONAL, .max = 40 },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field one_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field decline_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/proposals", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.proposals"
	  " WHERE ($after IS NULL OR proposal_id > $after)"
	  "   AND ($state IS NULL OR state = $state)"
	  "   AND ($kind IS NULL OR kind = $kind)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY proposal_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "proposal_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/proposals/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.proposals WHERE proposal_id = $id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/proposals/{id}/accept", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.proposal_accept($id, $if_match)",
	  one_params, nitems(one_params),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/proposals/{id}/decline", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.proposal_decline($id, $if_match, $reason)",
	  one_params, nitems(one_params),
	  decline_body, nitems(decline_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_proposals = { routes, nitems(routes) };
