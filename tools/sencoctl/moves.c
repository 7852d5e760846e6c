/*
 * moves.c — `sencoctl moves`: moves between settings in two-sided steps, one
 * by one and a whole cohort at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "year",     "YEAR",   "of the September moved in" },
	{ "kind",     "CODE",   "EYS INJ PRM PRS MDS SEP P16 INY 6FS MOV" },
	{ "state",    "WORD",   "only in this state, as offered" },
	{ "open",     NULL,     "only those that are not over" },
	{ "from",     "REF",    "only from this setting, as urn:106283" },
	{ "to",       "REF",    "only to this setting" },
	{ "caseload", "ID",     "only from or to its settings" },
	{ "owner",    "WORD",   "whose step is next: setting, receiving_setting or la" },
	{ "child",    "CHILD",  "only of this child" },
	{ "format",   "FORMAT", "table (default), json, csv or xlsx" },
	{ "output",   "FILE",   "where a workbook (xlsx) goes" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "case_id",           "move", true },
	{ "surname",           "surname" },
	{ "forename",          "forename" },
	{ "year",              "year", true },
	{ "kind",              "kind" },
	{ "from_setting_name", "from" },
	{ "to_setting_name",   "to" },
	{ "to_outside",        "outside" },
	{ "state",             "state", true },
	{ "state_on",          "since", true },
	{ "next_owner",        "next is" },
	{ "next_step",         "to" },
	{ NULL },
};

static const struct option_row add_options[] = {
	{ "child-id",     "CHILD",  "whose; needed" },
	{ "kind",         "CODE",   "as INY; needed" },
	{ "year",         "NUMBER", "of the September moved in" },
	{ "target-on",    "DATE",   "the first day there" },
	{ "entry",        "WORD",   "normal, deferred or accelerated" },
	{ "from-setting", "REF",    "the setting left" },
	{ "to-setting",   "REF",    "where to" },
	{ "to-outside",   "TEXT",   "or a place out of the area" },
	{ "to-la-code",   "CODE",   "and its authority" },
	{ NULL },
};

static const struct option_row step_options[] = {
	{ "step",    "WORD", "offered, seen, accepted, queried, declined, received, settled, revoked, lost or cancelled; needed" },
	{ "reason",  "TEXT", "of a question, refusal, withdrawal or loss" },
	{ "on-date", "DATE", "when (default today)" },
	{ NULL },
};

static const struct option_row destination_options[] = {
	{ "to-setting", "REF",  "where to" },
	{ "to-outside", "TEXT", "or a place out of the area" },
	{ "to-la-code", "CODE", "and its authority" },
	{ "reason",     "TEXT", "why; needed" },
	{ NULL },
};

static const struct option_row entry_options[] = {
	{ "entry",  "WORD", "normal, deferred or accelerated; needed" },
	{ "reason", "TEXT", "why; needed" },
	{ NULL },
};

static const struct option_row cohort_options[] = {
	{ "year",    "NUMBER", "of the September moved in; needed" },
	{ "kind",    "CODE",   "only this kind of move" },
	{ "setting", "REF",    "only from this setting" },
	{ "preview", NULL,     "only show what it would make" },
	{ NULL },
};

static const struct option_row act_options[] = {
	{ "step",       "WORD",   "offered, accepted …; needed" },
	{ "year",       "NUMBER", "of the September moved in; needed" },
	{ "kind",       "CODE",   "only this kind of move" },
	{ "setting",    "REF",    "only from this setting" },
	{ "to-setting", "REF",    "only to this setting" },
	{ "reason",     "TEXT",   "why, where the step needs it" },
	{ "on-date",    "DATE",   "when (default today)" },
	{ "preview",    NULL,     "only show what it would do" },
	{ NULL },
};

static const struct json_column deed_columns[] = {
	{ "surname",           "surname" },
	{ "forename",          "forename" },
	{ "kind",              "kind" },
	{ "from_setting_name", "from" },
	{ "to_setting_name",   "to" },
	{ "state",             "state", true },
	{ "outcome",           "outcome", true },
	{ "problem",           "why not" },
	{ "sentence",          "that is" },
	{ NULL },
};

enum { LIST, SHOW, ADD, STEP, DESTINATION, ENTRY, COHORT, ACT };

#define CASES "/v1/transitions/cases"

static const struct call calls[] = {
	[LIST] = { "GET", CASES, .columns = list_columns,
		   .said = "No rows: no move is written down." },
	[SHOW] = { "GET", CASES "/{}", .is_one = true },
	[ADD] = { "POST", CASES, .said = "Made." },
	[STEP] = { "POST", CASES "/{}/steps", .read = CASES "/{}",
		   .said = "Done." },
	[DESTINATION] = { "PUT", CASES "/{}/destination",
		          .read = CASES "/{}", .said = "Changed." },
	[ENTRY] = { "PUT", CASES "/{}/entry", .read = CASES "/{}",
		    .said = "Changed." },
	[COHORT] = { "POST", "/v1/transitions/cohorts",
		     .columns = deed_columns, .said = "The cohort:" },
	[ACT] = { "POST", "/v1/transitions/actions",
		  .columns = deed_columns, .said = "Of each move:" },
};

const struct command moves_commands[] = {
	{ "moves list", "", 0, 0, "moves between settings",
	  list_options, call_run, &calls[LIST] },
	{ "moves show", "MOVE", 1, 1, "one move with its steps",
	  NULL, call_run, &calls[SHOW] },
	{ "moves add", "", 0, 0, "make a move of one child",
	  add_options, call_run, &calls[ADD] },
	{ "moves step", "MOVE", 1, 1, "take the next step of a move",
	  step_options, call_run, &calls[STEP] },
	{ "moves destination", "MOVE", 1, 1, "say where the child goes",
	  destination_options, call_run, &calls[DESTINATION] },
	{ "moves entry", "MOVE", 1, 1, "a year later or earlier",
	  entry_options, call_run, &calls[ENTRY] },
	{ "moves cohort", "", 0, 0, "make the moves of a cohort",
	  cohort_options, call_run, &calls[COHORT] },
	{ "moves act", "", 0, 0, "one step for a whole cohort",
	  act_options, call_run, &calls[ACT] },
	{ NULL },
};
