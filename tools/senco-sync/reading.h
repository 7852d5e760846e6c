/*
 * reading.h — one file of the inbox on its way into the agent's memory: its
 * records are gathered, then held against what is remembered in one
 * transaction, so that a file is taken whole or not at all. Only what
 * differs from what the authority is known to hold waits to be sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_READING_H
#define SENCO_SYNC_READING_H

#include "buf.h"
#include "digest.h"
#include "record.h"
#include "store.h"
#include <stdbool.h>

struct reading {
	struct store *store;
	const char *setting;  /* ours */
	const char *file;     /* its name in the inbox */
	const char *form;     /* csv, ctf, ndjson */
	const struct kind *kind; /* of the whole file, or NULL */
	const char *mark;     /* changes whenever the file does */
	bool is_numbered;     /* the source has no revisions: we number */
	int64_t hint;         /* when the source was made, or 0 */
	size_t records, refused;
	bool is_whole;        /* no row was beyond naming */
	char note[256];       /* what people should know of the file, or "" */
	struct digest *digest;
	struct buf line;
};

void reading_begin(struct reading *);
/* A checked record with its values; hashed here. A record that is refused
 * goes to reading_refuse by itself. */
void reading_add(struct reading *, struct record *, unsigned line);
void reading_refuse(struct reading *, unsigned line, struct slice kind,
    struct slice source_id, const struct problem *);
/* The whole file is of no use, and why; what it said before stays known. */
bool reading_fail(struct reading *, const struct problem *,
    struct problem *) must_check;
bool reading_end(struct reading *, struct problem *) must_check;

#endif
