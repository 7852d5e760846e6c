/*
 * thresholds.c — `sencoctl thresholds`: the numbers that rules turn on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "on",     "DATE",   "in force on this day (default today)" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "rule",     "rule", true },
	{ "amount",   "holds" },
	{ "number",   "rule's own" },
	{ "unit",     "unit" },
	{ "standing", "standing" },
	{ "reason",   "why ours" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/thresholds", .columns = list_columns,
	.said = "No rows: no rule with a number was in force."
};

static const struct option_row set_options[] = {
	{ "amount",     "NUMBER", "left out: the rule's own number again" },
	{ "valid-from", "DATE",   "from this day on; needed" },
	{ "reason",     "TEXT",   "why; needed" },
	{ NULL },
};

static const struct call set = {
	"PUT", "/v1/thresholds/{}", .read = "/v1/thresholds/{}",
	.said = "Written."
};

const struct command thresholds_commands[] = {
	{ "thresholds list", "", 0, 0,
	  "every number, and the authority's own", list_options, call_run, &list },
	{ "thresholds set", "RULE", 1, 1,
	  "the authority's own number (managers)", set_options, call_run, &set },
	{ NULL },
};
