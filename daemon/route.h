/*
 * route.h — what a resource declares: an address, who may take it, its
 * parameters and one SQL statement. route.c finds the row for a request and
 * turns "$name" in the SQL into bound parameters, once at start-up.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_ROUTE_H
#define DAEMON_ROUTE_H

#include "common.h"
#include "conn.h"
#include "fields.h"
#include "http1.h"
#include "session.h"
#include <stdbool.h>
#include <stddef.h>

/* timeout_ms of a route that counts or judges a whole authority. */
#define COUNT_TIMEOUT_MS 30000
#define ROUTES_MAX 384
#define PARAMS_MAX 16

struct request;

/* A step proceeds, waits (whoever it waits for resumes the request), or
 * refuses (req->problem is set). Nothing else. */
enum step_outcome { PROCEED, WAIT, REFUSE };
struct step {
	const char *name;
	enum step_outcome (*run)(struct request *);
};

enum answer {
	ANSWER_LIST, /* rows in any form; paged when key is given */
	ANSWER_ONE,  /* one row as an object; no row is 404 */
	ANSWER_NONE  /* 204 */
};

struct route {
	enum http1_method method;
	const char *path;            /* "/v1/children/{id}" */
	unsigned roles;              /* who may; 0 only on the internal listener */
	enum answer answer;
	const char *sql;             /* $name: a parameter, a body field, or
	                                $after and $limit of a paged list */
	const struct field *params;  /* in path and query */
	size_t params_len;
	const struct field *body;    /* members of the JSON body */
	size_t body_len;
	const char *title;           /* of its workbook; default from the path */
	const char *file;            /* as CSV it is offered by this name; *: today, DD-MM-YYYY */
	const char *text;            /* of this media type: the rows' first column as it stands */
	const char *key;             /* paged by this column ... */
	enum field_type key_type;    /* ... FIELD_INT, FIELD_UUID, FIELD_TEXT */
	int limit_max;               /* default 1,000 */
	bool writes;                 /* a GET may too: it is audited as a read */
	int timeout_ms;              /* of the statement; default statement_timeout_ms */
	int created;                 /* status of success; default 200 */
	const struct step *work;     /* instead of the usual steps after the head */
	const char *media_types;     /* of the body, comma separated; default JSON */
	size_t (*body_max)(const struct request *); /* default body_max_bytes */
	bool takes_gzip;             /* the body may come so coded; bounds are of what it holds */
	bool (*body_piece)(struct request *, const char *at, size_t len);
	bool (*body_grown)(struct request *); /* looks at req->body as it grows; false refuses at once */
	void (*release)(struct request *); /* what work left in req->state */
};

/* One table per resource (daemon/resources/NAME.c). */
struct resource {
	const struct route *routes;
	size_t len;
};
extern const struct resource resource_index, resource_settings,
    resource_findings, resource_reports_people, resource_reports_counts,
    resource_clients, resource_children, resource_caseloads, resource_sharing,
    resource_desk, resource_handovers,
    resource_transitions, resource_transition_cases,
    resource_transition_readiness,
    resource_between, resource_reports, resource_ehc,
    resource_ehc_cases,
    resource_sync,
    resource_sen2,
    resource_ehc_plans, resource_ehc_reviews,
    resource_snapshots, resource_freshness, resource_identities,
    resource_staff, resource_posts, resource_groups, resource_thresholds,
    resource_proposals, resource_advice,
    resource_planner,
    resource_visits, resource_referrals, resource_support_cases,
    resource_agency_contacts, resource_networks, resource_training,
    resource_practice,
    resource_codes, resource_clocks, resource_deadlines, resource_health;

/* Compiles every route; a mistake in a table ends the program. */
void routes_start(void);

/* PROBLEM_NOT_FOUND or PROBLEM_METHOD_NOT_ALLOWED when there is none. Path
 * parameters are put into *captured in order of the route's braces. */
const struct route *route_find(enum listener_kind, enum http1_method,
    const char *path, size_t len, struct slice captured[PARAMS_MAX],
    struct problem *);

/* The compiled statement, and what each of its parameters is. */
enum source { SOURCE_PARAM, SOURCE_BODY, SOURCE_AFTER, SOURCE_LIMIT };
struct binding {
	enum source source;
	size_t index;
};
const struct statement *route_statement(const struct route *,
    const struct binding **bindings, size_t *len);

size_t route_number(const struct route *); /* for metrics */
const char *route_name(const struct route *); /* "GET /v1/children/{id}" */
const char *const *route_names(size_t *len);

#endif
