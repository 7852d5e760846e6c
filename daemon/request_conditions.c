/*
 * request_conditions.c — a step for routes whose work depends on If-Match or
 * the Idempotency-Key: these header fields become parameters like any other,
 * those that the route declares INTERNAL by the names if_match and key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include <string.h>

#define KEY_MAX 128

enum step_outcome
request_need_key(struct request *req)
{
	const char *key = req->idempotency_key;
	size_t len = key != NULL ? strlen(key) : 0;
	bool is_good = len > 0 && len <= KEY_MAX;

	for (size_t i = 0; i < len; i++)
		is_good = is_good && key[i] > ' ' && key[i] < 0x7f;
	return is_good ? PROCEED : request_refuse(req,
	    PROBLEM_IDEMPOTENCY_KEY_MISSING, NULL,
	    "1 to %d visible ASCII characters", KEY_MAX);
}

/* Without its quotes; one that is not there stays unset. */
static enum step_outcome
take_if_match(struct request *req, struct value *out)
{
	struct slice etag = slice_of(req->if_match != NULL ? req->if_match : "");

	if (etag.len == 0)
		return PROCEED;
	if (etag.len < 3 || etag.at[0] != '"' || etag.at[etag.len - 1] != '"')
		return request_refuse(req, PROBLEM_PRECONDITION_FAILED, NULL,
		    "%s", "If-Match must be an ETag as this server gave it");
	out->text = arena_slice(&req->arena,
	    (struct slice){ etag.at + 1, etag.len - 2 });
	out->is_set = true;
	return PROCEED;
}

static enum step_outcome
take_key(struct request *req, struct value *out)
{
	if (request_need_key(req) == REFUSE)
		return REFUSE;
	out->text = slice_of(req->idempotency_key);
	out->is_set = true;
	return PROCEED;
}

enum step_outcome
step_conditions(struct request *req)
{
	enum step_outcome outcome = PROCEED;

	for (size_t i = 0; outcome == PROCEED && i < req->route->params_len;
	    i++) {
		const struct field *field = &req->route->params[i];

		if (field->needed != INTERNAL)
			continue;
		if (strcmp(field->name, "if_match") == 0)
			outcome = take_if_match(req, &req->params[i]);
		else if (strcmp(field->name, "key") == 0)
			outcome = take_key(req, &req->params[i]);
	}
	return outcome;
}

const struct step conditional_work[] = {
	{ "conditions", step_conditions },
	{ "decode", step_decode },
	{ "query", step_query },
	{ "answered", step_answered },
	{ "reply", step_reply },
	{ NULL, NULL }
};
