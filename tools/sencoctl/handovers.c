/*
 * handovers.c — `sencoctl handovers`, `handover`: what one setting hands over
 * of a child to the next, and how far it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "setting",  "REF",    "only from or to this setting" },
	{ "caseload", "ID",     "only of the settings of this caseload" },
	{ "year",     "YEAR",   "of the September moved in" },
	{ "state",    "WORD",   "none, draft, sent, seen or acknowledged" },
	{ "late",     NULL,     "only those that are late" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "case_id",           "move", true },
	{ "kind",              "kind" },
	{ "from_setting_name", "from" },
	{ "to_setting_name",   "to" },
	{ "state",             "state" },
	{ "sent_on",           "sent", true },
	{ "received",          "received" },
	{ "sections",          "of" },
	{ "open_questions",    "questions" },
	{ "due_on",            "due", true },
	{ "is_late",           "late" },
	{ NULL },
};

static const struct option_row continuity_options[] = {
	{ "setting",  "REF",    "only from or to this setting" },
	{ "caseload", "ID",     "only of the settings of this caseload" },
	{ "year",     "YEAR",   "of the September moved in" },
	{ "on",       "DATE",   "as of this day (default today)" },
	{ "format",   "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column continuity_columns[] = {
	{ "case_id",           "move", true },
	{ "kind",              "kind" },
	{ "from_setting_name", "from" },
	{ "to_setting_name",   "to" },
	{ "target_on",         "first day", true },
	{ "score",             "score" },
	{ "known",             "known" },
	{ NULL },
};

static const struct option_row show_options[] = {
	{ "version", "NUMBER", "that version (default the newest)" },
	{ NULL },
};

static const struct option_row section_options[] = {
	{ "lines", "LIST", "what it says, commas between lines; needed" },
	{ NULL },
};

static const struct option_row agree_options[] = {
	{ "agreed-on", "DATE", "when; needed" },
	{ "by",        "WORD", "parent, from sixteen young_person; needed" },
	{ "may-share", "LIST", "codes of sections; needed" },
	{ NULL },
};

static const struct option_row send_options[] = {
	{ "to", "REF", "where the child goes; --to= where it is out of the area" },
	{ NULL },
};

static const struct option_row release_options[] = {
	{ "by", "TEXT", "who decided it; needed" },
	{ NULL },
};

static const struct option_row withdraw_options[] = {
	{ "reason", "TEXT", "why; needed" },
	{ NULL },
};

static const struct option_row ask_options[] = {
	{ "section",  "WORD", "of this section (default the whole)" },
	{ "question", "TEXT", "needed" },
	{ NULL },
};

static const struct option_row answer_options[] = {
	{ "answer", "TEXT", "needed" },
	{ NULL },
};

static const struct option_row ctf_sent_options[] = {
	{ "sent-on", "DATE", "when; needed" },
	{ NULL },
};

#define ONE "/v1/transitions/cases/{}/handover"

enum { LIST, CONTINUITY, SHOW, BEGIN, SECTION, AGREE, SEND, RELEASE, WITHDRAW,
       RECEIPT, ASK, ANSWER, CTF, CTF_SENT };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/handovers", .columns = list_columns,
		   .said = "No rows: no move has a destination." },
	[CONTINUITY] = { "GET", "/v1/handovers/continuity",
		         .columns = continuity_columns,
		         .said = "No rows: no move has a destination." },
	[SHOW] = { "GET", ONE, .is_one = true },
	[BEGIN] = { "POST", ONE, .said = "Begun." },
	[SECTION] = { "PUT", ONE "/sections/{}", .read = ONE,
		      .said = "Written." },
	[AGREE] = { "PUT", ONE "/agreement", .read = ONE,
		    .said = "The agreement is recorded." },
	[SEND] = { "POST", ONE "/send", .read = ONE, .said = "Sent." },
	[RELEASE] = { "POST", ONE "/sections/{}/release", .read = ONE,
		      .said = "Released." },
	[WITHDRAW] = { "POST", ONE "/withdraw", .read = ONE,
		       .said = "Withdrawn." },
	[RECEIPT] = { "POST", ONE "/sections/{}/receipt",
		      .said = "The receipt is recorded." },
	[ASK] = { "POST", ONE "/questions", .said = "Asked." },
	[ANSWER] = { "POST", ONE "/questions/{}/answer", .said = "Answered." },
	[CTF] = { "GET", ONE "/ctf", .raw = "application/xml" },
	[CTF_SENT] = { "PUT", ONE "/ctf", .said = "Noted." },
};

const struct command handovers_commands[] = {
	{ "handovers list", "", 0, 0,
	  "what was sent, seen and is late", list_options, call_run,
	  &calls[LIST] },
	{ "handovers continuity", "", 0, 0,
	  "what receivers know on the first day", continuity_options,
	  call_run, &calls[CONTINUITY] },
	{ "handover show", "MOVE", 1, 1,
	  "what is handed over", show_options, call_run, &calls[SHOW] },
	{ "handover begin", "MOVE", 1, 1,
	  "begin the next version", NULL, call_run, &calls[BEGIN] },
	{ "handover section", "MOVE SECTION", 2, 2,
	  "write a section", section_options, call_run, &calls[SECTION] },
	{ "handover agree", "MOVE", 1, 1,
	  "who agreed to what", agree_options, call_run, &calls[AGREE] },
	{ "handover send", "MOVE", 1, 1,
	  "hand it over", send_options, call_run, &calls[SEND] },
	{ "handover release", "MOVE SECTION", 2, 2,
	  "release a restricted section", release_options, call_run,
	  &calls[RELEASE] },
	{ "handover withdraw", "MOVE", 1, 1,
	  "take the newest version back", withdraw_options, call_run,
	  &calls[WITHDRAW] },
	{ "handover receipt", "MOVE SECTION", 2, 2,
	  "a section was received", NULL, call_run, &calls[RECEIPT] },
	{ "handover ask", "MOVE", 1, 1,
	  "ask back", ask_options, call_run, &calls[ASK] },
	{ "handover answer", "MOVE NUMBER", 2, 2,
	  "answer a question", answer_options, call_run, &calls[ANSWER] },
	{ "handover ctf", "MOVE", 1, 1,
	  "its common transfer file, to standard output", NULL, call_run,
	  &calls[CTF] },
	{ "handover ctf-sent", "MOVE", 1, 1,
	  "the file was sent", ctf_sent_options, call_run,
	  &calls[CTF_SENT] },
	{ NULL },
};
