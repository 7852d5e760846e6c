/*
 * sharing.c — a SENCO shared by smaller primary schools: proposed, judged,
 * thought about beforehand, decided, reviewed and ended. Every write but the
 * first names the ETag of the arrangement, which counts whatever changes in
 * it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_PROPOSE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define MAY_DECIDE ROLE_LA_MANAGER

static const char *const codes_state[] = {
	"proposed", "approved", "declined", "ended", NULL
};
static const char *const codes_outcome[] = {
	"CONTINUE", "CONTINUE_WITH_ACTIONS", "END", NULL
};

static const struct field list_params[] = {
	{ "state",   FIELD_CODE,    OPTIONAL, .codes = codes_state },
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "staff",   FIELD_INT,     OPTIONAL },
};
static const struct field key_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};
static const struct field one_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};
static const struct field member_params[] = {
	{ "id",       FIELD_UUID,    REQUIRED },
	{ "ref",      FIELD_SETTING, REQUIRED },
	{ "if_match", FIELD_TEXT,    INTERNAL },
};
static const struct field review_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "n",        FIELD_INT,  REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};
static const struct field judged_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field leaves_params[] = {
	{ "id", FIELD_INT,  REQUIRED },
	{ "on", FIELD_DATE, OPTIONAL },
};

#define THOUGHT \
	{ "hours",            FIELD_DECIMAL, OPTIONAL, .max = 168 }, \
	{ "admin_hours",      FIELD_DECIMAL, OPTIONAL, .max = 168 }, \
	{ "teaching_percent", FIELD_INT,     OPTIONAL, .max = 100 }, \
	{ "on",               FIELD_DATE,    OPTIONAL }

static const struct field thought_params[] = {
	{ "staff",      FIELD_INT,  REQUIRED },
	{ "settings",   FIELD_TEXT, REQUIRED, .max = 1000 },
	{ "teaches_at", FIELD_TEXT, OPTIONAL, .max = 1000 },
	THOUGHT,
};
static const struct field what_if_params[] = {
	{ "id",       FIELD_UUID, OPTIONAL },
	{ "staff",    FIELD_INT,  OPTIONAL },
	{ "settings", FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "add",      FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "remove",   FIELD_TEXT, OPTIONAL, .max = 1000 },
	THOUGHT,
};

/* The whole of an arrangement but for its schools. */
#define ARRANGEMENT \
	{ "name",                 FIELD_TEXT,    REQUIRED, .max = 200 }, \
	{ "staff_id",             FIELD_INT,     REQUIRED }, \
	{ "from_on",              FIELD_DATE,    REQUIRED }, \
	{ "to_on",                FIELD_DATE,    OPTIONAL }, \
	{ "hours_per_week",       FIELD_DECIMAL, REQUIRED, .max = 168, .min = 1 }, \
	{ "admin_hours_per_week", FIELD_DECIMAL, OPTIONAL, .max = 168 }, \
	{ "teaching_percent",     FIELD_INT,     OPTIONAL, .max = 100 }

static const struct field propose_body[] = {
	ARRANGEMENT,
	{ "settings",   FIELD_CODES, REQUIRED },
	{ "teaches_at", FIELD_CODES, OPTIONAL },
};
static const struct field put_body[] = { ARRANGEMENT };
static const struct field member_body[] = {
	{ "from_on",         FIELD_DATE,    OPTIONAL },
	{ "hours_per_week",  FIELD_DECIMAL, OPTIONAL, .max = 168 },
	{ "is_teacher_here", FIELD_BOOL,    OPTIONAL },
};
static const struct field remove_body[] = {
	{ "on", FIELD_DATE, OPTIONAL },
};
static const struct field approve_body[] = {
	{ "reason", FIELD_TEXT, OPTIONAL, .max = 1000 },
};
static const struct field decline_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 1000 },
};
static const struct field end_body[] = {
	{ "on",     FIELD_DATE, OPTIONAL },
	{ "reason", FIELD_TEXT, REQUIRED, .max = 1000 },
};
static const struct field plan_body[] = {
	{ "due_on", FIELD_DATE, REQUIRED },
};
static const struct field outcome_body[] = {
	{ "held_on", FIELD_DATE, REQUIRED },
	{ "outcome", FIELD_CODE, REQUIRED, .codes = codes_outcome },
	{ "note",    FIELD_TEXT, OPTIONAL, .max = 2000 },
	{ "ends_on", FIELD_DATE, OPTIONAL },
};

#define READS(of) of, nitems(of)
#define CHANGES(params, body) READS(params), READS(body), \
	.writes = true, .work = conditional_work

static const struct route routes[] = {
	{ HTTP_GET, "/v1/sharing", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.sharing"
	  " WHERE ($after IS NULL OR sharing_id > $after)"
	  "   AND ($state IS NULL OR state = $state)"
	  "   AND ($staff IS NULL OR staff_id = $staff)"
	  "   AND ($setting IS NULL OR sharing_id IN"
	  "        (SELECT m.sharing_id FROM api.sharing_members AS m"
	  "           JOIN api.setting_refs AS r ON r.setting_id = m.setting_id"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY sharing_id LIMIT $limit",
	  READS(list_params), .key = "sharing_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/sharing", MAY_PROPOSE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_propose($key, $name, $staff_id, $settings,"
	  " $teaches_at, $from_on, $to_on, $hours_per_week,"
	  " $admin_hours_per_week, $teaching_percent)",
	  CHANGES(key_params, propose_body), .created = 201 },
	{ HTTP_GET, "/v1/sharing/judgement", MAY_PROPOSE, ANSWER_LIST,
	  "SELECT * FROM api.sharing_judgement_of($staff, $settings,"
	  " $teaches_at, $hours, $admin_hours, $teaching_percent, $on)",
	  READS(thought_params) },
	{ HTTP_GET, "/v1/sharing/what-if", MAY_PROPOSE, ANSWER_LIST,
	  "SELECT * FROM api.sharing_what_if($id, $staff, $settings, $add,"
	  " $remove, $hours, $admin_hours, $teaching_percent, $on)",
	  READS(what_if_params) },
	{ HTTP_GET, "/v1/sharing/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.sharing WHERE sharing_id = $id",
	  one_params, 1 },
	{ HTTP_PUT, "/v1/sharing/{id}", MAY_PROPOSE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_put($id, $if_match, $name, $staff_id,"
	  " $from_on, $to_on, $hours_per_week, $admin_hours_per_week,"
	  " $teaching_percent)",
	  CHANGES(one_params, put_body) },
	{ HTTP_GET, "/v1/sharing/{id}/judgement", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.sharing_judgement($id, $on)",
	  READS(judged_params) },
	{ HTTP_PUT, "/v1/sharing/{id}/members/{ref}", MAY_PROPOSE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_member_put($id, $ref, $if_match, $from_on,"
	  " $hours_per_week, $is_teacher_here)",
	  CHANGES(member_params, member_body) },
	{ HTTP_POST, "/v1/sharing/{id}/members/{ref}/remove", MAY_PROPOSE,
	  ANSWER_ONE,
	  "SELECT * FROM api.sharing_member_remove($id, $ref, $if_match, $on)",
	  CHANGES(member_params, remove_body) },
	{ HTTP_POST, "/v1/sharing/{id}/approve", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_approve($id, $if_match, $reason)",
	  CHANGES(one_params, approve_body) },
	{ HTTP_POST, "/v1/sharing/{id}/decline", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_decline($id, $if_match, $reason)",
	  CHANGES(one_params, decline_body) },
	{ HTTP_POST, "/v1/sharing/{id}/end", MAY_DECIDE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_end($id, $if_match, $on, $reason)",
	  CHANGES(one_params, end_body) },
	{ HTTP_GET, "/v1/sharing/{id}/reviews", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.sharing_reviews WHERE _sharing_id = $id"
	  " ORDER BY n",
	  one_params, 1 },
	{ HTTP_POST, "/v1/sharing/{id}/reviews", MAY_PROPOSE, ANSWER_ONE,
	  "SELECT * FROM api.sharing_review_plan($id, $if_match, $due_on)",
	  CHANGES(one_params, plan_body) },
	{ HTTP_POST, "/v1/sharing/{id}/reviews/{n}/outcome", MAY_PROPOSE,
	  ANSWER_ONE,
	  "SELECT * FROM api.sharing_review_outcome($id, $n, $if_match,"
	  " $held_on, $outcome, $note, $ends_on)",
	  CHANGES(review_params, outcome_body) },
	{ HTTP_GET, "/v1/staff/{id}/what-if-leaves", MAY_PROPOSE, ANSWER_LIST,
	  "SELECT * FROM api.staff_what_if_leaves($id, $on)",
	  READS(leaves_params) },
};

const struct resource resource_sharing = { routes, nitems(routes) };
