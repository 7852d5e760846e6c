/*
 * changes.h — the change feed: GET /v1/sync/changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CHANGES_H
#define DAEMON_CHANGES_H

#include "route.h"

#define CHANGES_PARAMS_LEN 5
#define WAIT_MAX_S 60
/* Only below the oldest running transaction: a late commit is never passed. */
#define CHANGES_SQL \
	"SELECT c.position AS _xid, c.seq AS _seq, c.op, c.kind, c.setting," \
	" c.source_id, c.child_id, c.\"from\", c.revision, c.at, c.data" \
	" FROM api.changes($xid::text::xid8, $seq::text::bigint," \
	" coalesce($limit, 1000)) AS c"

extern const struct field changes_params[CHANGES_PARAMS_LEN];
extern const struct step changes_work[];

void changes_release(struct request *);

#endif
