/*
 * db_problem.c — what the database says no with, as a problem. Our own
 * refusals come as SQLSTATE LA000 with the slug as message; a few codes of
 * PostgreSQL have a meaning for the caller; everything else is our mistake,
 * logged by code and answered as internal. Messages are never passed on:
 * they may hold data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db_internal.h"

#include <string.h>

#include "log.h"

static const struct {
	const char *sqlstate; /* or its first characters */
	enum problem_slug slug;
} known[] = {
	{ "57014", PROBLEM_TIMEOUT },       /* statement_timeout */
	{ "57P", PROBLEM_DATABASE_AWAY },   /* shutdown, crash, starting up */
	{ "53", PROBLEM_DATABASE_AWAY },    /* disk full, out of memory, connections */
	{ "08", PROBLEM_DATABASE_AWAY },
	{ "25006", PROBLEM_DATABASE_AWAY }, /* a standby since fail-over */
	{ "40", PROBLEM_BUSY },             /* deadlock, serialization */
	{ "55P03", PROBLEM_BUSY },          /* lock_timeout */
	{ "42501", PROBLEM_FORBIDDEN },     /* a policy refused a row */
	{ "22", PROBLEM_MALFORMED_PARAMETER }, /* an "after" made by hand */
};

void
db_problem(struct problem *problem, const char *sqlstate, const char *message,
    const char *detail, const char *pointer, const char *request_id)
{
	enum problem_slug slug = PROBLEM_INTERNAL;
	if (sqlstate == NULL)
		sqlstate = "08000";
	if (strcmp(sqlstate, "LA000") == 0 && message != NULL &&
	    problem_find(slice_of(message), &slug)) {
		problem_set(problem, slug, pointer, "%s",
		    detail != NULL ? detail : "");
		return;
	}
	for (size_t i = 0; i < nitems(known); i++)
		if (strncmp(sqlstate, known[i].sqlstate,
		    strlen(known[i].sqlstate)) == 0) {
			problem_set(problem, known[i].slug, NULL, "%s", "");
			break;
		}
	if (problem->slug == PROBLEM_NONE)
		problem_set(problem, PROBLEM_INTERNAL, NULL, "%s", "");
	log_event(LOG_WARNING, "query_failed", "request=%s sqlstate=%s",
	    request_id != NULL ? request_id : "-", sqlstate);
}
