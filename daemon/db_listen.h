/*
 * db_listen.h — a worker's ear and voice for "something changed in a
 * setting", between all workers of all servers on one database: LISTEN and
 * NOTIFY on a connection of its own. Told after the commit, in a transaction
 * of its own: NOTIFY within a batch would make all commits wait in line for
 * one another. Nothing is lost by that: whenever an ear opens, at a start
 * or after a break, everybody is told to look again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_DB_LISTEN_H
#define DAEMON_DB_LISTEN_H

#include "worker.h"
#include <stdbool.h>
#include <stdint.h>

#define ALL_SETTINGS 0

struct db_listen;

/* heard is called from the loop, with a setting or ALL_SETTINGS. */
struct db_listen *db_listen_new(struct worker *,
    void (*heard)(struct worker *, int32_t setting));
void db_listen_free(struct db_listen *);

/* False: nothing is heard for now; it connects again with back-off. */
bool db_listen_is_open(const struct db_listen *);

/* Something was committed; everybody hears of it soon. Never blocks. */
void db_listen_tell(struct db_listen *, int32_t setting);

#endif
