/*
 * findings.c — `sencoctl findings`: what is wrong or soon will be with the
 * SENCOs of settings, by which rule; and how one setting stands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct json_column finding_columns[] = {
	{ "severity",     "" },
	{ "setting",      "setting", true },
	{ "setting_name", "name" },
	{ "staff",        "SENCO" },
	{ "reference",    "by" },
	{ "sentence",     "finding", true },
	{ NULL },
};

static const struct option_row list_options[] = {
	{ "setting",  "REF",    "only of this setting" },
	{ "caseload", "ID",     "only of this caseload" },
	{ "severity", "LIST",   "error, warn, info" },
	{ "state",    "LIST",   "as VACANT,OVERDUE" },
	{ "finding",  "LIST",   "only these" },
	{ "rule",     "LIST",   "only by these rules" },
	{ "on",       "DATE",   "as on this day (default today)" },
	{ "as-of",    "TIME",   "as it was known then, RFC 3339" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row one_options[] = {
	{ "on",    "DATE", "as on this day (default today)" },
	{ "as-of", "TIME", "as it was known then, RFC 3339" },
	{ NULL },
};

enum { LIST, ONE };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/findings",
		   .columns = finding_columns, .said = "No rows: nothing is wrong that we may see." },
	[ONE] = { "GET", "/v1/settings/{}/senco", .is_one = true },
};

const struct command findings_commands[] = {
	{ "findings", "", 0, 0,
	  "what is wrong with the SENCOs of settings, by which rule",
	  list_options, call_run,
	  &calls[LIST] },
	{ "senco", "SETTING", 1, 1,
	  "how a setting's SENCO stands, and why", one_options, call_run,
	  &calls[ONE] },
	{ NULL },
};
