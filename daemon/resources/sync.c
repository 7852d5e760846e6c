/*
 * sync.c — a school's system sends its records and hears of changes.
 * batches.c takes a batch in; changes.c lets the feed out; digest_route.c
 * tells whether both hold the same; exports.c has all there is as files.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batches.h"
#include "changes.h"
#include "digest_route.h"
#include "exports.h"
#include "route.h"

#define MAY_FOLLOW (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)

static const struct route routes[] = {
	{ HTTP_POST, "/v1/sync/batches", ROLE_SCHOOL_SYSTEM,
	  .params = batches_params, .params_len = BATCHES_PARAMS_LEN,
	  .writes = true, .work = batches_work,
	  .media_types = "application/json,application/x-ndjson",
	  .body_max = batches_body_max, .body_grown = batches_body_grown,
	  .takes_gzip = true,
	  .release = batches_release },
	{ HTTP_GET, "/v1/sync/changes", MAY_FOLLOW, ANSWER_LIST,
	  CHANGES_SQL, changes_params, CHANGES_PARAMS_LEN,
	  .work = changes_work, .release = changes_release },
	{ HTTP_POST, "/v1/sync/exports", EXPORTS_ROLES, ANSWER_ONE,
	  "SELECT e.*, '/v1/sync/exports/' || e.id AS _location"
	  " FROM api.exports_create($setting, $key) AS e",
	  exports_asked_params, EXPORTS_ASKED_PARAMS_LEN, .writes = true,
	  .created = 202, .work = exports_asked_work,
	  .release = exports_asked },
	{ HTTP_GET, "/v1/sync/exports", EXPORTS_ROLES, ANSWER_LIST,
	  "SELECT e.* FROM api.exports AS e ORDER BY e.asked_at DESC, e.id" },
	{ HTTP_GET, "/v1/sync/exports/{id}", EXPORTS_ROLES, ANSWER_ONE,
	  "SELECT e.* FROM api.exports AS e WHERE e.id = $id",
	  exports_file_params, 1 },
	{ HTTP_POST, "/v1/sync/exports/{id}/drop", EXPORTS_ROLES, ANSWER_NONE,
	  "SELECT api.exports_drop($id)", exports_file_params, 1,
	  .writes = true },
	{ HTTP_GET, "/v1/sync/exports/{id}/files/{kind}", EXPORTS_ROLES,
	  .sql = "SELECT o.bytes, o.sha256"
	      " FROM api.exports_open($id, $kind) AS o",
	  .params = exports_file_params, .params_len = EXPORTS_FILE_PARAMS_LEN,
	  .writes = true, .work = exports_file_work },
	{ HTTP_GET, "/v1/sync/digest", MAY_FOLLOW, ANSWER_LIST, NULL,
	  digest_params, DIGEST_PARAMS_LEN, .work = digest_work },
};

const struct resource resource_sync = { routes, nitems(routes) };
