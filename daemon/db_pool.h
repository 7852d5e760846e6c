/*
 * db_pool.h — a worker's connections to the database and the calls that
 * wait for one. Reconnects with back-off and jitter; while the database is
 * away calls are refused at once with database_away.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_DB_POOL_H
#define DAEMON_DB_POOL_H

#include "db.h"
#include "worker.h"
#include <stdbool.h>

struct pool *pool_new(struct worker *);
void pool_free(struct pool *);

/* At least one connection is up: what /readyz says. */
bool pool_is_ready(const struct pool *);

/* Ready now, or not known yet: /readyz waits for neither. */
const char *pool_state(const struct pool *);

#endif
