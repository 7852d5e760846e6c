/*
 * tally.h — how many records went which way.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_TALLY_H
#define SENCO_SYNC_TALLY_H

#include "buf.h"
#include <stddef.h>

struct tally {
	size_t read;      /* records found in the file */
	size_t sent;      /* and answered by the server */
	size_t created, updated, unchanged, stale, proposed;
	size_t refused;
	size_t unsent;    /* refused by us */
	size_t notes;
	size_t batches;
};

void tally_add(struct tally *, const struct tally *more);
/* "120 records sent: 100 created, 20 unchanged" */
void tally_print(const struct tally *, struct buf *out);

#endif
