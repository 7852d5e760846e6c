/*
 * counts.c — `sencoctl report sen-counts`, `twenty-weeks` …: counts with
 * totals, for the desk or, with --publication, to be passed on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#define COMMON \
	{ "publication", NULL, "hide small numbers, and what tells them" }, \
	{ "format", "FORMAT", "table (default), json, csv or xlsx" }, \
	{ "output", "FILE", "where a workbook (xlsx) goes" }, \
	{ NULL }
#define YEAR { "year", "YEAR", "of the September moved in" }
#define ON_DAY { "on", "DATE", "as on this day (default today)" }
#define KIND_SETTING \
	{ "kind", "LIST", "as EYS,PRS" }, \
	{ "setting", "REF", "only of this setting" }
#define PERIOD \
	{ "by", "WORD", "year (default) or month" }, \
	{ "from", "DATE", "from this day" }, \
	{ "until", "DATE", "until this day" }, \
	{ "as-of", "TIME", "as known at this time" }

static const struct option_row sen_options[] = {
	{ "by", "WORD", "setting (default), type, phase, locality, year_group, "
	  "need" },
	{ "across", "WORD", "status (default) or need" },
	{ "setting", "REF", "only at this setting" },
	{ "type", "LIST", "only settings of these types" },
	ON_DAY, COMMON
};
static const struct option_row weeks_options[] = {
	{ "of", "WORD", "plan (default), decision or no_plan" },
	PERIOD, COMMON
};
static const struct option_row reviews_options[] = {
	{ "of", "WORD", "review (default), decision, amendment or whole" },
	{ "on", "DATE", "overdue as on this day (default today)" },
	PERIOD, COMMON
};
static const struct option_row phase_options[] = {
	YEAR, { "by", "WORD", "kind (default), setting or deadline" },
	KIND_SETTING, ON_DAY, COMMON
};
static const struct option_row flows_options[] = {
	YEAR, KIND_SETTING, COMMON
};
static const struct option_row moves_options[] = {
	YEAR, { "by", "WORD", "kind (default), setting, to, rag, state, status" },
	{ "across", "WORD", "rag (default), state or status" },
	KIND_SETTING, ON_DAY, COMMON
};
static const struct option_row between_options[] = {
	{ "by", "WORD", "owner (default), setting, finding, status, weeks" },
	{ "setting", "REF", "only those who left this setting" },
	ON_DAY, COMMON
};
static const struct option_row handovers_options[] = {
	YEAR, { "by", "WORD", "kind (default), setting or to" },
	{ "across", "WORD", "state (default) or lateness" },
	KIND_SETTING, COMMON
};
static const struct option_row continuity_options[] = {
	YEAR, { "by", "WORD", "kind (default), setting or to" },
	KIND_SETTING, ON_DAY, COMMON
};

static const struct json_column sen_columns[] = {
	{ "group", "of", true }, { "group_name", "name" },
	{ "measure", "what", true }, { "count", "children" },
	{ "percent", "%" }, { NULL }
};
static const struct json_column weeks_columns[] = {
	{ "group", "in", true }, { "measure", "what", true },
	{ "count", "number" }, { "percent", "%" },
	{ "percent_in_time", "% in time" },
	{ "percent_in_time_without_exceptions", "% without exceptions" },
	{ NULL }
};
static const struct json_column phase_columns[] = {
	{ "group", "of", true }, { "group_name", "name" },
	{ "measure", "what", true }, { "count", "plans" },
	{ "percent", "%" }, { "days_late_mean", "days late" },
	{ "days_late_most", "at most" }, { NULL }
};
static const struct json_column flows_columns[] = {
	{ "kind", "kind" }, { "from", "from", true }, { "from_name", "" },
	{ "to", "to", true }, { "to_name", "" }, { "count", "children" },
	{ NULL }
};
static const struct json_column continuity_columns[] = {
	{ "group", "of", true }, { "group_name", "name" },
	{ "measure", "what was known", true }, { "count", "moves" },
	{ "percent", "%" }, { "score_mean", "mean score" }, { NULL }
};

static const struct call sen = {
	"GET", "/v1/reports/sen-counts", .columns = sen_columns,
	.said = "No rows: there are no children."
};
static const struct call weeks = {
	"GET", "/v1/reports/twenty-weeks", .columns = weeks_columns,
	.said = "No rows: nothing was decided."
};
static const struct call reviews = {
	"GET", "/v1/reports/annual-reviews", .columns = weeks_columns,
	.said = "No rows: no review was due."
};
static const struct call phase = {
	"GET", "/v1/reports/phase-transfers", .columns = phase_columns,
	.said = "No rows: no plan is due for a change of phase."
};
static const struct call flows = {
	"GET", "/v1/reports/flows", .columns = flows_columns,
	.said = "No rows: nobody moves."
};
static const struct call moves = {
	"GET", "/v1/reports/transition-counts", .columns = sen_columns,
	.said = "No rows: nobody moves."
};
static const struct call between = {
	"GET", "/v1/reports/between", .columns = sen_columns,
	.said = "No rows: nobody is between settings."
};
static const struct call handovers = {
	"GET", "/v1/reports/handovers", .columns = sen_columns,
	.said = "No rows: nobody moves."
};
static const struct call continuity = {
	"GET", "/v1/reports/continuity", .columns = continuity_columns,
	.said = "No rows: nobody moves."
};
static const struct call dashboard = {
	"GET", "/v1/reports/dashboard", .is_one = true
};

const struct command counts_commands[] = {
	{ "report dashboard", "", 0, 0,
	  "the numbers of the first page, and when they were counted", NULL,
	  call_run, &dashboard },
	{ "report sen-counts", "", 0, 0,
	  "children by SEN status and need", sen_options, call_run, &sen },
	{ "report twenty-weeks", "", 0, 0,
	  "how many decisions and plans were in time", weeks_options,
	  call_run, &weeks },
	{ "report annual-reviews", "", 0, 0,
	  "how many reviews were held and decided in time", reviews_options,
	  call_run, &reviews },
	{ "report phase-transfers", "", 0, 0,
	  "how many plans were final before the named day", phase_options,
	  call_run, &phase },
	{ "report flows", "", 0, 0,
	  "how many children move from where to where", flows_options,
	  call_run, &flows },
	{ "report transition-counts", "", 0, 0,
	  "the cohort of a year by kind, colour and state", moves_options,
	  call_run, &moves },
	{ "report between", "", 0, 0,
	  "how many children are between settings", between_options,
	  call_run, &between },
	{ "report handovers", "", 0, 0,
	  "how many hand-overs were sent and seen, and are late",
	  handovers_options, call_run, &handovers },
	{ "report continuity", "", 0, 0,
	  "how much was known on the first day", continuity_options,
	  call_run, &continuity },
	{ NULL },
};
