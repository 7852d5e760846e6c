/*
 * request_head.c — the opening steps: who is asking, for what, may they, and
 * are the parameters right. The body is not looked at before all of this.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_steps.h"

#include <string.h>
#include <strings.h>

#include "request_state.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000

static void
identity_asked(struct db_call *call)
{
	struct request *req = container_of(call, struct request, audit);
	req->is_waiting_for_db = false;
	request_resume(req);
}

enum step_outcome
step_identify(struct request *req)
{
	const uint8_t *fingerprint = conn_fingerprint(req->conn);
	if (conn_kind(req->conn) == LISTENER_INTERNAL)
		return PROCEED;
	if (fingerprint == NULL)
		return request_refuse(req, PROBLEM_CERTIFICATE_REQUIRED,
		    NULL, "%s", "");
	if (actors_find(req->worker->actors, fingerprint, &req->actor))
		return PROCEED;
	/* The audit call is free until the end: identity uses it first. */
	actors_ask(&req->audit, fingerprint);
	req->audit.done = identity_asked;
	req->audit.request_id = req->id;
	req->is_waiting_for_db = true;
	db_call_start(req->worker->pool, &req->audit, true);
	return WAIT;
}

enum step_outcome
step_identified(struct request *req)
{
	bool is_known;
	if (req->audit.len == 0)
		return PROCEED;
	if (!req->audit.is_ok) {
		req->problem = req->audit.problem;
		return REFUSE;
	}
	is_known = actors_learn(req->worker->actors,
	    conn_fingerprint(req->conn), &req->audit, &req->actor);
	db_call_clear(&req->audit);
	return is_known ? PROCEED : request_refuse(req,
	    PROBLEM_CERTIFICATE_REQUIRED, NULL, "%s", "");
}

/* Path parameters in the order of the braces, by name. */
static bool
capture(struct request *req, const struct slice captured[])
{
	size_t n = 0;
	for (const char *at = strchr(req->route->path, '{'); at != NULL;
	    at = strchr(at, '{'), n++) {
		struct slice name = { at + 1, strcspn(at + 1, "}") };
		at += name.len;
		for (size_t i = 0; i < req->route->params_len; i++) {
			const struct field *field = &req->route->params[i];
			struct problem ignored = { 0 };
			if (!slice_is(name, field->name))
				continue;
			/* A malformed id names nothing that exists. */
			if (!field_read(field, captured[n], &req->arena,
			    &req->params[i], field->name, &ignored))
				return false;
		}
	}
	return true;
}

enum step_outcome
step_route(struct request *req)
{
	char path[HTTP1_TARGET_MAX + 1];
	size_t len;
	struct slice captured[PARAMS_MAX];
	if (!http1_path_decode(req->target, path, &len, &req->problem))
		return REFUSE;
	req->path = arena_text(&req->arena, path, len);
	req->route = route_find(conn_kind(req->conn), req->method, req->path,
	    len, captured, &req->problem);
	if (req->route == NULL)
		return REFUSE;
	if (!capture(req, captured))
		return request_refuse(req, PROBLEM_NOT_FOUND, NULL, "%s", "");
	return PROCEED;
}

enum step_outcome
step_authorise(struct request *req)
{
	if (req->route->roles == 0 || (req->actor.role & req->route->roles))
		return PROCEED;
	return request_refuse(req, PROBLEM_FORBIDDEN, NULL, "%s", "");
}

static bool
limit_read(struct request *req, struct slice value)
{
	int max = req->route->limit_max ? req->route->limit_max : LIMIT_MAX;
	int64_t n;
	if (req->limit != 0)
		return problem_set(&req->problem, PROBLEM_MALFORMED_PARAMETER,
		    "limit", "is given twice");
	if (!text_read_uint(value, &n) || n < 1 || n > max)
		return problem_set(&req->problem, PROBLEM_MALFORMED_PARAMETER,
		    "limit", "must be a number from 1 to %d", max);
	req->limit = (int)n;
	return true;
}

/* Opaque: base64url of the key's text. */
static bool
after_read(struct request *req, struct slice value)
{
	struct field field = { "after", req->route->key_type, OPTIONAL, NULL, 0 };
	uint8_t text[192];
	struct value key;
	long len = text_read_base64url(value, text, sizeof(text) - 1);
	struct slice read = { (const char *)text, (size_t)len };
	if (req->after.at != NULL)
		return problem_set(&req->problem, PROBLEM_MALFORMED_PARAMETER,
		    "after", "is given twice");
	if (len <= 0 || !field_read(&field, read, &req->arena, &key, "after",
	    &req->problem))
		return problem_set(&req->problem, PROBLEM_MALFORMED_PARAMETER,
		    "after", "is not one that this server gave");
	req->after.at = arena_text(&req->arena, read.at, read.len);
	req->after.len = read.len;
	return true;
}

static bool
parameter_read(struct request *req, struct slice name, struct slice value)
{
	const struct route *route = req->route;
	if (route->key != NULL && slice_is(name, "limit"))
		return limit_read(req, value);
	if (route->key != NULL && slice_is(name, "after"))
		return after_read(req, value);
	for (size_t i = 0; i < route->params_len; i++) {
		if (!slice_is(name, route->params[i].name) ||
		    route->params[i].needed == INTERNAL)
			continue;
		if (req->params[i].is_set)
			return problem_set(&req->problem,
			    PROBLEM_MALFORMED_PARAMETER, route->params[i].name,
			    "is given twice");
		value = arena_slice(&req->arena, value);
		if (field_read(&route->params[i], value, &req->arena,
		    &req->params[i], route->params[i].name, &req->problem))
			return true;
		req->problem.slug = PROBLEM_MALFORMED_PARAMETER;
		return false;
	}
	return problem_set(&req->problem, PROBLEM_UNKNOWN_PARAMETER, NULL,
	    "%s", "");
}

enum step_outcome
step_parameters(struct request *req)
{
	char scratch[HTTP1_TARGET_MAX];
	struct http1_query query;
	struct slice name, value;
	const struct route *route = req->route;
	http1_query_start(&query, req->target, scratch);
	while (http1_query_next(&query, &name, &value, &req->problem))
		if (!parameter_read(req, name, value))
			return REFUSE;
	if (req->problem.slug != PROBLEM_NONE)
		return REFUSE;
	if (req->limit == 0)
		req->limit = LIMIT_DEFAULT;
	for (size_t i = 0; i < route->params_len; i++)
		if (route->params[i].needed == REQUIRED && !req->params[i].is_set)
			return request_refuse(req, PROBLEM_MISSING_PARAMETER,
			    route->params[i].name, "%s", "must be given");
	return PROCEED;
}

static bool
media_type_fits(const struct request *req)
{
	const char *types = req->route->media_types != NULL ?
	    req->route->media_types : "application/json";
	size_t len;
	if (req->content_type == NULL)
		return false;
	len = strcspn(req->content_type, "; \t");
	for (const char *at = types; *at != '\0';) {
		size_t type_len = strcspn(at, ",");
		if (type_len == len &&
		    strncasecmp(at, req->content_type, len) == 0)
			return true;
		at += type_len + (at[type_len] == ',');
	}
	return false;
}

/* Plain, or gzip where the route takes it: one coding, once. */
static bool
coding_fits(const struct request *req)
{
	return req->content_coding == NULL || (req->route->takes_gzip &&
	       (strcasecmp(req->content_coding, "gzip") == 0 ||
	       strcasecmp(req->content_coding, "x-gzip") == 0));
}

enum step_outcome
step_receive(struct request *req)
{
	const struct config *config = req->worker->config;
	bool takes_body = req->route->body_len > 0 ||
	    req->route->media_types != NULL;
	size_t max;
	if (!takes_body)
		return PROCEED;
	if (!media_type_fits(req))
		return request_refuse(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    NULL, "%s", "");
	if (!coding_fits(req))
		return request_refuse(req, PROBLEM_UNSUPPORTED_CODING, NULL,
		    "%s", req->route->takes_gzip ? "gzip or none" : "none");
	max = req->route->body_max != NULL ? req->route->body_max(req) :
	    (size_t)config->body_max_bytes;
	if (req->content_length > (int64_t)max)
		return request_refuse(req, PROBLEM_BODY_TOO_LARGE, NULL,
		    "at most %zu bytes", max);
	if (req->worker->bodies_bytes > (size_t)config->bodies_max_bytes)
		return request_refuse(req, PROBLEM_BUSY, NULL, "%s", "");
	if (req->content_coding != NULL)
		req->inflate = inflate_new(max);
	conn_read_body(req->conn, max);
	return WAIT;
}
