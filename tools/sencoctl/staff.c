/*
 * staff.c — `sencoctl staff`: who works as SENCO and what they hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "name",    "TEXT",   "only those whose name holds this" },
	{ "setting", "REF",    "only those with a post at this setting" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "staff_id", "staff", true },
	{ "name",     "name" },
	{ "email",    "e-mail" },
	{ "posts",    "posts today" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/staff", .columns = list_columns,
	.said = "No rows: there is nobody such."
};

static const struct option_row add_options[] = {
	{ "name",  "TEXT", "as people call them; needed" },
	{ "email", "TEXT", "where they are written to" },
	{ NULL },
};

static const struct call add = { "POST", "/v1/staff", .said = "Added." };

static const struct call show = { "GET", "/v1/staff/{}", .is_one = true };

static const struct option_row qualify_options[] = {
	{ "state",        "WORD", "held, studying or not_held; needed" },
	{ "began-on",     "DATE", "first day of the course" },
	{ "completed-on", "DATE", "when it was completed" },
	{ "evidence",     "TEXT", "where the certificate can be seen" },
	{ NULL },
};

static const struct call qualify = {
	"PUT", "/v1/staff/{}/qualifications/{}",
	.read = "/v1/staff/{}/qualifications/{}", .said = "Written."
};

static const struct option_row rows_options[] = {
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column service_columns[] = {
	{ "service_id",         "service", true },
	{ "place",              "place" },
	{ "is_relevant_school", "counts" },
	{ "from_on",            "from", true },
	{ "to_on",              "to", true },
	{ "evidence",           "evidence" },
	{ NULL },
};

static const struct call service = {
	"GET", "/v1/staff/{}/service", .columns = service_columns,
	.said = "No rows: no service elsewhere is known."
};

static const struct option_row served_options[] = {
	{ "place",              "TEXT",   "which school; needed" },
	{ "is-relevant-school", "YES|NO", "mainstream, or a maintained nursery school; needed" },
	{ "from-on",            "DATE",   "first day; needed" },
	{ "to-on",              "DATE",   "last day; needed" },
	{ "evidence",           "TEXT",   "where it can be seen" },
	{ NULL },
};

static const struct call served = {
	"POST", "/v1/staff/{}/service", .said = "Added."
};

static const struct json_column absences_columns[] = {
	{ "absence_id", "absence", true },
	{ "from_on",    "from", true },
	{ "to_on",      "to", true },
	{ NULL },
};

static const struct call absences = {
	"GET", "/v1/staff/{}/absences", .columns = absences_columns,
	.said = "No rows: no absence is known."
};

static const struct option_row away_options[] = {
	{ "from-on", "DATE", "first day away; needed" },
	{ "to-on",   "DATE", "last day; left out: not known yet" },
	{ NULL },
};

static const struct call away = {
	"POST", "/v1/staff/{}/absences", .said = "Added."
};

static const struct option_row back_options[] = {
	{ "to-on", "DATE", "last day away; needed" },
	{ NULL },
};

static const struct call back = {
	"POST", "/v1/staff/{}/absences/{}/end", .said = "Written."
};

static const struct option_row withdraw_options[] = {
	{ "reason", "TEXT", "why it was never so; needed" },
	{ NULL },
};

static const struct call served_withdraw = {
	"POST", "/v1/staff/{}/service/{}/withdraw", .said = "Withdrawn."
};

static const struct call away_withdraw = {
	"POST", "/v1/staff/{}/absences/{}/withdraw", .said = "Withdrawn."
};

const struct command staff_commands[] = {
	{ "staff list", "", 0, 0,
	  "who works as SENCO, deputy, head …", list_options, call_run, &list },
	{ "staff show", "STAFF", 1, 1,
	  "posts, qualifications, service, absences", NULL, call_run, &show },
	{ "staff add", "", 0, 0,
	  "a member of staff", add_options, call_run, &add },
	{ "staff qualify", "STAFF KIND", 2, 2,
	  "qts, induction, nasenco, npq_senco, level_3 …", qualify_options,
	  call_run, &qualify },
	{ "staff service", "STAFF", 1, 1,
	  "where somebody was SENCO before", rows_options, call_run, &service },
	{ "staff served", "STAFF", 1, 1,
	  "a time as SENCO elsewhere", served_options, call_run, &served },
	{ "staff served-withdraw", "STAFF SERVICE", 2, 2,
	  "service entered in error", withdraw_options, call_run,
	  &served_withdraw },
	{ "staff absences", "STAFF", 1, 1,
	  "when somebody is away", rows_options, call_run, &absences },
	{ "staff away", "STAFF", 1, 1,
	  "somebody is away", away_options, call_run, &away },
	{ "staff back", "STAFF ABSENCE", 2, 2,
	  "the last day of an absence", back_options, call_run, &back },
	{ "staff away-withdraw", "STAFF ABSENCE", 2, 2,
	  "an absence entered in error", withdraw_options, call_run,
	  &away_withdraw },
	{ NULL },
};
