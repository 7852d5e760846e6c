/*
 * agency_contacts.c — contacts that bring agencies together about a setting or
 * one of its children, and contacts with groups such as childminder agencies.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_DO (ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "group",   FIELD_INT,     OPTIONAL },
	{ "child",   FIELD_UUID,    OPTIONAL },
	{ "agency",  FIELD_CODE,    OPTIONAL, .codes = codes_agency },
	{ "from",    FIELD_DATE,    OPTIONAL },
	{ "until",   FIELD_DATE,    OPTIONAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field create_body[] = {
	{ "setting",   FIELD_SETTING, OPTIONAL }, /* or */
	{ "group_id",  FIELD_INT,   OPTIONAL },
	{ "child_id",  FIELD_UUID,  OPTIONAL },
	{ "held_on",   FIELD_DATE,  REQUIRED },
	{ "agencies",  FIELD_CODES, OPTIONAL, .codes = codes_agency },
	{ "purpose",   FIELD_TEXT,  REQUIRED, .max = 500 },
	{ "agreement", FIELD_TEXT,  OPTIONAL, .max = 200 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/agency-contacts", MAY_DO, ANSWER_LIST,
	  "SELECT * FROM api.agency_contacts"
	  " WHERE ($after IS NULL OR contact_id > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($group IS NULL OR group_id = $group)"
	  "   AND ($child IS NULL OR child_id = $child)"
	  "   AND ($agency IS NULL OR $agency = ANY (agencies))"
	  "   AND ($from IS NULL OR held_on >= $from)"
	  "   AND ($until IS NULL OR held_on <= $until)"
	  " ORDER BY contact_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "contact_id", .key_type = FIELD_UUID },
	{ HTTP_POST, "/v1/agency-contacts", MAY_DO, ANSWER_ONE,
	  "SELECT * FROM api.agency_contacts_create($key, $setting, $group_id,"
	  " $child_id, $held_on, $agencies, $purpose, $agreement)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
};

const struct resource resource_agency_contacts = { routes, nitems(routes) };
