/*
 * staff.c — the people who hold posts: what they hold or study for, where
 * they served before, when they are away. How much of it an actor reads is
 * the database's to say (sql/resources/staff.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "name",    FIELD_TEXT,    OPTIONAL, .max = 100 },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "name",  FIELD_TEXT, REQUIRED, .max = 200 },
	{ "email", FIELD_TEXT, OPTIONAL, .max = 254 },
};

static const struct field one_params[] = {
	{ "id",  FIELD_INT,  REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field qualification_params[] = {
	{ "id",       FIELD_INT,  REQUIRED },
	{ "kind",     FIELD_CODE, REQUIRED,
	  .codes = codes_qualification_kind },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field qualification_body[] = {
	{ "state",        FIELD_CODE, REQUIRED,
	  .codes = codes_qualification_state },
	{ "began_on",     FIELD_DATE, OPTIONAL },
	{ "completed_on", FIELD_DATE, OPTIONAL },
	{ "evidence",     FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field service_body[] = {
	{ "place",              FIELD_TEXT, REQUIRED, .max = 200 },
	{ "is_relevant_school", FIELD_BOOL, REQUIRED },
	{ "from_on",            FIELD_DATE, REQUIRED },
	{ "to_on",              FIELD_DATE, REQUIRED },
	{ "evidence",           FIELD_TEXT, OPTIONAL, .max = 500 },
};

static const struct field absence_body[] = {
	{ "from_on", FIELD_DATE, REQUIRED },
	{ "to_on",   FIELD_DATE, OPTIONAL },
};

/* n numbers a time of service or an absence. */
static const struct field nth_params[] = {
	{ "id", FIELD_INT, REQUIRED },
	{ "n",  FIELD_INT, REQUIRED },
};

static const struct field end_body[] = {
	{ "to_on", FIELD_DATE, REQUIRED },
};

static const struct field withdraw_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/staff", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.staff"
	  " WHERE ($after IS NULL OR staff_id > $after)"
	  "   AND ($name IS NULL OR strpos(lower(name), lower($name)) > 0)"
	  "   AND ($setting IS NULL OR staff_id IN"
	  "        (SELECT p.staff_id FROM api.posts AS p"
	  "           JOIN api.setting_refs AS r"
	  "             ON r.setting_id = p._setting_id"
	  "          WHERE r.ref = $setting AND p.known_to IS NULL"
	  "            AND coalesce(p.to_on, 'infinity') >= current_date))"
	  " ORDER BY staff_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "staff_id", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/staff", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.staff_create($key, $name, $email)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/staff/{id}", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.staff_details WHERE staff_id = $id",
	  one_params, 1 },
	{ HTTP_GET, "/v1/staff/{id}/qualifications/{kind}", MAY_READ,
	  ANSWER_ONE,
	  "SELECT * FROM api.qualification_answers"
	  " WHERE staff_id = $id AND kind = $kind",
	  qualification_params, 2 },
	{ HTTP_PUT, "/v1/staff/{id}/qualifications/{kind}", MAY_WRITE,
	  ANSWER_ONE,
	  "SELECT * FROM api.qualification_put($id, $kind, $if_match, $state,"
	  " $began_on, $completed_on, $evidence)",
	  qualification_params, nitems(qualification_params),
	  qualification_body, nitems(qualification_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/staff/{id}/service", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.service WHERE staff_id = $id"
	  " ORDER BY from_on, service_id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/staff/{id}/service", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.service_add($key, $id, $place,"
	  " $is_relevant_school, $from_on, $to_on, $evidence)",
	  one_params, nitems(one_params), service_body, nitems(service_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/staff/{id}/service/{n}/withdraw", MAY_WRITE,
	  ANSWER_NONE,
	  "SELECT api.service_withdraw($id, $n, $reason)",
	  nth_params, nitems(nth_params),
	  withdraw_body, nitems(withdraw_body), .writes = true },
	{ HTTP_GET, "/v1/staff/{id}/absences", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.absences WHERE staff_id = $id"
	  " ORDER BY from_on, absence_id",
	  one_params, 1 },
	{ HTTP_POST, "/v1/staff/{id}/absences", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.absence_add($key, $id, $from_on, $to_on)",
	  one_params, nitems(one_params), absence_body, nitems(absence_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/staff/{id}/absences/{n}/end", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.absence_end($id, $n, $to_on)",
	  nth_params, nitems(nth_params), end_body, nitems(end_body),
	  .writes = true },
	{ HTTP_POST, "/v1/staff/{id}/absences/{n}/withdraw", MAY_WRITE,
	  ANSWER_NONE,
	  "SELECT api.absence_withdraw($id, $n, $reason)",
	  nth_params, nitems(nth_params),
	  withdraw_body, nitems(withdraw_body), .writes = true },
};

const struct resource resource_staff = { routes, nitems(routes) };
