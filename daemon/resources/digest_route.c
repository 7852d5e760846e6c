/*
 * digest_route.c — GET /v1/sync/digest: does a setting's system hold what we hold?
 * One number a kind; where it differs one for each of 256 buckets of the
 * kind; where that differs the records of a bucket with their hashes. So a
 * million records are compared in three answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "digest_route.h"

#include "request_state.h"

enum { PARAM_SETTING, PARAM_KIND, PARAM_BUCKET };

const struct field digest_params[DIGEST_PARAMS_LEN] = {
	{ "setting", FIELD_SETTING, REQUIRED },
	{ "kind", FIELD_TEXT, OPTIONAL, .max = 40 },
	{ "bucket", FIELD_INT, OPTIONAL, .max = 255 },
};

#define OF_SETTING " WHERE setting_id = (SELECT api.digest_setting($1))"

/* By how many of the parameters are given. */
static const char *const levels[DIGEST_PARAMS_LEN] = {
	"SELECT kind, records, digest FROM api.digests" OF_SETTING
	" ORDER BY position, kind",
	"SELECT bucket, records, digest FROM api.digest_buckets" OF_SETTING
	" AND kind = $2 ORDER BY bucket",
	"SELECT source_id, child_id, revision,"
	" translate(content_hash::text, '-', '') AS hash"
	" FROM api.digest_records" OF_SETTING
	" AND kind = $2 AND bucket = $3 ORDER BY source_id",
};

static enum step_outcome
step_ask(struct request *req)
{
	static const uint32_t types[] = { OID_TEXT, OID_TEXT, OID_INT4 };
	static const struct statement *made[DIGEST_PARAMS_LEN];
	const struct value *params = req->params;
	size_t level = params[PARAM_BUCKET].is_set ? 2 :
	    params[PARAM_KIND].is_set;
	struct query *query;

	if (level > 0 && !params[PARAM_KIND].is_set)
		return request_refuse(req, PROBLEM_MISSING_PARAMETER, "kind",
		    "%s", "a bucket is one of a kind");
	if (level > 0 && kind_find(sync_kinds, params[PARAM_KIND].text) == NULL)
		return request_refuse(req, PROBLEM_UNKNOWN_KIND, "kind", "%s",
		    "");
	if (made[level] == NULL)
		made[level] = statement_new(levels[level], level + 1, types);
	query = db_call_add(&req->call, made[level]);
	for (size_t i = 0; i <= level; i++)
		query_text(query, params[i].text.at != NULL ?
		    arena_text(&req->arena, params[i].text.at,
		    params[i].text.len) : arena_print(&req->arena, "%lld",
		    (long long)params[i].number));
	req->call.actor = req->actor.token;
	return request_ask(req, true);
}

const struct step digest_work[] = {
	{ "ask",     step_ask },      /* the query of the level; waits */
	{ "answer",  step_answered },
	{ "audit",   step_audit },    /* ids of records are a child's; waits */
	{ "audited", step_audited },
	{ "reply",   step_reply },
	{ NULL, NULL }
};
