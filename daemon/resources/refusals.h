/*
 * refusals.h — which records of a setting are still refused: a batch that is
 * closed adds its own and ends those it brings good.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_RESOURCES_REFUSALS_H
#define DAEMON_RESOURCES_REFUSALS_H

#include "arena.h"
#include "batch.h"
#include "db.h"
#include "outcomes.h"
#include "records.h"
#include <stdbool.h>

/* Adds a query to the coming stage when there is anything to note. were_any:
 * refusals of this setting stand from before. params is empty, and is the
 * caller's to release when the call is over. */
void refusals_add(struct db_call *, const struct batch *,
    const struct outcomes *, bool were_any, struct params *, struct arena *);

#endif
