/*
 * findings.c — what the law and the Code make of the SENCO of each setting:
 * how one setting stands, and everything that is not as it should be. The
 * rules are the database's (sql/resources/senco_states.sql, findings.sql).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

static const char *const codes_severity[] = { "error", "warn", "info", NULL };
static const char *const codes_state[] = {
	"HOLDS_NASENCO", "HOLDS_NPQ", "IN_TRAINING", "EXEMPT_PRIOR_SERVICE",
	"EXEMPT_PRE_2009", "OVERDUE", "NOT_QTS", "HEADTEACHER_ROUTE", "VACANT",
	"UNKNOWN", "IDENTIFIED", "NOT_IDENTIFIED", "NONE_NEEDED",
	"NAMED_PERSON", "NOT_REQUIRED", NULL
};

static const struct field list_params[] = {
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT, OPTIONAL },
	{ "rule",     FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "finding",  FIELD_TEXT, OPTIONAL, .max = 1000 },
	{ "severity", FIELD_CODES, OPTIONAL, .codes = codes_severity },
	{ "state",    FIELD_CODES, OPTIONAL, .codes = codes_state },
	{ "on",       FIELD_DATE, OPTIONAL },
	{ "as_of",    FIELD_TIME, OPTIONAL },
};

static const struct field senco_params[] = {
	{ "ref",   FIELD_SETTING, REQUIRED },
	{ "on",    FIELD_DATE, OPTIONAL },
	{ "as_of", FIELD_TIME, OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/findings", MAY_READ, ANSWER_LIST,
	  "SELECT f.* FROM api.findings(coalesce($on, current_date),"
	  " coalesce($as_of, now())) AS f"
	  " WHERE ($setting IS NULL OR f.setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($caseload IS NULL OR f.setting_id IN"
	  "        (SELECT m.setting_id FROM api.caseload_members AS m"
	  "          WHERE m.caseload_id = $caseload"
	  "            AND coalesce($on, current_date)"
	  "                BETWEEN m.from_on AND m.to_on))"
	  "   AND ($rule IS NULL OR f.rule = ANY (string_to_array($rule, ',')))"
	  "   AND ($finding IS NULL"
	  "        OR f.finding = ANY (string_to_array($finding, ',')))"
	  "   AND ($severity IS NULL"
	  "        OR f.severity = ANY (string_to_array($severity, ',')))"
	  "   AND ($state IS NULL"
	  "        OR f.state = ANY (string_to_array($state, ',')))"
	  " ORDER BY array_position(ARRAY['error', 'warn', 'info'], f.severity),"
	  " f.setting_name, f.setting_id, f.finding, f.staff, f.staff_id",
	  list_params, nitems(list_params) },
	{ HTTP_GET, "/v1/settings/{ref}/senco", MAY_READ, ANSWER_ONE,
	  "SELECT s.* FROM api.senco_states(coalesce($on, current_date),"
	  " coalesce($as_of, now()), api.setting_list($ref), false) AS s",
	  senco_params, nitems(senco_params) },
};

const struct resource resource_findings = { routes, nitems(routes) };
