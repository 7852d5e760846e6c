/*
 * groups.c — `sencoctl groups`: which settings belong together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "kind",    "KIND",   "trust, federation, nursery_chain, childminder_network …" },
	{ "setting", "REF",    "only those this setting belongs to" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "group_id", "group", true },
	{ "kind",     "kind" },
	{ "name",     "name" },
	{ "settings", "settings today" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/groups", .columns = list_columns,
	.said = "No rows: there is no such group."
};

static const struct option_row add_options[] = {
	{ "kind", "KIND", "trust, federation, nursery_chain, childminder_network, childminder_agency or locality; needed" },
	{ "name", "TEXT", "its name; needed" },
	{ NULL },
};

static const struct call add = { "POST", "/v1/groups", .said = "Added." };

static const struct option_row join_options[] = {
	{ "setting", "REF",  "which setting; needed" },
	{ "from-on", "DATE", "first day; needed" },
	{ "to-on",   "DATE", "last day; left out: open" },
	{ NULL },
};

static const struct call join = {
	"POST", "/v1/groups/{}/settings", .said = "Added."
};

static const struct option_row leave_options[] = {
	{ "to-on", "DATE", "last day in the group; needed" },
	{ NULL },
};

static const struct call leave = {
	"POST", "/v1/groups/{}/settings/{}/end", .said = "Written."
};

const struct command groups_commands[] = {
	{ "groups list", "", 0, 0,
	  "trusts, chains, networks, agencies …", list_options, call_run, &list },
	{ "groups add", "", 0, 0,
	  "a group", add_options, call_run, &add },
	{ "groups join", "GROUP", 1, 1,
	  "a setting belongs to a group", join_options, call_run, &join },
	{ "groups leave", "GROUP REF", 2, 2,
	  "the last day of a setting in a group", leave_options, call_run, &leave },
	{ NULL },
};
