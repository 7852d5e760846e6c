/*
 * route.c — the routes of all resources, compiled at start-up: each "$name"
 * of a route's SQL becomes a bound parameter, so no text of a caller ever
 * becomes SQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "route.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "arrays.h"
#include "log.h"
#include "metrics.h"

static const struct resource *const resources[] = {
	&resource_health, &resource_index, &resource_settings,
	&resource_findings,
	&resource_reports_people, &resource_reports_counts,
	&resource_clients, &resource_children, &resource_caseloads,
	&resource_sharing,
	&resource_desk,
	&resource_handovers,
	&resource_transitions, &resource_transition_cases,
	&resource_transition_readiness,
	&resource_between, &resource_reports,
	&resource_ehc,
	&resource_ehc_cases,
	&resource_sen2,
	&resource_ehc_plans, &resource_ehc_reviews,
	&resource_sync, &resource_snapshots, &resource_freshness,
	&resource_identities, &resource_proposals, &resource_advice,
	&resource_planner,
	&resource_visits, &resource_referrals, &resource_support_cases,
	&resource_agency_contacts, &resource_networks, &resource_training,
	&resource_practice,
	&resource_staff, &resource_posts, &resource_groups,
	&resource_thresholds,
	&resource_codes, &resource_clocks, &resource_deadlines
};

struct compiled {
	const struct route *route;
	const char *name;
	size_t literal_len; /* of the path, up to its first brace */
	const struct statement *statement;
	struct binding bindings[QUERY_PARAMS_MAX];
	size_t bindings_len;
};

/* A place in the metrics for each. */
_Static_assert(ROUTES_MAX <= METRICS_ROUTES_MAX, "routes without metrics");

static struct compiled table[ROUTES_MAX];
static size_t table_len;
static const char *names[ROUTES_MAX];
static struct arena memory;

static long
field_index(const struct field *fields, size_t len, struct slice name)
{
	for (size_t i = 0; i < len; i++)
		if (slice_is(name, fields[i].name))
			return (long)i;
	return -1;
}

static struct binding
binding_find(const struct route *route, struct slice name)
{
	long i;
	if (route->key != NULL && slice_is(name, "after"))
		return (struct binding){ SOURCE_AFTER, 0 };
	if (route->key != NULL && slice_is(name, "limit"))
		return (struct binding){ SOURCE_LIMIT, 0 };
	if ((i = field_index(route->params, route->params_len, name)) >= 0)
		return (struct binding){ SOURCE_PARAM, (size_t)i };
	if ((i = field_index(route->body, route->body_len, name)) >= 0)
		return (struct binding){ SOURCE_BODY, (size_t)i };
	fatal("route %s: the SQL names $%.*s, which is no parameter",
	    route->path, (int)name.len, name.at);
}

static uint32_t
binding_type(const struct route *route, struct binding binding)
{
	struct field key = { .type = route->key_type };
	switch (binding.source) {
	case SOURCE_AFTER:
		return route->key_type == FIELD_UUID ? OID_UUID :
		       array_element_type(&key);
	case SOURCE_LIMIT:
		return OID_INT4;
	case SOURCE_PARAM:
		return route->params[binding.index].type == FIELD_UUID ?
		       OID_UUID : array_element_type(&route->params[binding.index]);
	default:
		return route->body[binding.index].type == FIELD_UUID ?
		       OID_UUID : array_element_type(&route->body[binding.index]);
	}
}

/* The number of a binding, added when it is met for the first time. */
static size_t
binding_number(struct compiled *compiled, struct binding binding)
{
	for (size_t i = 0; i < compiled->bindings_len; i++)
		if (compiled->bindings[i].source == binding.source &&
		    compiled->bindings[i].index == binding.index)
			return i + 1;
	compiled->bindings[compiled->bindings_len++] = binding;
	return compiled->bindings_len;
}

static void
compile_sql(struct compiled *compiled)
{
	const struct route *route = compiled->route;
	uint32_t types[QUERY_PARAMS_MAX];
	struct buf sql;
	buf_init(&sql);
	for (const char *at = route->sql; *at != '\0';) {
		if (*at != '$' || !isalpha((unsigned char)at[1])) {
			buf_add_char(&sql, *at++);
			continue;
		}
		struct slice name = { at + 1, 0 };
		while (isalnum((unsigned char)name.at[name.len]) ||
		    name.at[name.len] == '_')
			name.len++;
		buf_print(&sql, "$%zu", binding_number(compiled,
		    binding_find(route, name)));
		at = name.at + name.len;
	}
	for (size_t i = 0; i < compiled->bindings_len; i++)
		types[i] = binding_type(route, compiled->bindings[i]);
	compiled->statement = statement_new(
	    arena_text(&memory, sql.at, sql.len), compiled->bindings_len, types);
	buf_release(&sql);
}

static void
compile(const struct route *route)
{
	struct compiled *compiled = &table[table_len];
	if (table_len == ROUTES_MAX || route->params_len > PARAMS_MAX ||
	    route->body_len > PARAMS_MAX)
		fatal("route %s: a table is too small", route->path);
	compiled->route = route;
	compiled->literal_len = strcspn(route->path, "{");
	compiled->name = arena_print(&memory, "%s %s",
	    http1_method_name(route->method), route->path);
	if (route->sql != NULL)
		compile_sql(compiled);
	names[table_len++] = compiled->name;
}

void
routes_start(void)
{
	if (table_len > 0)
		return;
	arena_init(&memory);
	for (size_t i = 0; i < nitems(resources); i++)
		for (size_t j = 0; j < resources[i]->len; j++)
			compile(&resources[i]->routes[j]);
}

/* Segment by segment; a brace takes one whole segment. */
static bool
path_matches(const struct compiled *compiled, const char *path,
    size_t len, struct slice captured[PARAMS_MAX])
{
	const char *pattern = compiled->route->path + compiled->literal_len;
	const char *at = path + compiled->literal_len, *end = path + len;
	size_t n = 0;
	if (len < compiled->literal_len ||
	    memcmp(path, compiled->route->path, compiled->literal_len) != 0)
		return false;
	while (*pattern != '\0') {
		if (*pattern == '{') {
			size_t taken = 0;
			while (at + taken < end && at[taken] != '/')
				taken++;
			if (taken == 0)
				return false;
			captured[n++] = (struct slice){ at, taken };
			at += taken;
			pattern = strchr(pattern, '}') + 1;
		} else if (at < end && *at == *pattern) {
			at++;
			pattern++;
		} else {
			return false;
		}
	}
	return at == end;
}

const struct route *
route_find(enum listener_kind kind, enum http1_method method,
    const char *path, size_t len, struct slice captured[PARAMS_MAX],
    struct problem *problem)
{
	bool path_is_known = false;
	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (size_t i = 0; i < table_len; i++) {
		const struct route *route = table[i].route;
		if ((route->roles == 0) != (kind == LISTENER_INTERNAL) ||
		    !path_matches(&table[i], path, len, captured))
			continue;
		if (route->method == method)
			return route;
		path_is_known = true;
	}
	problem_set(problem, path_is_known ? PROBLEM_METHOD_NOT_ALLOWED :
	    PROBLEM_NOT_FOUND, NULL, "%s", "");
	return NULL;
}

static const struct compiled *
compiled_of(const struct route *route)
{
	for (size_t i = 0; i < table_len; i++)
		if (table[i].route == route)
			return &table[i];
	fatal("route %s was never compiled", route->path);
}

const struct statement *
route_statement(const struct route *route, const struct binding **bindings,
    size_t *len)
{
	const struct compiled *compiled = compiled_of(route);
	*bindings = compiled->bindings;
	*len = compiled->bindings_len;
	return compiled->statement;
}

size_t
route_number(const struct route *route)
{
	return (size_t)(compiled_of(route) - table);
}

const char *
route_name(const struct route *route)
{
	return compiled_of(route)->name;
}

const char *const *
route_names(size_t *len)
{
	*len = table_len;
	return names;
}
