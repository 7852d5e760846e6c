/*
 * staff.c — `sencoctl staff`: who works as SENCO and what they hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "setting", "REF",    "only those with a post at this setting" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "staff_id", "staff", true },
	{ "name",     "name" },
	{ "email",    "e-mail" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/staff", .columns = list_columns,
	.said = "No rows: there is nobody such."
};

static const struct option_row add_options[] = {
	{ "name",  "TEXT", "as people call them; needed" },
	{ "email", "TEXT", "where they are written to" },
	{ NULL },
};

static const struct call add = { "POST", "/v1/staff", .said = "Added." };

const struct command staff_commands[] = {
	{ "staff list", "", 0, 0,
	  "who works as SENCO, deputy, head …", list_options, call_run, &list },
	{ "staff add", "", 0, 0,
	  "a member of staff", add_options, call_run, &add },
	{ NULL },
};
