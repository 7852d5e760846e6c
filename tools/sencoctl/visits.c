/*
 * visits.c — `sencoctl visits`, `actions`: what was done at settings, and what
 * is still to be done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "setting", "REF",    "only at this setting, as urn:106283" },
	{ "child",   "CHILD",  "only of this child" },
	{ "from",    "DATE",   "from this day" },
	{ "until",   "DATE",   "until this day" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "visit_id",      "visit", true },
	{ "visited_on",    "on", true },
	{ "setting_name",  "setting" },
	{ "mode",          "how" },
	{ "topic",         "topic" },
	{ "met",           "met" },
	{ "next_visit_on", "next", true },
	{ "author",        "by" },
	{ NULL },
};

static const struct option_row add_options[] = {
	{ "setting",       "REF",  "where; needed" },
	{ "visited-on",    "DATE", "when; needed" },
	{ "mode",          "WORD", "visit, phone, virtual, drop_in or panel; needed" },
	{ "topic",         "WORD", "a code of the list advice_topic; needed" },
	{ "child-id",      "CHILD", "of this child" },
	{ "is-unnamed-child", NULL, "of a child whose name was not given" },
	{ "met",           "TEXT", "the adults met, by role or name" },
	{ "advice",        "TEXT", "what was advised; the setting reads it" },
	{ "next-visit-on", "DATE", "when next" },
	{ "sendiass-signposted-on", "DATE", "parents were told of SENDIASS" },
	{ "sendiass-method", "WORD", "spoken, written, leaflet or introduced" },
	{ NULL },
};

static const struct option_row action_options[] = {
	{ "text",       "TEXT", "what is to be done; needed" },
	{ "owner",      "WORD", "area_senco, setting, officer, parent or other; needed" },
	{ "owner-name", "TEXT", "who" },
	{ "due-on",     "DATE", "by when" },
	{ NULL },
};

static const struct option_row actions_options[] = {
	{ "setting", "REF",    "only at this setting" },
	{ "until",   "DATE",   "due until this day" },
	{ "open",    NULL,     "only those not done" },
	{ "overdue", NULL,     "only those overdue" },
	{ "mine",    NULL,     "only one's own to do" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column actions_columns[] = {
	{ "action_id",    "action", true },
	{ "due_on",       "due", true },
	{ "is_overdue",   "overdue" },
	{ "setting_name", "setting" },
	{ "owner",        "owner" },
	{ "text",         "what" },
	{ "done_on",      "done", true },
	{ NULL },
};

static const struct option_row done_options[] = {
	{ "done-on", "DATE", "when; needed" },
	{ "outcome", "TEXT", "what came of it" },
	{ NULL },
};

enum { LIST, SHOW, ADD, ACTION, ACTIONS, DONE };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/visits", .columns = list_columns,
		   .said = "No rows: no visit is written down." },
	[SHOW] = { "GET", "/v1/visits/{}", .is_one = true },
	[ADD] = { "POST", "/v1/visits", .said = "Written down." },
	[ACTION] = { "POST", "/v1/visits/{}/actions", .said = "Noted." },
	[ACTIONS] = { "GET", "/v1/actions", .columns = actions_columns,
		      .said = "No rows: nothing is to be done." },
	[DONE] = { "POST", "/v1/actions/{}/done", .read = "/v1/actions/{}",
		   .said = "Done." },
};

const struct command visits_commands[] = {
	{ "visits list", "", 0, 0,
	  "what was done at settings", list_options, call_run, &calls[LIST] },
	{ "visits show", "VISIT", 1, 1,
	  "one visit with its actions", NULL, call_run, &calls[SHOW] },
	{ "visits add", "", 0, 0,
	  "write down a visit", add_options, call_run, &calls[ADD] },
	{ "visits action", "VISIT", 1, 1,
	  "an action that came of it", action_options, call_run,
	  &calls[ACTION] },
	{ "actions list", "", 0, 0,
	  "actions to follow up", actions_options, call_run,
	  &calls[ACTIONS] },
	{ "actions done", "ACTION", 1, 1,
	  "an action was done", done_options, call_run, &calls[DONE] },
	{ NULL },
};
