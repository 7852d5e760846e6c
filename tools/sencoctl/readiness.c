/*
 * readiness.c — `sencoctl readiness`: how a move stands, what is to be done
 * for it and by when, who was asked for a place, and the plan of a move that
 * needs more than the usual.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row colours_options[] = {
	{ "on",     "DATE",   "as of this day (default today)" },
	{ "year",   "YEAR",   "of the September moved in" },
	{ "rag",    "WORD",   "only black, red, amber, green or blue" },
	{ "child",  "CHILD",  "only of this child" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column colours_columns[] = {
	{ "case_id", "move", true },
	{ "year",    "year" },
	{ "rag",     "colour" },
	{ "reason",  "why" },
	{ NULL },
};

static const struct option_row day_options[] = {
	{ "on", "DATE", "as of this day (default today)" },
	{ NULL },
};

static const struct option_row milestones_options[] = {
	{ "on",     "DATE",   "as of this day (default today)" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column milestones_columns[] = {
	{ "due_on",    "due", true },
	{ "name",      "what" },
	{ "owner",     "who" },
	{ "setting",   "setting" },
	{ "met_on",    "met", true },
	{ "days_left", "days left" },
	{ "reference", "reference" },
	{ NULL },
};

static const struct option_row asked_options[] = {
	{ "setting", "REF",    "only of this setting" },
	{ "open",    NULL,     "only those not answered" },
	{ "overdue", NULL,     "only those whose time is over" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column asked_columns[] = {
	{ "case_id",      "move", true },
	{ "n",            "n" },
	{ "setting_name", "setting" },
	{ "kind",         "kind" },
	{ "sent_on",      "asked", true },
	{ "due_on",       "due", true },
	{ "answer",       "answer" },
	{ "is_overdue",   "late" },
	{ NULL },
};

static const struct option_row ask_options[] = {
	{ "setting",  "REF",  "who is asked; needed" },
	{ "sent-on",  "DATE", "when (default today)" },
	{ "question", "TEXT", "what it is to know; the setting reads it" },
	{ NULL },
};

static const struct option_row answer_options[] = {
	{ "answer",      "WORD", "yes or no; needed" },
	{ "reasons",     "TEXT", "needed for no" },
	{ "answered-on", "DATE", "when (default today)" },
	{ NULL },
};

static const struct option_row plan_options[] = {
	{ "tier",                "WORD", "universal, enhanced or intensive" },
	{ "key-adult",           "TEXT", "who is there for the child" },
	{ "meeting-planned-on",  "DATE", "a day for the meeting" },
	{ "meeting-held-on",     "DATE", "when it was" },
	{ "met",                 "TEXT", "who met" },
	{ "agreed-on",           "DATE", "when it was agreed" },
	{ "agreed-by",           "WORD", "parent, from sixteen young_person" },
	{ "visits-planned-on",   "LIST", "days of visits" },
	{ "visits-done-on",      "LIST", "days of visits that were made" },
	{ "training",            "TEXT", "in what staff are trained" },
	{ "training-planned-on", "DATE", "when" },
	{ "training-done-on",    "DATE", "when it was" },
	{ NULL },
};

#define CASE "/v1/transitions/cases/{}"

enum { COLOURS, COLOUR, MILESTONES, ASKED, ASK, ANSWER, SHOW, WRITE };

static const struct call calls[] = {
	[COLOURS] = { "GET", "/v1/transitions/colours",
		      .columns = colours_columns,
		      .said = "No rows: no child with SEN moves." },
	[COLOUR] = { "GET", CASE "/colour", .is_one = true },
	[MILESTONES] = { "GET", CASE "/milestones",
		         .columns = milestones_columns,
		         .said = "No rows: there is no such move here." },
	[ASKED] = { "GET", "/v1/transitions/consultations",
		    .columns = asked_columns,
		    .said = "No rows: nobody was asked." },
	[ASK] = { "POST", CASE "/consultations", .said = "Asked." },
	[ANSWER] = { "POST", CASE "/consultations/{}/answer",
		     .read = CASE "/consultations/{}", .said = "Answered." },
	[SHOW] = { "GET", CASE "/plan", .is_one = true },
	[WRITE] = { "PUT", CASE "/plan", .read = CASE "/plan",
		    .said = "The plan is written." },
};

const struct command readiness_commands[] = {
	{ "readiness colours", "", 0, 0,
	  "the colour of each move", colours_options, call_run,
	  &calls[COLOURS] },
	{ "readiness colour", "MOVE", 1, 1,
	  "one colour with every reason", day_options, call_run,
	  &calls[COLOUR] },
	{ "readiness milestones", "MOVE", 1, 1,
	  "what is to be done, by whom and by when", milestones_options,
	  call_run, &calls[MILESTONES] },
	{ "readiness asked", "", 0, 0,
	  "settings asked for a place", asked_options, call_run,
	  &calls[ASKED] },
	{ "readiness ask", "MOVE", 1, 1,
	  "ask a setting whether it can take the child", ask_options,
	  call_run, &calls[ASK] },
	{ "readiness answer", "MOVE N", 2, 2,
	  "say whether it can", answer_options, call_run, &calls[ANSWER] },
	{ "readiness plan", "MOVE", 1, 1,
	  "the plan of a move that needs more", NULL, call_run,
	  &calls[SHOW] },
	{ "readiness plan-write", "MOVE", 1, 1,
	  "write it, the whole of it", plan_options, call_run,
	  &calls[WRITE] },
	{ NULL },
};
