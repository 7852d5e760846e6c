/*
 * referrals.c — `sencoctl referrals`: children referred to the Area SENCO
 * service.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "setting",   "REF",    "only of this setting, as urn:106283" },
	{ "child",     "CHILD",  "only of this child" },
	{ "state",     "WORD",   "received, accepted, declined or closed" },
	{ "judgement", "WORD",   "complete or not_yet" },
	{ "format",    "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "referral_id",  "referral", true },
	{ "referred_on",  "on", true },
	{ "setting_name", "setting" },
	{ "child_id",     "child", true },
	{ "level",        "level" },
	{ "fast_track",   "fast track" },
	{ "state",        "state" },
	{ "judgement",    "judged" },
	{ NULL },
};

static const struct option_row add_options[] = {
	{ "setting",       "REF",   "whose child; needed" },
	{ "child-id",      "CHILD", "which; needed" },
	{ "referred-on",   "DATE",  "when; needed" },
	{ "level",         "WORD",  "universal_plus, partnership_plus or statutory; needed" },
	{ "permission-on", "DATE",  "when parental permission was given; needed" },
	{ "permission-by", "WORD",  "parent, carer or young_person; needed" },
	{ "fast-track",    "WORD",  "a code of the list fast_track" },
	{ "reason",        "TEXT",  "what help is asked for" },
	{ "sendiass-signposted-on", "DATE", "parents were told of SENDIASS" },
	{ "sendiass-method", "WORD", "spoken, written, leaflet or introduced" },
	{ NULL },
};

static const struct option_row decide_options[] = {
	{ "decided-on", "DATE", "when; needed" },
	{ "reason",     "TEXT", "why; needed to decline, or while something is missing" },
	{ NULL },
};

static const struct option_row close_options[] = {
	{ "closed-on", "DATE", "when; needed" },
	{ "outcome",   "TEXT", "what came of it; needed" },
	{ NULL },
};

#define ONE "/v1/referrals/{}"

enum { LIST, SHOW, ADD, ACCEPT, DECLINE, CLOSE };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/referrals", .columns = list_columns,
		   .said = "No rows: no such referral." },
	[SHOW] = { "GET", ONE, .is_one = true },
	[ADD] = { "POST", "/v1/referrals", .said = "Received." },
	[ACCEPT] = { "POST", ONE "/accept", .read = ONE, .said = "Accepted." },
	[DECLINE] = { "POST", ONE "/decline", .read = ONE,
		      .said = "Declined." },
	[CLOSE] = { "POST", ONE "/close", .read = ONE, .said = "Closed." },
};

const struct command referrals_commands[] = {
	{ "referrals list", "", 0, 0,
	  "children referred to the service", list_options, call_run,
	  &calls[LIST] },
	{ "referrals show", "REFERRAL", 1, 1,
	  "one referral and what is found of it", NULL, call_run,
	  &calls[SHOW] },
	{ "referrals add", "", 0, 0,
	  "refer a child", add_options, call_run, &calls[ADD] },
	{ "referrals accept", "REFERRAL", 1, 1,
	  "take the child on", decide_options, call_run, &calls[ACCEPT] },
	{ "referrals decline", "REFERRAL", 1, 1,
	  "do not, and say why", decide_options, call_run, &calls[DECLINE] },
	{ "referrals close", "REFERRAL", 1, 1,
	  "the work is over", close_options, call_run, &calls[CLOSE] },
	{ NULL },
};
