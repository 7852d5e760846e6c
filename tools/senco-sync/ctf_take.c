/*
 * ctf_take.c — a Common Transfer File of the inbox. A file cut short is no
 * well-formed XML, so half a one is never taken for a whole one. Its records
 * have no revisions of their own: the agent numbers them, and its date says
 * whether another file told of them later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "read_inbox.h"

#include "ctf.h"

static void
records_take(struct reading *reading, const struct batch *batch)
{
	unsigned pupil = 0;

	for (size_t i = 0; i < batch->len; i++) {
		struct record *record = &batch->records[i];

		/* Each pupil's records begin with the child. */
		if (record->kind == NULL || record->kind == sync_kinds[0])
			pupil++;
		if (record->is_superseded)
			continue;
		if (!record->is_refused) {
			reading->hint = record->revision;
			record->revision = 0;
		}
		reading_add(reading, record, pupil);
	}
}

bool
ctf_take(struct reading *reading, const struct mapping *mapping,
    struct slice bytes, struct problem *why)
{
	struct arena arena;
	struct ctf ctf;
	bool is_taken;

	(void)mapping; /* the CTF's names and codes are the law's */
	arena_init(&arena);
	is_taken = ctf_read(&ctf, bytes.at, bytes.len, &arena, why);
	reading->is_numbered = true;
	if (is_taken)
		records_take(reading, &ctf.batch);
	arena_release(&arena);
	return is_taken;
}
