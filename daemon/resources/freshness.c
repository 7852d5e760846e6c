/*
 * freshness.c — which settings keep in touch and which have fallen silent;
 * and what a setting's system says it holds, compared with what is held here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include <jansson.h>
#include <string.h>

#define MAY_READ (ROLE_ANY & ~ROLE_AUDITOR)

static const struct field list_params[] = {
	{ "silent", FIELD_BOOL, OPTIONAL },
	{ "setting", FIELD_SETTING, OPTIONAL },
};

/* Parameter 1 is the body, checked. */
static const struct field report_params[] = {
	{ "setting", FIELD_SETTING, REQUIRED },
	{ "digests", FIELD_TEXT, INTERNAL },
};

static bool
digest_is_good(const char *digest)
{
	return strlen(digest) == 32 &&
	       strspn(digest, "0123456789abcdef") == 32;
}

/* {"kind", "records", "digest"}, nothing else, each kind once. */
static bool
digests_check(json_t *kinds, struct problem *why, struct arena *arena)
{
	size_t i;
	json_t *item;

	json_array_foreach(kinds, i, item) {
		const char *kind, *digest, *other;
		json_int_t records;
		bool is_good = json_unpack_ex(item, NULL, JSON_STRICT,
		    "{s:s, s:I, s:s}", "kind", &kind, "records", &records,
		    "digest", &digest) == 0 && records >= 0 &&
		    digest_is_good(digest);

		for (size_t j = 0; is_good && j < i; j++)
			is_good = json_unpack(json_array_get(kinds, j),
			    "{s:s}", "kind", &other) == 0 &&
			    strcmp(kind, other) != 0;
		if (!is_good)
			return problem_set(why, PROBLEM_MALFORMED_FIELD,
			    arena_print(arena, "/kinds/%zu", i), "%s",
			    "must be kind, records and a digest of 32 "
			    "hexadecimal digits, each kind once");
		if (kind_find(sync_kinds, slice_of(kind)) == NULL)
			return problem_set(why, PROBLEM_UNKNOWN_KIND,
			    arena_print(arena, "/kinds/%zu/kind", i), "%s",
			    "");
	}
	return true;
}

static enum step_outcome
step_digests(struct request *req)
{
	json_t *root = json_loadb(req->body.at != NULL ? req->body.at : "",
	    req->body.len, JSON_REJECT_DUPLICATES, NULL);
	json_t *kinds = json_object_get(root, "kinds");
	enum step_outcome outcome = REFUSE;
	char *text = NULL;

	if (!json_is_object(root)) {
		request_refuse(req, PROBLEM_MALFORMED_JSON, NULL, "%s",
		    "must be one object");
	} else if (!json_is_array(kinds) || json_object_size(root) != 1 ||
	    json_array_size(kinds) > KINDS_MAX) {
		request_refuse(req, PROBLEM_MALFORMED_FIELD, "/kinds",
		    "must be a list of at most %d, and alone", KINDS_MAX);
	} else if (digests_check(kinds, &req->problem, &req->arena)) {
		text = json_dumps(kinds, JSON_COMPACT);
		req->params[1].text = arena_slice(&req->arena, slice_of(text));
		req->params[1].is_set = true;
		outcome = PROCEED;
	}
	free(text);
	json_decref(root);
	return outcome;
}

static const struct step report_work[] = {
	{ "digests", step_digests }, /* body -> checked digests */
	{ "query", step_query },
	{ "answered", step_answered },
	{ "reply", step_reply },
	{ NULL, NULL }
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/sync/freshness", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.freshness"
	  " WHERE ($after IS NULL OR _key > $after)"
	  "   AND ($silent IS NULL OR is_silent = $silent)"
	  "   AND ($setting IS NULL OR _key ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  " ORDER BY _key LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "_key", .key_type = FIELD_INT },
	{ HTTP_POST, "/v1/sync/digest", ROLE_SCHOOL_SYSTEM, ANSWER_LIST,
	  "SELECT * FROM api.digest_report($setting, $digests::jsonb)",
	  report_params, nitems(report_params),
	  .writes = true, .work = report_work,
	  .media_types = "application/json" },
};

const struct resource resource_freshness = { routes, nitems(routes) };
