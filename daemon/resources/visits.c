/*
 * visits.c — what Area SENCOs and officers did at settings, what they advised
 * there, and the actions that came of it, followed up by whoever has to act.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "child",   FIELD_UUID,    OPTIONAL },
	{ "from",    FIELD_DATE,    OPTIONAL },
	{ "until",   FIELD_DATE,    OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "setting",          FIELD_SETTING, REQUIRED },
	{ "child_id",         FIELD_UUID, OPTIONAL },
	{ "is_unnamed_child", FIELD_BOOL, OPTIONAL },
	{ "visited_on",       FIELD_DATE, REQUIRED },
	{ "mode",             FIELD_CODE, REQUIRED, .codes = codes_visit_mode },
	{ "met",              FIELD_TEXT, OPTIONAL, .max = 500 },
	{ "topic",            FIELD_CODE, REQUIRED, .codes = codes_advice_topic },
	{ "advice",           FIELD_TEXT, OPTIONAL, .max = 2000 },
	{ "next_visit_on",    FIELD_DATE, OPTIONAL },
	{ "sendiass_signposted_on", FIELD_DATE, OPTIONAL },
	{ "sendiass_method",  FIELD_CODE, OPTIONAL,
	  .codes = codes_sendiass_method },
};

static const struct field one_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field action_body[] = {
	{ "text",       FIELD_TEXT, REQUIRED, .max = 500 },
	{ "owner",      FIELD_CODE, REQUIRED, .codes = codes_action_owner },
	{ "owner_name", FIELD_TEXT, OPTIONAL, .max = 200 },
	{ "due_on",     FIELD_DATE, OPTIONAL },
};

static const struct field actions_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "until",   FIELD_DATE,    OPTIONAL },
	{ "open",    FIELD_BOOL,    OPTIONAL },
	{ "overdue", FIELD_BOOL,    OPTIONAL },
	{ "mine",    FIELD_BOOL,    OPTIONAL },
};

static const struct field done_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field done_body[] = {
	{ "done_on", FIELD_DATE, REQUIRED },
	{ "outcome", FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/visits", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.visits"
	  " WHERE ($after IS NULL OR visit_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($child IS NULL OR child_id = $child)"
	  "   AND ($from IS NULL OR visited_on >= $from)"
	  "   AND ($until IS NULL OR visited_on <= $until)"
	  " ORDER BY visit_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "visit_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/visits", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.visits_create($key, $setting, $child_id,"
	  " $is_unnamed_child, $visited_on, $mode, $met, $topic, $advice,"
	  " $next_visit_on, $sendiass_signposted_on, $sendiass_method)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/visits/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.visits WHERE visit_id = $id", one_params, 1 },
	{ HTTP_POST, "/v1/visits/{id}/actions", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.visit_actions_create($id, $key, $text, $owner,"
	  " $owner_name, $due_on)",
	  one_params, nitems(one_params), action_body, nitems(action_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/actions", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.actions"
	  " WHERE ($after IS NULL OR action_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($until IS NULL OR due_on <= $until)"
	  "   AND ($open IS NULL OR (done_on IS NULL) = $open)"
	  "   AND ($overdue IS NULL OR is_overdue = $overdue)"
	  "   AND ($mine IS NULL OR is_mine = $mine)"
	  " ORDER BY action_id LIMIT $limit",
	  actions_params, nitems(actions_params),
	  .key = "action_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/actions/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.actions WHERE action_id = $id", one_params, 1 },
	{ HTTP_POST, "/v1/actions/{id}/done", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.action_done($id, $if_match, $done_on, $outcome)",
	  done_params, nitems(done_params), done_body, nitems(done_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_visits = { routes, nitems(routes) };
