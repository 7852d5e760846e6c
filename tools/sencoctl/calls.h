/*
 * calls.h — sub-commands that are one request each, told by a table: a route,
 * the options that become its parameters or the members of its body, and what
 * to show of the answer. An option --from-on is the parameter from_on. What
 * follows it in the help says how its value is sent in a body: NUMBER as a
 * number, YES|NO as a boolean, LIST (commas between) as a list of texts, a
 * switch as true, anything else as text.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCOCTL_CALLS_H
#define SENCOCTL_CALLS_H

#include "commands.h"
#include "json_rows.h"

struct call {
	const char *method;    /* GET, POST or PUT */
	const char *path;      /* each {} takes the next argument */
	const char *read;      /* read before, for its ETag; its {} likewise */
	bool may_be_new;       /* what is read may not be there yet */
	const struct json_column *columns; /* NULL: as the server names them */
	const char *said;      /* GET: when there are no rows; else when done */
	bool is_one;           /* GET: one object, not a list */
	const char *raw;       /* GET: this media type, passed on as it comes */
};

/* A list by its pages in the --format asked for, one object as names and
 * values, a change with its sentence and what the server answered. */
enum ending call_run(struct session *);

/* One table a noun, each ended by a row without a name; commands.c lists them. */
extern const struct command staff_commands[], posts_commands[],
    groups_commands[], thresholds_commands[],
    sharing_commands[], findings_commands[], desk_commands[],
    planner_commands[], visits_commands[], referrals_commands[],
    handovers_commands[], ehc_plans_commands[], ehc_cases_commands[],
    readiness_commands[],
    contacts_commands[], counts_commands[],
    caseloads_commands[], reports_commands[],
    between_commands[], moves_commands[],
    deadlines_commands[], sen2_commands[];

#endif
