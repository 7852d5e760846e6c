/*
 * after.h — the authority's milestones of children whose settings send them:
 * their ids are not known before, so this script is loaded after the sync.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_AFTER_H
#define GENERATE_AFTER_H

#include "buf.h"
#include "common.h"
#include "person.h"
#include "places.h"
#include "story.h"
#include <stdbool.h>

/* source_id is NULL where only the UPN tells who it is. */
void after_add(struct buf *, const struct place *, const char *source_id,
    const struct person *, const struct transfer *);
bool after_write(const struct buf *, const char *path) must_check; /* else errno */

#endif
