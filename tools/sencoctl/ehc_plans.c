/*
 * ehc_plans.c — `sencoctl ehc plans`, `placements`, `budgets`, `reviews`,
 * `forecast`, `findings`: what was issued for a child, and what is to come.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row format_options[] = {
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

#define PLACE_OPTIONS \
	{ "setting",      "REF",  "the setting it names, as urn:106283" }, \
	{ "setting-type", "WORD", "or only its type: early_years, mainstream, special, alternative_provision, independent, post_16, other" }, \
	{ "sen-setting",  "CODE", "SEN2's code where there is no URN: OLA, OPA, EHE, EYP, OTH, NEET, NIEC, NIEO" }, \
	{ "sen-setting-other", "TEXT", "what OTH stands for" }, \
	{ "is-sen-unit",  NULL,   "in its SEN unit" }, \
	{ "is-resourced-provision", NULL, "in its resourced provision" }, \
	{ "residential",  "WORD", "weeks_38_51 or weeks_52" }, \
	{ "work-based",   "WORD", "apprenticeship, traineeship or supported_internship" }, \
	{ "entry-on",     "DATE", "the first day there" }

static const struct option_row plan_options[] = {
	{ "kind",      "WORD", "draft, final, amended or transferred; needed" },
	{ "issued-on", "DATE", "when; needed" },
	{ "year",      "NUMBER", "year of the transfer it is amended for" },
	{ "sections",  "LIST", "those it has, as A,B,H1" },
	{ "changed",   "LIST", "those that changed" },
	PLACE_OPTIONS,
	{ NULL },
};

static const struct option_row outcome_options[] = {
	{ "outcome",   "TEXT", "what is aimed at; needed" },
	{ "area",      "WORD", "employment, independent_living, community or health" },
	{ "target-on", "DATE", "by when" },
	{ NULL },
};

static const struct option_row placement_options[] = {
	{ "named-on", "DATE", "when; needed" },
	{ "version",  "NUMBER", "of the plan; without: that in force" },
	{ "rank",     "NUMBER", "1 (default) or 2" },
	{ "left-on",  "DATE", "the last day there" },
	PLACE_OPTIONS,
	{ NULL },
};

static const struct option_row stay_options[] = {
	{ "entry-on", "DATE", "the first day there" },
	{ "left-on",  "DATE", "the last day there" },
	{ NULL },
};

static const struct option_row budget_options[] = {
	{ "kind",     "WORD", "direct_payment, arranged, third_party or combined; needed" },
	{ "payments", "LIST", "paid directly: education, health, social_care, integrated" },
	{ "from-on",  "DATE", "from which day; needed" },
	{ NULL },
};

static const struct option_row end_options[] = {
	{ "to-on", "DATE", "the last day; needed" },
	{ NULL },
};

static const struct option_row reviews_options[] = {
	{ "setting",   "REF",    "only of children at this setting" },
	{ "caseload",  "N",      "only of the settings of this caseload" },
	{ "until",     "DATE",   "due until this day" },
	{ "state",     "LIST",   "late, meeting_late, decision, open, unknown" },
	{ "basis",     "WORD",   "case or record" },
	{ "adulthood", NULL,     "only those that must cover adulthood" },
	{ "on",        "DATE",   "as of this day" },
	{ "format",    "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row adulthood_options[] = {
	{ "areas", "LIST", "what was covered: employment, independent_living, community, health; needed" },
	{ NULL },
};

static const struct option_row forecast_options[] = {
	{ "setting",   "REF",    "only of children at this setting" },
	{ "caseload",  "N",      "only of the settings of this caseload" },
	{ "milestone", "LIST",   "assess_decision, advice, draft, final_plan, review_decision, phase_final" },
	{ "late",      NULL,     "only what is late already" },
	{ "on",        "DATE",   "as of this day" },
	{ "format",    "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row findings_options[] = {
	{ "setting",  "REF",    "only of children at this setting" },
	{ "caseload", "N",      "only of the settings of this caseload" },
	{ "severity", "LIST",   "error, warn, info" },
	{ "on",       "DATE",   "as of this day" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column sections_columns[] = {
	{ "section",   "section", true },
	{ "is_needed", "needed" },
	{ "name",      "what" },
	{ NULL },
};

static const struct json_column plans_columns[] = {
	{ "version",     "version", true },
	{ "kind",        "kind", true },
	{ "issued_on",   "issued", true },
	{ "is_in_force", "in force" },
	{ "sections",    "sections" },
	{ "changed",     "changed" },
	{ NULL },
};

static const struct json_column placements_columns[] = {
	{ "placement_id", "placement", true },
	{ "version",      "version", true },
	{ "setting_name", "setting" },
	{ "setting_type", "type" },
	{ "rank",         "rank", true },
	{ "entry_on",     "from", true },
	{ "left_on",      "until", true },
	{ NULL },
};

static const struct json_column budgets_columns[] = {
	{ "budget_id", "budget", true },
	{ "kind",      "kind" },
	{ "payments",  "paid directly" },
	{ "from_on",   "from", true },
	{ "to_on",     "until", true },
	{ NULL },
};

static const struct json_column reviews_columns[] = {
	{ "child_id",     "child", true },
	{ "surname",      "surname" },
	{ "setting_name", "setting" },
	{ "state",        "state" },
	{ "due_on",       "due", true },
	{ "meeting_by",   "meeting by", true },
	{ "is_adulthood_due", "adulthood" },
	{ NULL },
};

static const struct json_column forecast_columns[] = {
	{ "rank",        "rank", true },
	{ "case_id",     "case", true },
	{ "name",        "what" },
	{ "due_on",      "due", true },
	{ "likely_on",   "likely", true },
	{ "chance_late", "chance late", true },
	{ "sentence",    "why" },
	{ NULL },
};

static const struct json_column findings_columns[] = {
	{ "severity", "severity" },
	{ "case_id",  "case", true },
	{ "finding",  "finding" },
	{ "sentence", "what" },
	{ NULL },
};

enum {
	SECTIONS, PLANS, PLAN, OUTCOME, PLACEMENTS, PLACEMENT, STAY, BUDGETS,
	BUDGET, END, REVIEWS, ADULTHOOD, FORECAST, FINDINGS
};

static const struct call calls[] = {
	[SECTIONS] = { "GET", "/v1/ehc/sections", .columns = sections_columns },
	[PLANS] = { "GET", "/v1/ehc/cases/{}/plans", .columns = plans_columns,
		    .said = "No rows: no version is written down." },
	[PLAN] = { "POST", "/v1/ehc/cases/{}/plans", .said = "Written down." },
	[OUTCOME] = { "POST", "/v1/ehc/cases/{}/plans/{}/outcomes",
		      .said = "Written down." },
	[PLACEMENTS] = { "GET", "/v1/ehc/cases/{}/placements",
		         .columns = placements_columns,
		         .said = "No rows: none is named." },
	[PLACEMENT] = { "POST", "/v1/ehc/cases/{}/placements",
		        .said = "Named." },
	[STAY] = { "PUT", "/v1/ehc/placements/{}",
		   .read = "/v1/ehc/placements/{}", .said = "Written down." },
	[BUDGETS] = { "GET", "/v1/ehc/cases/{}/budgets",
		      .columns = budgets_columns,
		      .said = "No rows: there is no personal budget." },
	[BUDGET] = { "POST", "/v1/ehc/cases/{}/budgets", .said = "Agreed." },
	[END] = { "POST", "/v1/ehc/budgets/{}/end",
		  .read = "/v1/ehc/budgets/{}", .said = "Ended." },
	[REVIEWS] = { "GET", "/v1/ehc/reviews", .columns = reviews_columns,
		      .said = "No rows: no review is to come." },
	[ADULTHOOD] = { "PUT", "/v1/ehc/events/{}/adulthood",
		        .read = "/v1/ehc/events/{}/adulthood",
		        .may_be_new = true,
		        .said = "Written down." },
	[FORECAST] = { "GET", "/v1/ehc/forecast", .columns = forecast_columns,
		       .said = "No rows: nothing is waited for." },
	[FINDINGS] = { "GET", "/v1/ehc/findings", .columns = findings_columns,
		       .said = "No rows: nothing is to be mended." },
};

const struct command ehc_plans_commands[] = {
	{ "ehc sections", "", 0, 0,
	  "what a plan is made of", format_options, call_run,
	  &calls[SECTIONS] },
	{ "ehc plans", "CASE", 1, 1,
	  "versions of a plan", format_options, call_run, &calls[PLANS] },
	{ "ehc plans add", "CASE", 1, 1,
	  "write down a version that was issued", plan_options, call_run,
	  &calls[PLAN] },
	{ "ehc plans outcome", "CASE VERSION", 2, 2,
	  "an outcome of its section E", outcome_options, call_run,
	  &calls[OUTCOME] },
	{ "ehc placements", "CASE", 1, 1,
	  "placements named in section I", format_options, call_run,
	  &calls[PLACEMENTS] },
	{ "ehc placements add", "CASE", 1, 1,
	  "name another placement", placement_options, call_run,
	  &calls[PLACEMENT] },
	{ "ehc placements stay", "PLACEMENT", 1, 1,
	  "when the child came and left", stay_options, call_run,
	  &calls[STAY] },
	{ "ehc budgets", "CASE", 1, 1,
	  "personal budgets", format_options, call_run, &calls[BUDGETS] },
	{ "ehc budgets add", "CASE", 1, 1,
	  "a personal budget was agreed", budget_options, call_run,
	  &calls[BUDGET] },
	{ "ehc budgets end", "BUDGET", 1, 1,
	  "it ended", end_options, call_run, &calls[END] },
	{ "ehc reviews", "", 0, 0,
	  "annual reviews to come", reviews_options, call_run,
	  &calls[REVIEWS] },
	{ "ehc reviews adulthood", "EVENT", 1, 1,
	  "what a meeting covered of adulthood", adulthood_options, call_run,
	  &calls[ADULTHOOD] },
	{ "ehc forecast", "", 0, 0,
	  "what is likely to be late", forecast_options, call_run,
	  &calls[FORECAST] },
	{ "ehc findings", "", 0, 0,
	  "what is not as it should be of plans", findings_options, call_run,
	  &calls[FINDINGS] },
	{ NULL },
};
