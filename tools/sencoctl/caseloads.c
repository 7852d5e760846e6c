/*
 * caseloads.c — `sencoctl caseloads`: who looks after which settings, what that
 * weighs, and moving it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct json_column list_columns[] = {
	{ "caseload_id", "caseload", true },
	{ "name",        "name" },
	{ "area_senco",  "area SENCO" },
	{ "settings",    "settings" },
	{ NULL },
};

static const struct json_column balance_columns[] = {
	{ "name",            "caseload" },
	{ "settings",        "settings" },
	{ "sen_support",     "SEN support" },
	{ "ehc_plan",        "EHC plan" },
	{ "named_children",  "named" },
	{ "mean_km",         "km" },
	{ "weight",          "weight" },
	{ "percent_of_mean", "% of mean" },
	{ NULL },
};

static const struct json_column finding_columns[] = {
	{ "severity", "severity" },
	{ "finding",  "finding" },
	{ "sentence", "what" },
	{ NULL },
};

static const struct json_column fair_columns[] = {
	{ "setting",      "setting", true },
	{ "setting_name", "name" },
	{ "from_name",    "from" },
	{ "to_name",      "to" },
	{ "sentence",     "why" },
	{ NULL },
};

static const struct json_column cover_columns[] = {
	{ "cover_id",              "cover", true },
	{ "covered_by_name",       "by" },
	{ "covered_by_area_senco", "area SENCO" },
	{ "from_on",               "from", true },
	{ "to_on",                 "to", true },
	{ NULL },
};

static const struct json_column child_columns[] = {
	{ "caseload_child_id", "row", true },
	{ "surname",           "surname" },
	{ "forename",          "forename" },
	{ "setting",           "setting", true },
	{ "provision",         "SEN" },
	{ "from_on",           "from", true },
	{ "to_on",             "to", true },
	{ NULL },
};

#define FORMAT { "format", "FORMAT", "table (default), json or csv" }
#define ON { "on", "DATE", "as on this day (default today)" }

static const struct option_row list_options[] = { FORMAT, { NULL } };
static const struct option_row on_options[] = { ON, FORMAT, { NULL } };

static const struct option_row fair_options[] = {
	{ "caseloads", "IDS",    "only these, commas between" },
	{ "count",     "NUMBER", "so many there are to be" },
	{ "locality",  "NAME",   "only settings there" },
	ON, FORMAT, { NULL },
};

static const struct option_row create_options[] = {
	{ "name",      "TEXT",   "its name; needed" },
	{ "staff-id",  "NUMBER", "the Area SENCO in the register of staff" },
	{ "client-id", "ID",     "the client of an Area SENCO" },
	{ NULL },
};

static const struct option_row assign_options[] = {
	{ "settings",      "LIST",   "these settings; else all of --from-caseload" },
	{ "from-caseload", "NUMBER", "only this one loses them" },
	{ "to-caseload",   "NUMBER", "who gets them; else they are taken away" },
	{ "from-on",       "DATE",   "from this day; needed" },
	{ "to-on",         "DATE",   "to this day" },
	{ "joint",         NULL,     "who holds them keeps them too" },
	{ "allow-gap",     "TEXT",   "why a setting may be in no caseload" },
	{ "preview",       NULL,     "only show what would change" },
	{ NULL },
};

static const struct option_row cover_add_options[] = {
	{ "covered-by", "NUMBER", "the caseload whose Area SENCO covers; needed" },
	{ "from-on",    "DATE",   "from this day; needed" },
	{ "to-on",      "DATE",   "to this day; needed" },
	{ NULL },
};

static const struct option_row child_add_options[] = {
	{ "child-id", "ID",   "the child; needed" },
	{ "setting",  "REF",  "whose child it is; needed" },
	{ "from-on",  "DATE", "from this day; needed" },
	{ "to-on",    "DATE", "to this day" },
	{ NULL },
};

static const struct option_row end_options[] = {
	{ "to-on", "DATE", "the last day; needed" },
	{ NULL },
};

static const struct option_row split_options[] = {
	{ "date",       "DATE", "from this day; needed" },
	{ "successor",  "TEXT", "the new authority; needed" },
	{ "la-code",    "CODE", "its code" },
	{ "settings",   "LIST", "these settings go" },
	{ "localities", "LIST", "and all that lie there" },
	{ "preview",    NULL,   "only show what would change" },
	{ NULL },
};

enum { LIST, BALANCE, FINDINGS, FAIR, CREATE, ASSIGN, COVER, COVER_ADD,
       COVER_END, CHILDREN, CHILD_ADD, CHILD_END, SPLIT };

static const struct call calls[] = {
	[LIST] = { "GET", "/v1/caseloads", .columns = list_columns,
		   .said = "No rows: there is no caseload." },
	[BALANCE] = { "GET", "/v1/caseloads/balance",
		      .columns = balance_columns,
		      .said = "No rows: there is no caseload." },
	[FINDINGS] = { "GET", "/v1/caseloads/findings",
		       .columns = finding_columns,
		       .said = "No rows: nothing is found." },
	[FAIR] = { "GET", "/v1/caseloads/fair-split", .columns = fair_columns,
		   .said = "No rows: there is nothing to share out." },
	[CREATE] = { "POST", "/v1/caseloads", .said = "Made." },
	[ASSIGN] = { "POST", "/v1/caseloads/assign", .said = "Answered." },
	[COVER] = { "GET", "/v1/caseloads/{}/cover", .columns = cover_columns,
		    .said = "No rows: nobody covers." },
	[COVER_ADD] = { "POST", "/v1/caseloads/{}/cover", .said = "Covered." },
	[COVER_END] = { "POST", "/v1/caseloads/{}/cover/{}/end",
		        .said = "Ended." },
	[CHILDREN] = { "GET", "/v1/caseloads/{}/children",
		       .columns = child_columns,
		       .said = "No rows: no child is named." },
	[CHILD_ADD] = { "POST", "/v1/caseloads/{}/children", .said = "Named." },
	[CHILD_END] = { "POST", "/v1/caseloads/{}/children/{}/end",
		        .said = "Ended." },
	[SPLIT] = { "POST", "/v1/caseloads/split", .said = "Answered." },
};

const struct command caseloads_commands[] = {
	{ "caseloads balance", "", 0, 0, "what each caseload weighs",
	  on_options, call_run, &calls[BALANCE] },
	{ "caseloads findings", "", 0, 0, "what is wrong with the caseloads",
	  on_options, call_run, &calls[FINDINGS] },
	{ "caseloads fair-split", "", 0, 0, "who should look after which setting",
	  fair_options, call_run, &calls[FAIR] },
	{ "caseloads create", "", 0, 0, "make an empty caseload",
	  create_options, call_run, &calls[CREATE] },
	{ "caseloads assign", "", 0, 0, "give settings to another caseload",
	  assign_options, call_run, &calls[ASSIGN] },
	{ "caseloads cover", "ID", 1, 1, "who covers a caseload",
	  list_options, call_run, &calls[COVER] },
	{ "caseloads cover-add", "ID", 1, 1, "have another caseload cover",
	  cover_add_options, call_run, &calls[COVER_ADD] },
	{ "caseloads cover-end", "ID ROW", 2, 2, "end a cover",
	  end_options, call_run, &calls[COVER_END] },
	{ "caseloads children", "ID", 1, 1, "the named children",
	  on_options, call_run, &calls[CHILDREN] },
	{ "caseloads child-add", "ID", 1, 1, "name a child",
	  child_add_options, call_run, &calls[CHILD_ADD] },
	{ "caseloads child-end", "ID ROW", 2, 2, "end that",
	  end_options, call_run, &calls[CHILD_END] },
	{ "caseloads split", "", 0, 0, "divide the authority's caseloads",
	  split_options, call_run, &calls[SPLIT] },
	{ "caseloads", "", 0, 0, "the caseloads", list_options, call_run,
	  &calls[LIST] },
	{ NULL },
};
