/*
 * training.c — courses that Area SENCOs give or arrange, and who came from
 * which setting: how many, by name where the register of staff has them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_DO (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "topic", FIELD_CODE, OPTIONAL, .codes = codes_advice_topic },
	{ "from",  FIELD_DATE, OPTIONAL },
	{ "until", FIELD_DATE, OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "held_on", FIELD_DATE, REQUIRED },
	{ "title",   FIELD_TEXT, REQUIRED, .max = 200 },
	{ "topic",   FIELD_CODE, REQUIRED, .codes = codes_advice_topic },
	{ "hours",   FIELD_DECIMAL, REQUIRED, .min = 0, .max = 200 },
};

static const struct field one_params[] = {
	{ "id",       FIELD_UUID,    REQUIRED },
	{ "ref",      FIELD_SETTING, REQUIRED },
	{ "if_match", FIELD_TEXT,    INTERNAL },
};

static const struct field attendance_body[] = {
	{ "people",     FIELD_INT,   REQUIRED, .max = 1000 },
	{ "staff",      FIELD_CODES, OPTIONAL }, /* ids */
	{ "senco_came", FIELD_BOOL,  OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/training-events", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.training_events"
	  " WHERE ($after IS NULL OR event_id > $after)"
	  "   AND ($topic IS NULL OR topic = $topic)"
	  "   AND ($from IS NULL OR held_on >= $from)"
	  "   AND ($until IS NULL OR held_on <= $until)"
	  " ORDER BY event_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "event_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/training-events", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.training_events_create($key, $held_on, $title,"
	  " $topic, $hours)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/training-events/{id}/attendance", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.training_attendance WHERE event_id = $id"
	  " ORDER BY setting_name, setting",
	  one_params, 1 },
	{ HTTP_GET, "/v1/training-events/{id}/attendance/{ref}", MAY_DO,
	  ANSWER_ONE,
	  "SELECT * FROM api.training_attendance WHERE event_id = $id"
	  " AND _setting_id = (SELECT r.setting_id FROM api.setting_refs AS r"
	  "                     WHERE r.ref = $ref)",
	  one_params, 2 },
	{ HTTP_PUT, "/v1/training-events/{id}/attendance/{ref}", MAY_DO,
	  ANSWER_ONE,
	  "SELECT * FROM api.training_attendance_put($id, $ref, $if_match,"
	  " $people, $staff, $senco_came)",
	  one_params, nitems(one_params),
	  attendance_body, nitems(attendance_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_training = { routes, nitems(routes) };
