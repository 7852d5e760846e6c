/*
 * verdict.h — the server's answer to one batch, read into the tally and the
 * outcome file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_VERDICT_H
#define SENCO_SYNC_VERDICT_H

#include "delivery.h"

/* False when the answer does not fit the batch. */
bool verdict_read(struct delivery *, const char *body, size_t len) must_check;

/* "17" or "Pupil 3", as the source counts. */
struct slice verdict_where(const struct delivery *, unsigned where,
    char out[static 24]);

#endif
