/*
 * sync.c — a school's system sends its records and hears of changes.
 * batches.c takes a batch in; changes.c lets the feed out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batches.h"
#include "changes.h"
#include "route.h"

static const struct route routes[] = {
	{ HTTP_POST, "/v1/sync/batches", ROLE_SCHOOL_SYSTEM,
	  .params = batches_params, .params_len = BATCHES_PARAMS_LEN,
	  .writes = true, .work = batches_work,
	  .media_types = "application/json,application/x-ndjson",
	  .body_max = batches_body_max, .takes_gzip = true,
	  .release = batches_release },
	{ HTTP_GET, "/v1/sync/changes", ROLE_SCHOOL_SYSTEM, ANSWER_LIST,
	  CHANGES_SQL, changes_params, CHANGES_PARAMS_LEN,
	  .work = changes_work, .release = changes_release,
	  .is_contact = true },
};

const struct resource resource_sync = { routes, nitems(routes) };
