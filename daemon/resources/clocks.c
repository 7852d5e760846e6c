/*
 * clocks.c — the statutory timetable as data: every clock, what may excuse
 * it, and for any start the day it is due with the reason; the terms in which
 * school days are counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_PUT_TERMS (ROLE_LA_OFFICER | ROLE_LA_MANAGER | \
	ROLE_SCHOOL_SYSTEM | ROLE_SENCO)

static const struct field list_params[] = {
	{ "process", FIELD_TEXT, OPTIONAL, .max = 40 },
	{ "on", FIELD_DATE, OPTIONAL },
};

static const struct field explain_params[] = {
	{ "clock", FIELD_TEXT, REQUIRED, .max = 60 },
	{ "start", FIELD_DATE, REQUIRED },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field terms_params[] = {
	{ "year", FIELD_INT, REQUIRED, .min = 2015, .max = 2100 },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

static const struct field terms_body[] = {
	{ "terms", FIELD_CODES, REQUIRED },    /* "2026-09-02/2026-10-23" */
	{ "closures", FIELD_CODES, OPTIONAL }, /* "2026-10-02" */
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/clocks", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.clocks"
	  " WHERE ($process IS NULL OR process = $process)"
	  "   AND ($on IS NULL OR $on BETWEEN valid_from"
	  "        AND coalesce(valid_to, 'infinity'))"
	  " ORDER BY process, clock, valid_from",
	  list_params, nitems(list_params) },
	{ HTTP_GET, "/v1/clocks/exceptions", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.clock_exceptions ORDER BY exception" },
	{ HTTP_GET, "/v1/clocks/{clock}/explain", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.clock_explain($clock, $start, $setting)",
	  explain_params, nitems(explain_params) },
	{ HTTP_GET, "/v1/terms/{year}", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.terms WHERE school_year = $year"
	  " AND ($setting IS NULL AND setting IS NULL OR _setting_id ="
	  "      (SELECT r.setting_id FROM api.setting_refs AS r"
	  "        WHERE r.ref = $setting)) ORDER BY from_on",
	  terms_params, nitems(terms_params) },
	{ HTTP_PUT, "/v1/terms/{year}", MAY_PUT_TERMS, ANSWER_LIST,
	  "SELECT * FROM api.terms_put($year, $setting,"
	  " string_to_array($terms, ','), string_to_array($closures, ','))",
	  terms_params, nitems(terms_params), terms_body, nitems(terms_body),
	  .writes = true },
};

const struct resource resource_clocks = { routes, nitems(routes) };
