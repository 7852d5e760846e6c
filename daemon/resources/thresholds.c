/*
 * thresholds.c — the numbers that rules turn on, and those the authority has
 * put in their place. What is statute is nobody's to change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

static const struct field list_params[] = {
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field one_params[] = {
	{ "rule", FIELD_TEXT, REQUIRED, .max = 100 },
	{ "on",   FIELD_DATE, OPTIONAL },
};

static const struct field put_params[] = {
	{ "rule",     FIELD_TEXT, REQUIRED, .max = 100 },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field put_body[] = {
	{ "amount",     FIELD_DECIMAL, OPTIONAL, .max = 100000 },
	{ "valid_from", FIELD_DATE,    REQUIRED },
	{ "reason",     FIELD_TEXT,    REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/thresholds", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.thresholds(coalesce($on, current_date))"
	  " ORDER BY rule",
	  list_params, nitems(list_params) },
	{ HTTP_GET, "/v1/thresholds/{rule}", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.thresholds(coalesce($on, current_date))"
	  " WHERE rule = $rule",
	  one_params, nitems(one_params) },
	{ HTTP_PUT, "/v1/thresholds/{rule}", ROLE_LA_MANAGER, ANSWER_ONE,
	  "SELECT * FROM api.threshold_put($rule, $if_match, $amount,"
	  " $valid_from, $reason)",
	  put_params, nitems(put_params), put_body, nitems(put_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_thresholds = { routes, nitems(routes) };
