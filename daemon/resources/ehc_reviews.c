/*
 * ehc_reviews.c — what is to come of plans: annual reviews, the forecast of
 * each milestone, and what is not as it should be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define MAY_FORESEE (ROLE_AREA_SENCO | MAY_WRITE)

static const char *const codes_state[] = {
	"late", "meeting_late", "decision", "open", "unknown", NULL
};
static const char *const codes_basis[] = { "case", "record", NULL };
static const char *const codes_severity[] = { "error", "warn", "info", NULL };
static const char *const codes_area[] = {
	"employment", "independent_living", "community", "health", NULL
};
static const char *const codes_milestone[] = {
	"assess_decision", "advice", "draft", "final_plan", "review_decision",
	"phase_final", NULL
};

/* Rows of one setting, or of the settings of a caseload on that day. */
#define AT_SETTINGS(row) \
	" WHERE ($setting IS NULL OR " row ".setting_id =" \
	"        (SELECT r.setting_id FROM api.setting_refs AS r" \
	"          WHERE r.ref = $setting))" \
	"   AND ($caseload IS NULL OR " row ".setting_id IN" \
	"        (SELECT m.setting_id FROM api.caseload_members AS m" \
	"          WHERE m.caseload_id = $caseload" \
	"            AND coalesce($on, current_date)" \
	"                BETWEEN m.from_on AND m.to_on))"

static const struct field reviews_params[] = {
	{ "setting",   FIELD_SETTING, OPTIONAL },
	{ "caseload",  FIELD_INT,     OPTIONAL },
	{ "until",     FIELD_DATE,    OPTIONAL },
	{ "state",     FIELD_CODES,   OPTIONAL, .codes = codes_state },
	{ "basis",     FIELD_CODE,    OPTIONAL, .codes = codes_basis },
	{ "adulthood", FIELD_BOOL,    OPTIONAL },
	{ "on",        FIELD_DATE,    OPTIONAL },
};

static const struct field adulthood_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field adulthood_body[] = {
	{ "areas", FIELD_CODES, OPTIONAL, .codes = codes_area },
};

static const struct field forecast_params[] = {
	{ "setting",   FIELD_SETTING, OPTIONAL },
	{ "caseload",  FIELD_INT,     OPTIONAL },
	{ "milestone", FIELD_CODES,   OPTIONAL, .codes = codes_milestone },
	{ "late",      FIELD_BOOL,    OPTIONAL },
	{ "on",        FIELD_DATE,    OPTIONAL },
};

static const struct field findings_params[] = {
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT,     OPTIONAL },
	{ "severity", FIELD_CODES,   OPTIONAL, .codes = codes_severity },
	{ "on",       FIELD_DATE,    OPTIONAL },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/ehc/reviews", MAY_READ, ANSWER_LIST,
	  "SELECT v.child_id, v.ehc_case AS case_id, v.setting, v.setting_name, v.surname,"
	  " v.forename, v.basis, v.in_force_on, v.last_meeting_on,"
	  " v.last_decision_on, v.last_outcome, v.due_on, v.days_left,"
	  " v.meeting_by, v.is_under_five, v.early_by, v.cycle_due_on,"
	  " v.year_group, v.is_adulthood_due, v.adulthood, v.is_late, v.state,"
	  " v.rule, v.reference"
	  "  FROM api.ehc_reviews(coalesce($on, current_date)) AS v"
	  AT_SETTINGS("v")
	  "   AND ($until IS NULL OR v.due_on <= $until)"
	  "   AND ($state IS NULL"
	  "        OR v.state = ANY (string_to_array($state, ',')))"
	  "   AND ($basis IS NULL OR v.basis = $basis)"
	  "   AND ($adulthood IS NULL OR v.is_adulthood_due = $adulthood)"
	  " ORDER BY v.due_on, v.surname, v.forename, v.child_id",
	  reviews_params, nitems(reviews_params) },
	{ HTTP_GET, "/v1/ehc/events/{id}/adulthood", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.ehc_adulthood WHERE event_id = $id",
	  adulthood_params, 1 },
	{ HTTP_PUT, "/v1/ehc/events/{id}/adulthood", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.ehc_adulthood_put($id, $if_match, $areas)",
	  adulthood_params, nitems(adulthood_params),
	  adulthood_body, nitems(adulthood_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_GET, "/v1/ehc/forecast", MAY_FORESEE, ANSWER_LIST,
	  "SELECT f.rank, f.ehc_case AS case_id, f.child_id, n.setting, n.setting_name,"
	  " f.milestone, f.clock, f.name, f.started_on, f.elapsed_days,"
	  " f.due_on, f.days_left, f.likely_on, f.chance_late, f.is_late,"
	  " f.basis, f.sentence, f.inputs, f.rule, f.reference"
	  "  FROM api.ehc_forecast(coalesce($on, current_date)) AS f"
	  "  LEFT JOIN api.setting_names AS n USING (setting_id)"
	  AT_SETTINGS("f")
	  "   AND ($milestone IS NULL"
	  "        OR f.milestone = ANY (string_to_array($milestone, ',')))"
	  "   AND ($late IS NULL OR f.is_late = $late)"
	  " ORDER BY f.rank, f.is_late DESC, f.due_on, f.ehc_case, f.milestone,"
	  " f.started_on",
	  forecast_params, nitems(forecast_params) },
	{ HTTP_GET, "/v1/ehc/findings", MAY_READ, ANSWER_LIST,
	  "SELECT f.ehc_case AS case_id, f.child_id, n.setting, n.setting_name, f.rule,"
	  " f.finding, f.severity, f.sentence, f.inputs, f.reference"
	  "  FROM api.ehc_findings(coalesce($on, current_date)) AS f"
	  "  LEFT JOIN api.setting_names AS n USING (setting_id)"
	  AT_SETTINGS("f")
	  "   AND ($severity IS NULL"
	  "        OR f.severity = ANY (string_to_array($severity, ',')))"
	  " ORDER BY array_position(ARRAY['error', 'warn', 'info'], f.severity),"
	  " f.finding, f.ehc_case",
	  findings_params, nitems(findings_params) },
};

const struct resource resource_ehc_reviews = { routes, nitems(routes) };
