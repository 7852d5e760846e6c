/*
 * between.c — `sencoctl between`: children who left one place and have not
 * arrived at another.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#define FORMAT { "format", "FORMAT", "table (default), json or csv" }

static const struct option_row list_options[] = {
	{ "setting",  "REF",  "only who left this setting, as urn:106283" },
	{ "severity", "WORDS", "error, warn, info, commas between" },
	{ "status",   "WORDS", "E, K, N, commas between" },
	{ "owner",    "WORDS",
	  "whose step: setting_left, receiving_setting, authority" },
	{ "on",       "DATE", "as on this day (default today)" },
	FORMAT,
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "severity",     "severity" },
	{ "child_id",     "child", true },
	{ "surname",      "surname" },
	{ "forename",     "forename" },
	{ "sen_status",   "SEN" },
	{ "setting_name", "left" },
	{ "left_on",      "on", true },
	{ "days",         "days" },
	{ "school_days",  "school days" },
	{ "owner",        "whose step" },
	{ NULL },
};

static const struct option_row resolve_options[] = {
	{ "kind", "WORD", "arrived_elsewhere, home_educated, left_england, died,"
	  " duplicate, in_error or traced; needed" },
	{ "resolved-on", "DATE", "since when it is so; needed" },
	{ "la-code",     "CODE", "of the authority arrived in, as 352" },
	{ "note",        "TEXT", "no more than is needed" },
	{ NULL },
};

static const struct option_row format_options[] = { FORMAT, { NULL } };

static const struct json_column history_columns[] = {
	{ "resolution_id", "resolution", true },
	{ "left_on",       "left", true },
	{ "kind",          "what" },
	{ "resolved_on",   "since", true },
	{ "author",        "who says so" },
	{ "withdrawn_at",  "withdrawn", true },
	{ NULL },
};

static const struct option_row withdraw_options[] = {
	{ "reason", "TEXT", "why it was entered in error; needed" },
	{ NULL },
};

#define HISTORY "/v1/between/{}/resolutions"

enum { RESOLVE, RESOLUTIONS, WITHDRAW, LIST };

static const struct call calls[] = {
	[RESOLVE] = { "POST", "/v1/between/{}/resolve", .said = "Resolved." },
	[RESOLUTIONS] = { "GET", HISTORY, .columns = history_columns,
		          .said = "No rows: nothing was said of this child." },
	[WITHDRAW] = { "POST", HISTORY "/{}/withdraw", .said = "Withdrawn." },
	[LIST] = { "GET", "/v1/between", .columns = list_columns,
		   .said = "No rows: every child that left has arrived." },
};

const struct command between_commands[] = {
	{ "between resolve", "CHILD", 1, 1,
	  "say what became of a child", resolve_options, call_run,
	  &calls[RESOLVE] },
	{ "between resolutions", "CHILD", 1, 1,
	  "what was said of a child", format_options, call_run,
	  &calls[RESOLUTIONS] },
	{ "between withdraw", "CHILD RESOLUTION", 2, 2,
	  "it was entered in error", withdraw_options, call_run,
	  &calls[WITHDRAW] },
	{ "between", "", 0, 0,
	  "children who left and have not arrived", list_options, call_run,
	  &calls[LIST] },
	{ NULL },
};
