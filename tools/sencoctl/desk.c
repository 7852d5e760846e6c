/*
 * desk.c — `sencoctl desk`: the work and the time of a SENCO over all the
 * settings she is in charge of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "staff",   "ID",     "whose, for officers and managers" },
	{ "setting", "REF",    "only of this setting, as urn:106283" },
	{ "kind",    "KINDS",  "only these, commas between" },
	{ "until",   "DATE",   "due until this day" },
	{ "on",      "DATE",   "as on this day (default today)" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "due_on",       "due", true },
	{ "days",         "days" },
	{ "setting_name", "setting" },
	{ "kind",         "kind" },
	{ "surname",      "surname" },
	{ "forename",     "forename" },
	{ "sentence",     "what" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/desk", .columns = list_columns,
	.said = "No rows: nothing is due."
};

static const struct option_row time_options[] = {
	{ "staff",   "ID",     "whose, for officers and managers" },
	{ "by",      "WORD",   "week (default) or term" },
	{ "from",    "DATE",   "from this day (default the school year)" },
	{ "until",   "DATE",   "until this day (default today)" },
	{ "setting", "REF",    "only at this setting" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column time_columns[] = {
	{ "period",          "period", true },
	{ "setting_name",    "setting" },
	{ "planned_minutes", "planned" },
	{ "used_minutes",    "used" },
	{ "difference",      "difference" },
	{ NULL },
};

static const struct call time_sums = {
	"GET", "/v1/desk/time", .columns = time_columns,
	.said = "No rows: no time was planned or used."
};

static const struct option_row entries_options[] = {
	{ "staff",   "ID",     "whose, for officers and managers" },
	{ "setting", "REF",    "only at this setting" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct call entries = {
	"GET", "/v1/desk/time/entries",
	.said = "No rows: nothing was written down."
};

static const struct option_row add_options[] = {
	{ "setting",  "REF",    "where; needed" },
	{ "on",       "DATE",   "on which day; needed" },
	{ "minutes",  "NUMBER", "how long; needed" },
	{ "activity", "WORD",   "teaching_away, review, parents, observation, admin, training or other; needed" },
	{ NULL },
};

static const struct call add = {
	"POST", "/v1/desk/time", .said = "Written down."
};
static const struct call withdraw = {
	"POST", "/v1/desk/time/{}/withdraw", .said = "Withdrawn."
};

const struct command desk_commands[] = {
	{ "desk list", "", 0, 0,
	  "a SENCO's work over all her settings", list_options, call_run, &list },
	{ "desk time", "", 0, 0,
	  "hours planned and used a setting", time_options, call_run, &time_sums },
	{ "desk entries", "", 0, 0,
	  "the time written down", entries_options, call_run, &entries },
	{ "desk add", "", 0, 0,
	  "write down where the time of a day went", add_options, call_run, &add },
	{ "desk withdraw", "ENTRY", 1, 1,
	  "time written down in error", NULL, call_run, &withdraw },
	{ NULL },
};
