/*
 * reports.c — `sencoctl report …`: coverage with SENCOs, qualifications that
 * fall due, shared SENCOs, caseloads, training; as a table or for a file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#define FORM \
	{ "format", "FORMAT", "table (default), json, csv or xlsx" }, \
	{ "output", "FILE", "where a workbook (xlsx) goes" }
#define ON { "on", "DATE", "as on this day (default today)" }
#define SETTING { "setting", "REF", "only of this setting" }

static const struct option_row coverage_options[] = {
	SETTING,
	{ "regime",   "LIST", "school, college, childminder …" },
	{ "state",    "LIST", "as VACANT,OVERDUE" },
	{ "severity", "LIST", "error, warn, info, none" },
	ON, FORM, { NULL }
};
static const struct option_row qualifications_options[] = {
	SETTING,
	{ "until", "DATE", "only what is due on this day or before" },
	ON, FORM, { NULL }
};
static const struct option_row shared_options[] = {
	{ "state", "LIST", "proposed, approved, declined, ended" },
	ON, FORM, { NULL }
};
static const struct option_row caseloads_options[] = {
	{ "days", "NUMBER", "no contact for more than so many is a gap" },
	ON, FORM, { NULL }
};
static const struct option_row training_options[] = {
	SETTING, { "caseload", "ID", "only of this caseload" },
	ON, FORM, { NULL }
};

static const struct json_column coverage_columns[] = {
	{ "severity", "" }, { "setting", "setting", true },
	{ "setting_name", "name" }, { "senco", "SENCO" },
	{ "hours_per_week", "hours" }, { "state", "state" },
	{ "sentence", "how it stands", true }, { NULL }
};
static const struct json_column qualifications_columns[] = {
	{ "senco", "SENCO" }, { "setting_name", "setting" },
	{ "became_on", "since" }, { "due_on", "due" },
	{ "days_left", "days left" }, { "course", "course" }, { NULL }
};
static const struct json_column shared_columns[] = {
	{ "name", "arrangement" }, { "senco", "SENCO" }, { "state", "state" },
	{ "schools", "schools" }, { "hours_per_week", "hours" },
	{ "not_met", "not met" }, { "next_review_on", "next review" },
	{ "last_outcome", "last outcome" }, { NULL }
};
static const struct json_column caseloads_columns[] = {
	{ "name", "caseload" }, { "area_senco", "Area SENCO" },
	{ "settings", "settings" }, { "sen_support", "SEN support" },
	{ "ehc_plan", "EHC plan" }, { "named_children", "named" },
	{ "weight", "weight" }, { "without_contact", "no contact" },
	{ "longest_gap", "longest gap" }, { NULL }
};
static const struct json_column training_columns[] = {
	{ "setting_name", "setting" }, { "caseload", "caseload" },
	{ "is_trained", "12 months" }, { "is_trained_long", "24 months" },
	{ "events", "events" }, { "networks", "networks" },
	{ "practice", "practice" }, { NULL }
};

static const struct call coverage = {
	"GET", "/v1/reports/senco-coverage", .columns = coverage_columns,
	.said = "No rows: there is no such setting."
};
static const struct call qualifications = {
	"GET", "/v1/reports/qualifications-due",
	.columns = qualifications_columns,
	.said = "No rows: no qualification falls due."
};
static const struct call shared = {
	"GET", "/v1/reports/shared-arrangements", .columns = shared_columns,
	.said = "No rows: no SENCO is shared."
};
static const struct call caseloads = {
	"GET", "/v1/reports/caseloads", .columns = caseloads_columns,
	.said = "No rows: there is no caseload."
};
static const struct call training = {
	"GET", "/v1/reports/training-reach", .columns = training_columns,
	.said = "No rows: there is no such setting."
};

const struct command reports_commands[] = {
	{ "report senco-coverage", "", 0, 0,
	  "how each setting stands with its SENCO", coverage_options, call_run,
	  &coverage },
	{ "report qualifications-due", "", 0, 0,
	  "SENCOs who have yet to hold the qualification",
	  qualifications_options, call_run, &qualifications },
	{ "report shared-arrangements", "", 0, 0,
	  "schools that share a SENCO, and what is not met", shared_options,
	  call_run, &shared },
	{ "report caseloads", "", 0, 0,
	  "how full each caseload is, and gaps of contact", caseloads_options,
	  call_run, &caseloads },
	{ "report training-reach", "", 0, 0,
	  "whom training, networks and practice reach", training_options,
	  call_run, &training },
	{ NULL },
};
