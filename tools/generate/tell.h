/*
 * tell.h — fills a setting with its children and writes what is known of
 * each: as rows for psql, as records for a sync, or as a transfer file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_TELL_H
#define GENERATE_TELL_H

#include "problem.h"
#include "world.h"
#include <stdbool.h>

void tell_place(struct world *, struct place *);
/* Writes DIR/urn-106283/records.ndjson or a transfer file there. */
bool tell_write_files(struct world *, const char *dir, struct problem *) must_check;

#endif
