/*
 * transition_readiness.c — whether a move is ready: its milestones counted
 * back from the day that binds it, its colour with every reason, settings
 * asked whether they can take the child, and the plan of a move that needs
 * more than the usual.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_ASK (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define MAY_WRITE (MAY_READ & ~ROLE_AREA_SENCO)

static const char *const codes_answer[] = { "yes", "no", NULL };

static const char *const codes_agreed_by[] = {
	"parent", "young_person", NULL
};

static const char *const codes_colour[] = {
	"black", "red", "amber", "green", "blue", NULL
};

static const char *const codes_tier[] = {
	"universal", "enhanced", "intensive", NULL
};

static const struct field day_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field colours_params[] = {
	{ "on",    FIELD_DATE,  OPTIONAL },
	{ "year",  FIELD_INT,   OPTIONAL, .max = 2100, .min = 2014 },
	{ "rag",   FIELD_CODE,  OPTIONAL, .codes = codes_colour },
	{ "child", FIELD_UUID,  OPTIONAL },
};

static const struct field asked_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "open",    FIELD_BOOL,    OPTIONAL },
	{ "overdue", FIELD_BOOL,    OPTIONAL },
};

static const struct field ask_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field ask_body[] = {
	{ "setting",  FIELD_SETTING, REQUIRED },
	{ "sent_on",  FIELD_DATE,    OPTIONAL },
	{ "question", FIELD_TEXT,    OPTIONAL, .max = 500 },
};

static const struct field answer_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "n",        FIELD_INT,  REQUIRED, .min = 1, .max = 10000 },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field answer_body[] = {
	{ "answer",      FIELD_CODE, REQUIRED, .codes = codes_answer },
	{ "reasons",     FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "answered_on", FIELD_DATE, OPTIONAL },
};

static const struct field plan_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field plan_body[] = {
	{ "tier",                FIELD_CODE,  OPTIONAL, .codes = codes_tier },
	{ "key_adult",           FIELD_TEXT,  OPTIONAL, .max = 200 },
	{ "meeting_planned_on",  FIELD_DATE,  OPTIONAL },
	{ "meeting_held_on",     FIELD_DATE,  OPTIONAL },
	{ "met",                 FIELD_TEXT,  OPTIONAL, .max = 500 },
	{ "agreed_on",           FIELD_DATE,  OPTIONAL },
	{ "agreed_by",           FIELD_CODE,  OPTIONAL,
	  .codes = codes_agreed_by },
	{ "visits_planned_on",   FIELD_CODES, OPTIONAL }, /* days */
	{ "visits_done_on",      FIELD_CODES, OPTIONAL },
	{ "training",            FIELD_TEXT,  OPTIONAL, .max = 500 },
	{ "training_planned_on", FIELD_DATE,  OPTIONAL },
	{ "training_done_on",    FIELD_DATE,  OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/transitions/colours", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.transition_case_colours("
	  "   coalesce($on, current_date))"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  "   AND ($year IS NULL OR year = $year)"
	  "   AND ($rag IS NULL OR rag = upper($rag))"
	  "   AND ($child IS NULL OR child_id = $child)"
	  " ORDER BY case_id LIMIT $limit",
	  colours_params, nitems(colours_params),
	  .key = "case_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/transitions/cases/{id}/colour", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.transition_case_colours("
	  "   coalesce($on, current_date))"
	  " WHERE case_id = $id", day_params, nitems(day_params) },
	{ HTTP_GET, "/v1/transitions/cases/{id}/milestones", MAY_READ,
	  ANSWER_LIST,
	  "SELECT * FROM api.transition_case_milestones($id,"
	  "   coalesce($on, current_date))"
	  " ORDER BY due_on, clock, subject_id",
	  day_params, nitems(day_params) },
	{ HTTP_GET, "/v1/transitions/consultations", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.transition_consultations"
	  " WHERE ($after IS NULL OR consultation_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($open IS NULL OR (answer IS NULL) = $open)"
	  "   AND ($overdue IS NULL OR is_overdue = $overdue)"
	  " ORDER BY consultation_id LIMIT $limit",
	  asked_params, nitems(asked_params),
	  .key = "consultation_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/transitions/cases/{id}/consultations", MAY_READ,
	  ANSWER_LIST,
	  "SELECT * FROM api.transition_consultations WHERE case_id = $id"
	  " ORDER BY n", day_params, 1 },
	{ HTTP_POST, "/v1/transitions/cases/{id}/consultations", MAY_ASK,
	  ANSWER_ONE,
	  "SELECT * FROM api.transition_consultations_create($id, $key,"
	  " $setting, $sent_on, $question)",
	  ask_params, nitems(ask_params), ask_body, nitems(ask_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/transitions/cases/{id}/consultations/{n}", MAY_READ,
	  ANSWER_ONE,
	  "SELECT * FROM api.transition_consultations"
	  " WHERE case_id = $id AND n = $n", answer_params, 2 },
	{ HTTP_POST, "/v1/transitions/cases/{id}/consultations/{n}/answer",
	  MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.transition_consultation_answer($id, $n,"
	  " $if_match, $answer, $reasons, $answered_on)",
	  answer_params, nitems(answer_params),
	  answer_body, nitems(answer_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/transitions/cases/{id}/plan", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.transition_plans WHERE case_id = $id",
	  plan_params, 1 },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/plan", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.transition_plan_put($id, $if_match, $tier,"
	  " $key_adult, $meeting_planned_on, $meeting_held_on, $met,"
	  " $agreed_on, $agreed_by, string_to_array($visits_planned_on, ','),"
	  " string_to_array($visits_done_on, ','), $training,"
	  " $training_planned_on, $training_done_on)",
	  plan_params, nitems(plan_params), plan_body, nitems(plan_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_transition_readiness = {
	routes, nitems(routes)
};
