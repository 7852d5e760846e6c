/*
 * deadlines.c — `sencoctl deadlines`: what is due, counted or not, and what
 * would be under another version of a clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#define FORMAT { "format", "FORMAT", "table (default), json or csv" }
#define FILTERS \
	{ "owner", "WORDS", "whose step: la, setting, adviser …, commas between" }, \
	{ "clock", "WORDS", "as final_plan, between, plan_review" }, \
	{ "rule", "WORDS", "of these rules" }, \
	{ "severity", "WORDS", "error, warn, info" }, \
	{ "setting", "REF", "only of this setting" }, \
	{ "caseload", "ID", "only of this caseload" }, \
	{ "days", "NUMBER", "due within so many days (default 28)" }, \
	{ "late", NULL, "only what is late" }, \
	{ "on", "DATE", "as on this day (default today)" }

static const struct option_row list_options[] = {
	FILTERS, FORMAT, { NULL }
};

static const struct option_row summary_options[] = {
	{ "by", "WORD", "day, owner, rule, clock or setting; needed" },
	FILTERS, FORMAT, { NULL }
};

static const struct option_row recompute_options[] = {
	{ "clock",   "WORD",   "as final_plan; needed" },
	{ "version", "DATE",   "the version valid from that day" },
	{ "unit",    "WORD",
	  "day, week, month, working_day or school_day" },
	{ "amount",  "NUMBER", "so many of them; negative: counted back" },
	{ "on",      "DATE",   "as on this day (default today)" },
	FORMAT,
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "due_on",       "due", true },
	{ "days_left",    "days", true },
	{ "owner",        "whose step" },
	{ "name",         "what" },
	{ "surname",      "surname" },
	{ "forename",     "forename" },
	{ "setting_name", "setting" },
	{ "severity",     "severity" },
	{ NULL },
};

static const struct json_column summary_columns[] = {
	{ "of",           "of", true },
	{ "name",         "name" },
	{ "deadlines",    "deadlines" },
	{ "late",         "late" },
	{ "today",        "today" },
	{ "first_due_on", "first due", true },
	{ NULL },
};

static const struct json_column recompute_columns[] = {
	{ "clock",        "clock" },
	{ "child_id",     "child", true },
	{ "setting_name", "setting" },
	{ "starts_on",    "from", true },
	{ "old_due_on",   "was due", true },
	{ "new_due_on",   "would be", true },
	{ "was_late",     "was late" },
	{ "is_late",      "would be late" },
	{ NULL },
};

static const struct option_row clocks_options[] = {
	{ "process", "WORD",   "assessment, review, phase_transfer …" },
	{ "on",      "DATE",   "only versions of that day" },
	{ "format",  "FORMAT", "table (default), json, csv or xlsx" },
	{ "output",  "FILE",   "where a workbook (xlsx) goes" },
	{ NULL },
};

static const struct json_column clocks_columns[] = {
	{ "process",   "process" },
	{ "clock",     "clock", true },
	{ "name",      "what is due" },
	{ "amount",    "in" },
	{ "unit",      "of" },
	{ "starts",    "after" },
	{ "owner",     "whose step" },
	{ "reference", "by" },
	{ NULL },
};

static const struct option_row explain_options[] = {
	{ "start",   "DATE", "of what starts it; needed" },
	{ "setting", "REF",  "whose school days count" },
	{ NULL },
};

enum { SUMMARY, TOTALS, RECOMPUTE, LIST, CLOCKS, EXPLAIN };

static const struct call calls[] = {
	[SUMMARY] = { "GET", "/v1/deadlines/summary",
		      .columns = summary_columns, .said = "No rows: nothing is due." },
	[TOTALS] = { "GET", "/v1/clocks/recompute/totals", .is_one = true },
	[RECOMPUTE] = { "GET", "/v1/clocks/recompute",
		        .columns = recompute_columns,
		        .said = "No rows: nothing would be due on another day." },
	[LIST] = { "GET", "/v1/deadlines", .columns = list_columns,
		   .said = "No rows: nothing is due." },
	[CLOCKS] = { "GET", "/v1/clocks", .columns = clocks_columns,
		     .said = "No rows: no clock is of this process." },
	[EXPLAIN] = { "GET", "/v1/clocks/{}/explain", .is_one = true },
};

const struct command deadlines_commands[] = {
	{ "deadlines summary", "", 0, 0,
	  "how much is due, by day, owner, rule, clock or setting",
	  summary_options, call_run, &calls[SUMMARY] },
	{ "deadlines", "", 0, 0,
	  "everything that is due", list_options, call_run, &calls[LIST] },
	{ "recompute totals", "", 0, 0,
	  "how much another version of a clock would change",
	  recompute_options, call_run, &calls[TOTALS] },
	{ "recompute", "", 0, 0,
	  "what another version of a clock would change",
	  recompute_options, call_run, &calls[RECOMPUTE] },
	{ "clocks explain", "CLOCK", 1, 1,
	  "why a day is the day", explain_options, call_run,
	  &calls[EXPLAIN] },
	{ "clocks", "", 0, 0,
	  "every statutory clock with its source", clocks_options, call_run,
	  &calls[CLOCKS] },
	{ NULL },
};
