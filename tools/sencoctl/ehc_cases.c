/*
 * ehc_cases.c — `sencoctl ehc`: cases of plans, what happened in them, what is
 * due, and advice that is outstanding.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "child",  "CHILD",  "only of this child" },
	{ "open",   NULL,     "only those not ended" },
	{ "state",  "WORD",   "only those that stand so, as drafted" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "case_id",    "case", true },
	{ "child_id",   "child", true },
	{ "opened_on",  "opened", true },
	{ "state_name", "state" },
	{ "since",      "since", true },
	{ "officer",    "officer" },
	{ NULL },
};

static const struct option_row open_options[] = {
	{ "child-id", "CHILD", "of this child; needed" },
	{ "source",   "WORD",  "who asked, as parent or education; needed" },
	{ "event",    "WORD",  "what it begins with, as request_received; needed" },
	{ "on-date",  "DATE",  "when that was; needed" },
	{ "officer",  "NAME",  "whose case it is" },
	{ "la-code",  "CODE",  "of the authority a plan came from" },
	{ "from-on",  "DATE",  "when that plan was made or last reviewed" },
	{ "is-rya",   NULL,    "in relevant youth accommodation" },
	{ "reason",   "TEXT",  "why" },
	{ NULL },
};

static const struct option_row events_options[] = {
	{ "as-of",     "TIME",   "as known then" },
	{ "withdrawn", NULL,     "also those withdrawn" },
	{ "format",    "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column events_columns[] = {
	{ "event_id",     "event", true },
	{ "on_date",      "on", true },
	{ "event_name",   "what" },
	{ "outcome",      "outcome" },
	{ "adviser",      "adviser" },
	{ "setting_name", "setting" },
	{ "year",         "year" },
	{ NULL },
};

static const struct option_row event_options[] = {
	{ "event",     "WORD",  "what, as draft_sent (see: ehc codes); needed" },
	{ "on-date",   "DATE",  "when; needed" },
	{ "of-event",  "EVENT", "what it belongs to" },
	{ "outcome",   "WORD",  "with what outcome" },
	{ "year",      "YEAR",  "of the phase transfer it prepares" },
	{ "adviser",   "WORD",  "who is asked for advice" },
	{ "setting",   "REF",   "consulted or named" },
	{ "la-code",   "CODE",  "of the other authority" },
	{ "exception", "WORD",  "to a time limit" },
	{ "from-on",   "DATE",  "its first day" },
	{ "to-on",     "DATE",  "its last day" },
	{ "reason",    "TEXT",  "why" },
	{ NULL },
};

static const struct option_row ask_options[] = {
	{ "on-date", "DATE", "when; needed" },
	{ NULL },
};

static const struct option_row withdraw_options[] = {
	{ "reason", "TEXT", "why; needed" },
	{ NULL },
};

static const struct option_row due_options[] = {
	{ "on",     "DATE",   "as on this day" },
	{ "met",    NULL,     "only those met" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column due_columns[] = {
	{ "due_on",    "due", true },
	{ "days_left", "days left" },
	{ "name",      "what" },
	{ "owner",     "whose" },
	{ "met_on",    "met", true },
	{ "exception", "exception" },
	{ "reference", "by" },
	{ NULL },
};

static const struct option_row advice_options[] = {
	{ "adviser", "WORD",   "only of this adviser" },
	{ "overdue", NULL,     "only what is overdue" },
	{ "on",      "DATE",   "as on this day" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column advice_columns[] = {
	{ "event_id",     "event", true },
	{ "child_id",     "child", true },
	{ "adviser_name", "adviser" },
	{ "asked_on",     "asked", true },
	{ "due_on",       "due", true },
	{ "days_left",    "days left" },
	{ "chased_on",    "asked again", true },
	{ NULL },
};

static const struct option_row codes_options[] = {
	{ "process", "WORD",   "only of this process, as review" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column codes_columns[] = {
	{ "event",     "event", true },
	{ "process",   "process" },
	{ "name",      "what" },
	{ "reference", "by" },
	{ NULL },
};

enum { LIST, SHOW, OPEN, EVENTS, EVENT, ASK, WITHDRAW, DUE, ADVICE, CODES };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/ehc/cases", .columns = list_columns,
		   .said = "No rows: no case is open to you." },
	[SHOW] = { "GET", "/v1/ehc/cases/{}", .is_one = true },
	[OPEN] = { "POST", "/v1/ehc/cases", .said = "Opened." },
	[EVENTS] = { "GET", "/v1/ehc/cases/{}/events",
		     .columns = events_columns,
		     .said = "No rows: nothing has happened." },
	[EVENT] = { "POST", "/v1/ehc/cases/{}/events",
		    .said = "Written down." },
	[ASK] = { "POST", "/v1/ehc/cases/{}/advice", .said = "Asked." },
	[WITHDRAW] = { "POST", "/v1/ehc/events/{}/withdraw",
		       .said = "Withdrawn." },
	[DUE] = { "GET", "/v1/ehc/cases/{}/due", .columns = due_columns,
		  .said = "No rows: no clock runs." },
	[ADVICE] = { "GET", "/v1/ehc/advice", .columns = advice_columns,
		     .said = "No rows: no advice is outstanding." },
	[CODES] = { "GET", "/v1/ehc/codes", .columns = codes_columns,
		    .said = "No rows." },
};

const struct command ehc_cases_commands[] = {
	{ "ehc cases", "", 0, 0,
	  "cases of plans", list_options, call_run, &calls[LIST] },
	{ "ehc case", "CASE", 1, 1,
	  "one case and its next step", NULL, call_run, &calls[SHOW] },
	{ "ehc open", "", 0, 0,
	  "open a case with its first event", open_options, call_run,
	  &calls[OPEN] },
	{ "ehc events", "CASE", 1, 1,
	  "what happened in a case", events_options, call_run,
	  &calls[EVENTS] },
	{ "ehc event", "CASE", 1, 1,
	  "write down what happened", event_options, call_run,
	  &calls[EVENT] },
	{ "ehc ask", "CASE", 1, 1,
	  "ask for all advice", ask_options, call_run, &calls[ASK] },
	{ "ehc withdraw", "EVENT", 1, 1,
	  "an event was entered in error", withdraw_options, call_run,
	  &calls[WITHDRAW] },
	{ "ehc due", "CASE", 1, 1,
	  "the clocks of a case", due_options, call_run, &calls[DUE] },
	{ "ehc advice", "", 0, 0,
	  "advice asked for and not given", advice_options, call_run,
	  &calls[ADVICE] },
	{ "ehc codes", "", 0, 0,
	  "what can happen in a case", codes_options, call_run,
	  &calls[CODES] },
	{ NULL },
};
