/*
 * read_inbox.h — the bytes of one whole file of the inbox made records, one
 * function a form. False when the bytes as a whole are of no use, and why;
 * a bad row alone is a refusal of the reading.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_READ_INBOX_H
#define SENCO_SYNC_READ_INBOX_H

#include "mapping.h"
#include "reading.h"

bool csv_take(struct reading *, const struct mapping *, struct slice bytes,
    struct problem *) must_check;
bool ctf_take(struct reading *, const struct mapping *, struct slice bytes,
    struct problem *) must_check;
bool ndjson_take(struct reading *, const struct mapping *,
    struct slice bytes, struct problem *) must_check;

/* The kind a CSV's name tells: "children.csv", "2026.need.csv"; or NULL. */
const struct kind *csv_kind_of(const char *name);

#endif
