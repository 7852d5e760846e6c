/*
 * ehc.c — the authority's own milestones of a phase transfer of a child with
 * an EHC plan: review held, amendments noticed, plan final.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field transfer_params[] = {
	{ "child_id", FIELD_UUID, REQUIRED },
	{ "year", FIELD_INT, REQUIRED, .max = 2100 },
	{ "if_match", FIELD_TEXT, INTERNAL }, /* from the header */
};

static const struct field transfer_body[] = {
	{ "review_held_on", FIELD_DATE, OPTIONAL },
	{ "amendment_noticed_on", FIELD_DATE, OPTIONAL },
	{ "plan_final_on", FIELD_DATE, OPTIONAL },
	{ "placement_refused", FIELD_BOOL, OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/ehc/transfers/{child_id}/{year}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.ehc_transfers"
	  " WHERE child_id = $child_id AND year = $year",
	  transfer_params, 2 },
	{ HTTP_PUT, "/v1/ehc/transfers/{child_id}/{year}", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_transfer_put($child_id, $year, $if_match,"
	  " $review_held_on, $amendment_noticed_on, $plan_final_on,"
	  " $placement_refused)",
	  transfer_params, nitems(transfer_params),
	  transfer_body, nitems(transfer_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_ehc = { routes, nitems(routes) };
