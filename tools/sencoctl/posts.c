/*
 * posts.c — `sencoctl posts`: who holds which post where, and since when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

static const struct option_row list_options[] = {
	{ "setting", "REF",    "only at this setting, as urn:106283" },
	{ "staff",   "ID",     "only of this member of staff" },
	{ "kind",    "KIND",   "senco, deputy, named_person, inclusion_lead or head" },
	{ "on",      "DATE",   "held on this day (default today)" },
	{ "all",     NULL,     "of every day, past and to come" },
	{ "as-of",   "TIME",   "as it was known then, RFC 3339" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column list_columns[] = {
	{ "post_id",          "post", true },
	{ "setting",          "setting", true },
	{ "setting_name",     "name" },
	{ "staff",            "who" },
	{ "kind",             "post" },
	{ "arrangement",      "arrangement" },
	{ "from_on",          "from", true },
	{ "to_on",            "to", true },
	{ "hours_per_week",   "hours" },
	{ "teaching_percent", "teaching %" },
	{ NULL },
};

static const struct call list = {
	"GET", "/v1/posts", .columns = list_columns,
	.said = "No rows: nobody holds such a post on that day."
};

static const struct call show = { "GET", "/v1/posts/{}", .is_one = true };

#define TERMS \
	{ "to-on",                "DATE",   "last day; left out: open" }, \
	{ "hours-per-week",       "NUMBER", "hours for the post, halves too" }, \
	{ "admin-hours-per-week", "NUMBER", "hours of administrative support" }, \
	{ "teaching-percent",     "NUMBER", "class teaching, of full time" }, \
	{ "is-head",              "YES|NO", "head or acting head of the setting" }, \
	{ "on-leadership",        "YES|NO", "on the leadership team" }, \
	{ "is-teacher-here",      "YES|NO", "works as a teacher at the setting" }, \
	{ "is-acting",            "YES|NO", "covers for somebody" }

#define ARRANGEMENT \
	{ "arrangement", "WORD", "own, shared, group, agency or network" }

static const struct option_row add_options[] = {
	{ "staff-id",    "NUMBER", "who; needed (see `staff list`)" },
	{ "setting",     "REF",    "where; or --group" },
	{ "group-id",    "NUMBER", "at every setting of this group" },
	{ "kind",        "KIND",   "senco, deputy, named_person, inclusion_lead or head; needed" },
	ARRANGEMENT,
	{ "from-on",     "DATE",   "first day; needed" },
	TERMS,
	{ NULL },
};

static const struct call add = { "POST", "/v1/posts", .said = "Added." };

static const struct option_row change_options[] = {
	ARRANGEMENT,
	{ "from-on", "DATE", "first day; needed" },
	TERMS,
	{ NULL },
};

static const struct call change = {
	"PUT", "/v1/posts/{}", .read = "/v1/posts/{}", .said = "Changed."
};

static const struct option_row end_options[] = {
	{ "to-on", "DATE", "last day; needed" },
	{ NULL },
};

static const struct call end = {
	"POST", "/v1/posts/{}/end", .read = "/v1/posts/{}", .said = "Ended."
};

static const struct option_row withdraw_options[] = {
	{ "reason", "TEXT", "why it was never so; needed" },
	{ NULL },
};

static const struct call withdraw = {
	"POST", "/v1/posts/{}/withdraw", .read = "/v1/posts/{}",
	.said = "Withdrawn."
};

const struct command posts_commands[] = {
	{ "posts list", "", 0, 0,
	  "who holds which post where", list_options, call_run, &list },
	{ "posts show", "POST", 1, 1,
	  "one post of the register and its history", NULL, call_run, &show },
	{ "posts add", "", 0, 0,
	  "give somebody a post", add_options, call_run, &add },
	{ "posts change", "POST", 1, 1,
	  "other hours, another end …", change_options, call_run, &change },
	{ "posts end", "POST", 1, 1,
	  "the last day of a post", end_options, call_run, &end },
	{ "posts withdraw", "POST", 1, 1,
	  "a post entered in error", withdraw_options, call_run, &withdraw },
	{ NULL },
};
