/*
 * referrals.c — children referred to the Area SENCO service: by whom, with
 * whose permission, what is found missing, and what was decided.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_DECIDE (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_state[] = {
	"received", "accepted", "declined", "closed", NULL
};

static const char *const codes_judgement[] = { "complete", "not_yet", NULL };

static const struct field list_params[] = {
	{ "setting",   FIELD_SETTING, OPTIONAL },
	{ "child",     FIELD_UUID,    OPTIONAL },
	{ "state",     FIELD_CODE,    OPTIONAL, .codes = codes_state },
	{ "judgement", FIELD_CODE,    OPTIONAL, .codes = codes_judgement },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "setting",         FIELD_SETTING, REQUIRED },
	{ "child_id",        FIELD_UUID, REQUIRED },
	{ "referred_on",     FIELD_DATE, REQUIRED },
	{ "level",           FIELD_CODE, REQUIRED, .codes = codes_referral_level },
	{ "reason",          FIELD_TEXT, OPTIONAL, .max = 2000 },
	{ "permission_on",   FIELD_DATE, OPTIONAL }, /* by the rule of the day */
	{ "permission_by",   FIELD_CODE, OPTIONAL, .codes = codes_permission_by },
	{ "fast_track",      FIELD_CODE, OPTIONAL, .codes = codes_fast_track },
	{ "sendiass_signposted_on", FIELD_DATE, OPTIONAL },
	{ "sendiass_method", FIELD_CODE, OPTIONAL,
	  .codes = codes_sendiass_method },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field accept_body[] = {
	{ "decided_on", FIELD_DATE, REQUIRED },
	{ "reason",     FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field decline_body[] = {
	{ "decided_on", FIELD_DATE, REQUIRED },
	{ "reason",     FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct field close_body[] = {
	{ "closed_on", FIELD_DATE, REQUIRED },
	{ "outcome",   FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/referrals", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.referrals"
	  " WHERE ($after IS NULL OR referral_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($child IS NULL OR child_id = $child)"
	  "   AND ($state IS NULL OR state = $state)"
	  "   AND ($judgement IS NULL OR judgement = $judgement)"
	  " ORDER BY referral_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "referral_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/referrals", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.referrals_create($key, $setting, $child_id,"
	  " $referred_on, $level, $reason, $permission_on, $permission_by,"
	  " $fast_track, $sendiass_signposted_on, $sendiass_method)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/referrals/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.referrals WHERE referral_id = $id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/referrals/{id}/accept", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.referral_decide($id, $if_match, 'accepted',"
	  " $decided_on, $reason)",
	  one_params, nitems(one_params), accept_body, nitems(accept_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/referrals/{id}/decline", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.referral_decide($id, $if_match, 'declined',"
	  " $decided_on, $reason)",
	  one_params, nitems(one_params), decline_body, nitems(decline_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/referrals/{id}/close", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.referral_decide($id, $if_match, 'closed',"
	  " $closed_on, $outcome)",
	  one_params, nitems(one_params), close_body, nitems(close_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_referrals = { routes, nitems(routes) };
