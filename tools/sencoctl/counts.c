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
	{ "on", "DATE", "as on this day (default today)" },
	COMMON
};
static const struct option_row weeks_options[] = {
	{ "of", "WORD", "plan (default), decision or no_plan" },
	PERIOD, COMMON
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

static const struct call sen = {
	"GET", "/v1/reports/sen-counts", .columns = sen_columns,
	.said = "No rows: there are no children."
};
static const struct call weeks = {
	"GET", "/v1/reports/twenty-weeks", .columns = weeks_columns,
	.said = "No rows: nothing was decided."
};

const struct command counts_commands[] = {
	{ "report sen-counts", "", 0, 0,
	  "children by SEN status and need", sen_options, call_run, &sen },
	{ "report twenty-weeks", "", 0, 0,
	  "how many decisions and plans were in time", weeks_options,
	  call_run, &weeks },
	{ NULL },
};
