/*
 * contacts.c — `sencoctl cases`, `agencies`, `networks`, `training` and
 * `practice`: the rest of what Area SENCOs do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#define FORMAT { "format", "FORMAT", "table (default), json or csv" }
#define SPAN { "from", "DATE", "from this day" }, \
	{ "until", "DATE", "until this day" }

static const struct option_row format_options[] = { FORMAT, { NULL } };

static const struct option_row cases_options[] = {
	{ "setting", "REF", "only at this setting, as urn:106283" },
	{ "open",    NULL,  "only those open" },
	FORMAT,
	{ NULL },
};

static const struct json_column cases_columns[] = {
	{ "case_id",      "case", true },
	{ "opened_on",    "opened", true },
	{ "closed_on",    "closed", true },
	{ "days_open",    "days" },
	{ "setting_name", "setting" },
	{ "person",       "who" },
	{ "issue",        "issue" },
	{ NULL },
};

static const struct option_row case_options[] = {
	{ "setting",   "REF",  "where; needed" },
	{ "person",    "TEXT", "who is helped" },
	{ "issue",     "TEXT", "with what; needed" },
	{ "opened-on", "DATE", "since when; needed" },
	{ NULL },
};

static const struct option_row close_options[] = {
	{ "closed-on", "DATE", "when; needed" },
	{ "outcome",   "TEXT", "what came of it; needed" },
	{ NULL },
};

static const struct option_row agencies_options[] = {
	{ "setting", "REF",   "only about this setting" },
	{ "group",   "ID",    "only with this group" },
	{ "child",   "CHILD", "only about this child" },
	{ "agency",  "WORD",  "only with this agency" },
	SPAN,
	FORMAT,
	{ NULL },
};

static const struct json_column agencies_columns[] = {
	{ "contact_id",   "contact", true },
	{ "held_on",      "on", true },
	{ "setting_name", "setting" },
	{ "group_name",   "group" },
	{ "agencies",     "agencies" },
	{ "purpose",      "purpose" },
	{ "agreement",    "agreed" },
	{ NULL },
};

static const struct option_row contact_options[] = {
	{ "setting",   "REF",    "about which setting; or --group-id" },
	{ "group-id",  "NUMBER", "with this group" },
	{ "child-id",  "CHILD",  "about this child" },
	{ "held-on",   "DATE",   "when; needed" },
	{ "agencies",  "LIST",   "codes of the list agency" },
	{ "purpose",   "TEXT",   "what for; needed" },
	{ "agreement", "TEXT",   "where it is kept, or why there is none" },
	{ NULL },
};

static const struct option_row span_options[] = { SPAN, FORMAT, { NULL } };

static const struct json_column networks_columns[] = {
	{ "meeting_id", "meeting", true },
	{ "held_on",    "on", true },
	{ "title",      "title" },
	{ "settings",   "settings" },
	{ "people",     "people" },
	{ NULL },
};

static const struct option_row meeting_options[] = {
	{ "held-on", "DATE", "when; needed" },
	{ "title",   "TEXT", "what; needed" },
	{ "place",   "TEXT", "where" },
	{ NULL },
};

static const struct json_column came_columns[] = {
	{ "setting",      "setting", true },
	{ "setting_name", "name" },
	{ "people",       "people" },
	{ NULL },
};

static const struct option_row came_options[] = {
	{ "people", "NUMBER", "how many; 0: nobody after all; needed" },
	{ NULL },
};

static const struct option_row courses_options[] = {
	{ "topic", "WORD", "only of this topic" },
	SPAN,
	FORMAT,
	{ NULL },
};

static const struct json_column courses_columns[] = {
	{ "event_id", "course", true },
	{ "held_on",  "on", true },
	{ "title",    "title" },
	{ "topic",    "topic" },
	{ "hours",    "hours" },
	{ "settings", "settings" },
	{ "people",   "people" },
	{ NULL },
};

static const struct option_row course_options[] = {
	{ "held-on", "DATE",   "its first day; needed" },
	{ "title",   "TEXT",   "what; needed" },
	{ "topic",   "WORD",   "a code of the list advice_topic; needed" },
	{ "hours",   "NUMBER", "how long; needed" },
	{ NULL },
};

static const struct option_row trained_options[] = {
	{ "people",     "NUMBER", "how many; 0: nobody after all; needed" },
	{ "staff",      "LIST",   "those known by id (see `staff list`)" },
	{ "senco-came", NULL,     "the SENCO was among those not named" },
	{ NULL },
};

static const struct json_column practice_columns[] = {
	{ "item_id",   "item", true },
	{ "shared_on", "on", true },
	{ "title",     "title" },
	{ "settings",  "settings" },
	{ NULL },
};

static const struct option_row item_options[] = {
	{ "shared-on", "DATE", "when; needed" },
	{ "title",     "TEXT", "what; needed" },
	{ "summary",   "TEXT", "in a few sentences" },
	{ NULL },
};

static const struct json_column reach_columns[] = {
	{ "setting",      "setting", true },
	{ "setting_name", "name" },
	{ "reached_on",   "on", true },
	{ NULL },
};

static const struct option_row reached_options[] = {
	{ "settings",   "LIST", "which; needed" },
	{ "reached-on", "DATE", "when; needed" },
	{ NULL },
};

#define CASE "/v1/support-cases/{}"
#define MEETING "/v1/network-meetings/{}/attendance"
#define COURSE "/v1/training-events/{}/attendance"
#define REACH "/v1/practice-items/{}/reach"
#define NOBODY "No rows: nobody came."

enum { CASES, OPEN, CLOSE, AGENCIES, CONTACT, NETWORKS, MEET, ATTENDANCE, CAME,
       COURSES, TEACH, TRAINED, TRAIN, ITEMS, SHARE, REACHED, SPREAD };

static const struct call calls[] = {
	[CASES] = { "GET", "/v1/support-cases", .columns = cases_columns,
		    .said = "No rows: no such case." },
	[OPEN] = { "POST", "/v1/support-cases", .said = "Opened." },
	[CLOSE] = { "POST", CASE "/close", .read = CASE, .said = "Closed." },
	[AGENCIES] = { "GET", "/v1/agency-contacts",
		       .columns = agencies_columns,
		       .said = "No rows: no such contact." },
	[CONTACT] = { "POST", "/v1/agency-contacts", .said = "Written down." },
	[NETWORKS] = { "GET", "/v1/network-meetings",
		       .columns = networks_columns,
		       .said = "No rows: no meeting." },
	[MEET] = { "POST", "/v1/network-meetings", .said = "Written down." },
	[ATTENDANCE] = { "GET", MEETING, .columns = came_columns,
		         .said = NOBODY },
	[CAME] = { "PUT", MEETING "/{}", .read = MEETING "/{}",
		   .may_be_new = true, .said = "Noted." },
	[COURSES] = { "GET", "/v1/training-events", .columns = courses_columns,
		      .said = "No rows: no course." },
	[TEACH] = { "POST", "/v1/training-events", .said = "Written down." },
	[TRAINED] = { "GET", COURSE, .columns = came_columns, .said = NOBODY },
	[TRAIN] = { "PUT", COURSE "/{}", .read = COURSE "/{}",
		    .may_be_new = true, .said = "Noted." },
	[ITEMS] = { "GET", "/v1/practice-items", .columns = practice_columns,
		    .said = "No rows: nothing was shared." },
	[SHARE] = { "POST", "/v1/practice-items", .said = "Shared." },
	[REACHED] = { "GET", REACH, .columns = reach_columns,
		      .said = "No rows: it reached nobody." },
	[SPREAD] = { "POST", REACH, .said = "Noted." },
};

const struct command contacts_commands[] = {
	{ "cases list", "", 0, 0,
	  "help that SENCOs of settings get", cases_options, call_run,
	  &calls[CASES] },
	{ "cases open", "", 0, 0,
	  "open a case", case_options, call_run, &calls[OPEN] },
	{ "cases close", "CASE", 1, 1,
	  "a case is over", close_options, call_run, &calls[CLOSE] },
	{ "agencies list", "", 0, 0,
	  "contacts that brought agencies together", agencies_options,
	  call_run, &calls[AGENCIES] },
	{ "agencies add", "", 0, 0,
	  "write down a contact", contact_options, call_run, &calls[CONTACT] },
	{ "networks list", "", 0, 0,
	  "network meetings of SENCOs", span_options, call_run,
	  &calls[NETWORKS] },
	{ "networks add", "", 0, 0,
	  "a meeting", meeting_options, call_run, &calls[MEET] },
	{ "networks attendance", "MEETING", 1, 1,
	  "how many came from where", format_options, call_run,
	  &calls[ATTENDANCE] },
	{ "networks came", "MEETING REF", 2, 2,
	  "so many came from that setting", came_options, call_run,
	  &calls[CAME] },
	{ "training list", "", 0, 0,
	  "courses", courses_options, call_run, &calls[COURSES] },
	{ "training add", "", 0, 0,
	  "a course", course_options, call_run, &calls[TEACH] },
	{ "training attendance", "COURSE", 1, 1,
	  "who came from where", format_options, call_run, &calls[TRAINED] },
	{ "training came", "COURSE REF", 2, 2,
	  "who came from that setting", trained_options, call_run,
	  &calls[TRAIN] },
	{ "practice list", "", 0, 0,
	  "good practice that was shared", format_options, call_run,
	  &calls[ITEMS] },
	{ "practice share", "", 0, 0,
	  "share an example", item_options, call_run, &calls[SHARE] },
	{ "practice reach", "ITEM", 1, 1,
	  "the settings it reached", format_options, call_run,
	  &calls[REACHED] },
	{ "practice reached", "ITEM", 1, 1,
	  "it reached these settings", reached_options, call_run,
	  &calls[SPREAD] },
	{ NULL },
};
