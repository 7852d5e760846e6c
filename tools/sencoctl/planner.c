/*
 * planner.c — `sencoctl planner`: where an Area SENCO is needed today, why,
 * and what is planned.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct json_column rank_columns[] = {
	{ "rank",            "rank" },
	{ "setting",         "setting", true },
	{ "name",            "name" },
	{ "score",           "score" },
	{ "last_contact_on", "last contact", true },
	{ "next_visit_on",   "next visit", true },
	{ "sentence",        "why", true },
	{ NULL },
};

static const struct json_column proposal_columns[] = {
	{ "on",      "on", true },
	{ "setting", "setting", true },
	{ "name",    "name" },
	{ "why",     "why", true },
	{ NULL },
};

static const struct json_column visit_columns[] = {
	{ "planned_id",   "visit", true },
	{ "on",           "on", true },
	{ "from_at",      "from", true },
	{ "setting",      "setting", true },
	{ "setting_name", "name" },
	{ "state",        "state" },
	{ NULL },
};

static const struct option_row rank_options[] = {
	{ "caseload", "ID",     "of this caseload; needed" },
	{ "on",       "DATE",   "as it was kept that day (default today)" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row proposal_options[] = {
	{ "caseload", "ID",     "of this caseload; needed" },
	{ "weeks",    "NUMBER", "for so many weeks" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row visits_options[] = {
	{ "caseload", "ID",     "of this caseload; needed" },
	{ "from",     "DATE",   "from this day" },
	{ "until",    "DATE",   "until this day" },
	{ "state",    "WORD",   "planned, visited, unconfirmed or cancelled" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row plan_options[] = {
	{ "caseload", "NUMBER", "of this caseload; needed" },
	{ "setting",  "REF",    "where; needed" },
	{ "on",       "DATE",   "when; needed" },
	{ "from-at",  "TIME",   "from when, RFC 3339" },
	{ "until-at", "TIME",   "until when" },
	{ "note",     "TEXT",   "no child in it: calendars leave the house" },
	{ NULL },
};

/* What is left out is emptied, as the route has it. */
static const struct option_row move_options[] = {
	{ "on",       "DATE", "to this day; needed" },
	{ "from-at",  "TIME", "from when, RFC 3339" },
	{ "until-at", "TIME", "until when" },
	{ "note",     "TEXT", "no child in it" },
	{ NULL },
};

static const struct option_row calendar_options[] = {
	{ "caseload", "ID", "of this caseload; needed" },
	{ NULL },
};

#define EMPTY "No rows: nothing is planned."
#define ONE "/v1/planner/visits/{}"

enum { RANK, PROPOSAL, VISITS, PLAN, MOVE, CANCEL, CALENDAR };

static const struct call calls[] = {
	[RANK] = { "GET", "/v1/planner",
		   .columns = rank_columns, .said = "No rows: the caseload has no settings." },
	[PROPOSAL] = { "GET", "/v1/planner/proposal",
		       .columns = proposal_columns, .said = "No rows: nobody needs a visit." },
	[VISITS] = { "GET", "/v1/planner/visits",
		     .columns = visit_columns, .said = EMPTY },
	[CALENDAR] = { "GET", "/v1/planner/calendar", .raw = "text/calendar" },
	[PLAN] = { "POST", "/v1/planner/visits", .said = "Planned." },
	[MOVE] = { "PUT", ONE, .read = ONE, .said = "Moved." },
	[CANCEL] = { "POST", ONE "/cancel", .read = ONE, .said = "Cancelled." },
};

const struct command planner_commands[] = {
	{ "planner proposal", "", 0, 0,
	  "visits proposed for the coming weeks",
	  proposal_options, call_run,
	  &calls[PROPOSAL] },
	{ "planner calendar", "", 0, 0,
	  "what is planned as iCalendar, to be kept as a file",
	  calendar_options, call_run, &calls[CALENDAR] },
	{ "planner visits", "", 0, 0,
	  "visits that are planned", visits_options, call_run,
	  &calls[VISITS] },
	{ "planner visit", "", 0, 0,
	  "plan a visit", plan_options, call_run,
	  &calls[PLAN] },
	{ "planner move", "VISIT", 1, 1,
	  "move a planned visit to another day", move_options, call_run,
	  &calls[MOVE] },
	{ "planner cancel", "VISIT", 1, 1,
	  "take a planned visit back", NULL, call_run,
	  &calls[CANCEL] },
	{ "planner", "", 0, 0,
	  "where an Area SENCO is needed, and why",
	  rank_options, call_run,
	  &calls[RANK] },
	{ NULL },
};
