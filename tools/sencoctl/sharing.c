/*
 * sharing.c — `sencoctl sharing`: a SENCO shared by small primaries, from the
 * first thought to the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct json_column sharing_columns[] = {
	{ "sharing_id",     "arrangement", true },
	{ "name",           "name" },
	{ "senco",          "SENCO" },
	{ "state",          "state" },
	{ "from_on",        "from", true },
	{ "to_on",          "to", true },
	{ "hours_per_week", "hours" },
	{ "next_review_on", "next review", true },
	{ "last_outcome",   "last outcome" },
	{ NULL },
};

static const struct json_column judged_columns[] = {
	{ "rule",         "rule", true },
	{ "severity",     "" },
	{ "setting_name", "school" },
	{ "sentence",     "judgement", true },
	{ NULL },
};

static const struct json_column what_if_columns[] = {
	{ "rule",            "rule", true },
	{ "setting_name",    "school" },
	{ "change",          "change" },
	{ "before_sentence", "before" },
	{ "sentence",        "after" },
	{ NULL },
};

static const struct json_column review_columns[] = {
	{ "n",       "review" },
	{ "due_on",  "due", true },
	{ "held_on", "held", true },
	{ "outcome", "outcome" },
	{ "note",    "note" },
	{ NULL },
};

static const struct option_row list_options[] = {
	{ "state",   "WORD",   "proposed, approved, declined or ended" },
	{ "setting", "REF",    "with this school" },
	{ "staff",   "ID",     "of this member of staff" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

#define LOAD \
	{ "hours",            "NUMBER", "hours a week for all schools" }, \
	{ "admin-hours",      "NUMBER", "hours of administrative support" }, \
	{ "teaching-percent", "NUMBER", "class teaching, of full time" }, \
	{ "on",               "DATE",   "judged for this day (default today)" }, \
	{ "format",           "FORMAT", "table (default), json or csv" }

static const struct option_row judge_options[] = {
	{ "staff",      "ID",   "who; needed" },
	{ "settings",   "LIST", "the schools, commas between; needed" },
	{ "teaches-at", "LIST", "those where she works as a teacher" },
	LOAD,
	{ NULL },
};

static const struct option_row what_if_options[] = {
	{ "id",       "ID",   "of this arrangement; or --staff and --settings" },
	{ "staff",    "ID",   "who" },
	{ "settings", "LIST", "the schools before" },
	{ "add",      "LIST", "schools that would join" },
	{ "remove",   "LIST", "schools that would leave" },
	LOAD,
	{ NULL },
};

#define ARRANGEMENT \
	{ "name",                 "TEXT",   "what it is called; needed" }, \
	{ "staff-id",             "NUMBER", "who; needed (see `staff list`)" }, \
	{ "from-on",              "DATE",   "first day; needed" }, \
	{ "to-on",                "DATE",   "last day; left out: open" }, \
	{ "hours-per-week",       "NUMBER", "hours for all schools; needed" }, \
	{ "admin-hours-per-week", "NUMBER", "hours of administrative support" }, \
	{ "teaching-percent",     "NUMBER", "class teaching, of full time" }

static const struct option_row propose_options[] = {
	ARRANGEMENT,
	{ "settings",   "LIST", "the schools, commas between; needed" },
	{ "teaches-at", "LIST", "those where she works as a teacher" },
	{ NULL },
};

static const struct option_row change_options[] = {
	ARRANGEMENT, { NULL },
};

static const struct option_row on_options[] = {
	{ "on",     "DATE",   "as on this day" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct option_row reason_options[] = {
	{ "reason", "TEXT", "why" },
	{ NULL },
};

static const struct option_row end_options[] = {
	{ "on",     "DATE", "last day (default today)" },
	{ "reason", "TEXT", "why; needed" },
	{ NULL },
};

static const struct option_row member_options[] = {
	{ "from-on",         "DATE",   "first day at this school" },
	{ "hours-per-week",  "NUMBER", "of them at this school" },
	{ "is-teacher-here", "YES|NO", "works as a teacher there" },
	{ NULL },
};

static const struct option_row remove_options[] = {
	{ "on", "DATE", "last day at this school" },
	{ NULL },
};

static const struct option_row plan_options[] = {
	{ "due-on", "DATE", "when; needed" },
	{ NULL },
};

static const struct option_row outcome_options[] = {
	{ "held-on", "DATE", "when it was held; needed" },
	{ "outcome", "CODE", "CONTINUE, CONTINUE_WITH_ACTIONS or END; needed" },
	{ "note",    "TEXT", "what was found" },
	{ "ends-on", "DATE", "with END: the last day" },
	{ NULL },
};

#define ONE "/v1/sharing/{}"
#define NOBODY "No rows: there is no such arrangement."

enum {
	LIST, SHOW, JUDGE, JUDGED, WHAT_IF, PROPOSE, CHANGE, APPROVE, DECLINE,
	END, ADD, REMOVE, REVIEWS, PLAN, OUTCOME
};

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/sharing",
		   .columns = sharing_columns, .said = NOBODY },
	[SHOW] = { "GET", ONE, .is_one = true },
	[JUDGE] = { "GET", "/v1/sharing/judgement",
		    .columns = judged_columns, .said = "No rows: no condition was judged." },
	[JUDGED] = { "GET", ONE "/judgement",
		     .columns = judged_columns, .said = "No rows: no condition was judged." },
	[WHAT_IF] = { "GET", "/v1/sharing/what-if",
		      .columns = what_if_columns, .said = "No rows: nothing would change." },
	[PROPOSE] = { "POST", "/v1/sharing", .said = "Proposed." },
	[CHANGE] = { "PUT", ONE, .read = ONE, .said = "Changed." },
	[APPROVE] = { "POST", ONE "/approve", .read = ONE, .said = "Approved." },
	[DECLINE] = { "POST", ONE "/decline", .read = ONE, .said = "Declined." },
	[END] = { "POST", ONE "/end", .read = ONE, .said = "Ended." },
	[ADD] = { "PUT", ONE "/members/{}", .read = ONE, .said = "Done." },
	[REMOVE] = { "POST", ONE "/members/{}/remove", .read = ONE, .said = "Removed." },
	[REVIEWS] = { "GET", ONE "/reviews",
		      .columns = review_columns, .said = "No rows: no review is planned." },
	[PLAN] = { "POST", ONE "/reviews", .read = ONE, .said = "Planned." },
	[OUTCOME] = { "POST", ONE "/reviews/{}/outcome", .read = ONE, .said = "Recorded." },
};

const struct command sharing_commands[] = {
	{ "sharing list", "", 0, 0,
	  "SENCOs shared by small primaries", list_options, call_run,
	  &calls[LIST] },
	{ "sharing show", "ID", 1, 1,
	  "one arrangement", NULL, call_run,
	  &calls[SHOW] },
	{ "sharing judge", "", 0, 0,
	  "each condition of the Code for schools and a SENCO",
	  judge_options, call_run,
	  &calls[JUDGE] },
	{ "sharing judged", "ID", 1, 1,
	  "the same of an arrangement", on_options, call_run,
	  &calls[JUDGED] },
	{ "sharing what-if", "", 0, 0,
	  "before and after schools or hours change",
	  what_if_options, call_run,
	  &calls[WHAT_IF] },
	{ "sharing propose", "", 0, 0,
	  "propose an arrangement", propose_options, call_run,
	  &calls[PROPOSE] },
	{ "sharing change", "ID", 1, 1,
	  "change one that is proposed", change_options, call_run,
	  &calls[CHANGE] },
	{ "sharing approve", "ID", 1, 1,
	  "its posts begin, the first review is planned",
	  reason_options, call_run,
	  &calls[APPROVE] },
	{ "sharing decline", "ID", 1, 1,
	  "it shall not be", reason_options, call_run,
	  &calls[DECLINE] },
	{ "sharing end", "ID", 1, 1,
	  "the last day of it and of its posts", end_options, call_run,
	  &calls[END] },
	{ "sharing school", "ID SETTING", 2, 2,
	  "a school joins, or its hours change",
	  member_options, call_run,
	  &calls[ADD] },
	{ "sharing without", "ID SETTING", 2, 2,
	  "a school leaves", remove_options, call_run,
	  &calls[REMOVE] },
	{ "sharing reviews", "ID", 1, 1,
	  "its reviews of effectiveness", on_options + 1, call_run,
	  &calls[REVIEWS] },
	{ "sharing review", "ID", 1, 1,
	  "plan a review", plan_options, call_run,
	  &calls[PLAN] },
	{ "sharing outcome", "ID REVIEW", 2, 2,
	  "what a review came to", outcome_options, call_run,
	  &calls[OUTCOME] },
	{ NULL },
};
