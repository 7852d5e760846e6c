/*
 * mirror.h — what the authority holds for us, kept up by the change feed:
 * put delete enter leave merge split, applied in the order they come. The
 * caller has a transaction open.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_MIRROR_H
#define SENCO_SYNC_MIRROR_H

#include "digest.h"
#include "problem.h"
#include "store.h"
#include <jansson.h>
#include <stdbool.h>

struct mirror {
	struct store *store;
	const char *setting;   /* ours */
	struct digest *digest; /* to reckon our own records' hashes */
	size_t changes;        /* applied */
	size_t news;           /* of them, what was not our own echo */
};

/* One item of the feed; false when it cannot be understood. */
bool mirror_apply(struct mirror *, const json_t *item,
    struct problem *) must_check;
/* One record of an export: as a put, into an emptied mirror. */
bool mirror_fill(struct mirror *, const json_t *record,
    struct problem *) must_check;
void mirror_empty(struct mirror *);

#endif
