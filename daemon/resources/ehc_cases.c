/*
 * ehc_cases.c — the authority's process for a child's plan: cases, what
 * happened in them, what is due, and advice that is outstanding. What may
 * follow what is the database's (sql/law/ehc_events.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const char *const codes_source[] = {
	"parent", "young_person", "education", "health", "social_care",
	"authority", "other_authority", "youth_custody", "other", "unknown",
	NULL
};

static const struct field list_params[] = {
	{ "child", FIELD_UUID, OPTIONAL },
	{ "open",  FIELD_BOOL, OPTIONAL },
	{ "state", FIELD_TEXT, OPTIONAL, .max = 60 },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "child_id",  FIELD_UUID, REQUIRED },
	{ "plan_type", FIELD_TEXT, OPTIONAL, .max = 20 },
	{ "source",    FIELD_CODE, REQUIRED, .codes = codes_source },
	{ "is_rya",    FIELD_BOOL, OPTIONAL },
	{ "officer",   FIELD_TEXT, OPTIONAL, .max = 200 },
	{ "event",     FIELD_TEXT, REQUIRED, .max = 60 },
	{ "on_date",   FIELD_DATE, REQUIRED },
	{ "la_code",   FIELD_TEXT, OPTIONAL, .max = 3 },
	{ "from_on",   FIELD_DATE, OPTIONAL },
	{ "reason",    FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field id_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field events_params[] = {
	{ "id",        FIELD_UUID, REQUIRED },
	{ "as_of",     FIELD_TIME, OPTIONAL },
	{ "withdrawn", FIELD_BOOL, OPTIONAL },
};

static const struct field event_body[] = {
	{ "event",     FIELD_TEXT, REQUIRED, .max = 60 },
	{ "on_date",   FIELD_DATE, REQUIRED },
	{ "of_event",  FIELD_UUID, OPTIONAL },
	{ "outcome",   FIELD_TEXT, OPTIONAL, .max = 60 },
	{ "year",      FIELD_INT,  OPTIONAL, .max = 2100 },
	{ "adviser",   FIELD_TEXT, OPTIONAL, .max = 60 },
	{ "setting",   FIELD_SETTING, OPTIONAL },
	{ "la_code",   FIELD_TEXT, OPTIONAL, .max = 3 },
	{ "exception", FIELD_TEXT, OPTIONAL, .max = 60 },
	{ "from_on",   FIELD_DATE, OPTIONAL },
	{ "to_on",     FIELD_DATE, OPTIONAL },
	{ "reason",    FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field ask_body[] = {
	{ "on_date",  FIELD_DATE,  REQUIRED },
	{ "advisers", FIELD_CODES, OPTIONAL },
};

static const struct field withdraw_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct field due_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "on",  FIELD_DATE, OPTIONAL },
	{ "met", FIELD_BOOL, OPTIONAL },
};

static const struct field advice_params[] = {
	{ "adviser", FIELD_TEXT, OPTIONAL, .max = 60 },
	{ "overdue", FIELD_BOOL, OPTIONAL },
	{ "on",      FIELD_DATE, OPTIONAL },
};

static const struct field codes_params[] = {
	{ "process", FIELD_TEXT, OPTIONAL, .max = 60 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/ehc/cases", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_cases_shown"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  "   AND ($child IS NULL OR child_id = $child)"
	  "   AND ($open IS NULL OR (ended_on IS NULL) = $open)"
	  "   AND ($state IS NULL OR state = $state)"
	  " ORDER BY case_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "case_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/ehc/cases", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_case_open($key, $child_id, $plan_type,"
	  " $source, $is_rya, $officer, $event, $on_date, $la_code, $from_on,"
	  " $reason)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/cases/{id}", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.ehc_case_shown($id)", id_params, 1 },
	{ HTTP_GET, "/v1/ehc/cases/{id}/events", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_events_shown"
	  " WHERE case_id = $id"
	  "   AND ($as_of IS NULL OR known_from <= $as_of)"
	  "   AND (coalesce($withdrawn, false) OR known_to IS NULL"
	  "        OR known_to > $as_of)"
	  " ORDER BY on_date, known_from, event_id",
	  events_params, nitems(events_params) },
	{ HTTP_POST, "/v1/ehc/cases/{id}/events", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_event_post($id, $key, $event, $on_date,"
	  " $of_event, $outcome, $year, $adviser, $setting, $la_code,"
	  " $exception, $from_on, $to_on, $reason)",
	  id_params, nitems(id_params), event_body, nitems(event_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/ehc/cases/{id}/advice", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_advice_ask($id, $key, $on_date, $advisers)",
	  id_params, nitems(id_params), ask_body, nitems(ask_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/cases/{id}/due", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_case_due($id, coalesce($on, current_date))"
	  " WHERE ($met IS NULL OR (met_on IS NOT NULL) = $met)"
	  " ORDER BY met_on IS NOT NULL, due_on, clock, starts_on",
	  due_params, nitems(due_params) },
	{ HTTP_POST, "/v1/ehc/events/{id}/withdraw", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_event_withdraw($id, $reason)",
	  id_params, 1, withdraw_body, nitems(withdraw_body),
	  .writes = true },
	{ HTTP_GET, "/v1/ehc/advice", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.ehc_advice_due(coalesce($on, current_date))"
	  " WHERE ($after IS NULL OR event_id > $after)"
	  "   AND ($adviser IS NULL OR adviser = $adviser)"
	  "   AND ($overdue IS NULL OR (days_left < 0) IS TRUE = $overdue)"
	  " ORDER BY event_id LIMIT $limit",
	  advice_params, nitems(advice_params),
	  .key = "event_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/ehc/codes", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.ehc_codes"
	  " WHERE $process IS NULL OR process = $process"
	  " ORDER BY process, event",
	  codes_params, nitems(codes_params) },
};

const struct resource resource_ehc_cases = { routes, nitems(routes) };
