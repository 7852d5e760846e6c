/*
 * tally.c — how many records went which way, added up and in words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tally.h"

#include "common.h"

static const struct count {
	const char *word;
	size_t offset;
} counts[] = {
	{ "created",   offsetof(struct tally, created) },
	{ "updated",   offsetof(struct tally, updated) },
	{ "unchanged", offsetof(struct tally, unchanged) },
	{ "stale",     offsetof(struct tally, stale) },
	{ "proposed",  offsetof(struct tally, proposed) },
	{ "refused",   offsetof(struct tally, refused) },
	{ "not sent",  offsetof(struct tally, unsent) },
	{ "to check",  offsetof(struct tally, notes) },
};

static size_t *
tally_count(const struct tally *tally, const struct count *count)
{
	return (size_t *)(void *)((char *)tally + count->offset);
}

void
tally_add(struct tally *tally, const struct tally *more)
{
	tally->read += more->read;
	tally->sent += more->sent;
	tally->batches += more->batches;
	for (size_t i = 0; i < nitems(counts); i++)
		*tally_count(tally, &counts[i]) +=
		    *tally_count(more, &counts[i]);
}

void
tally_print(const struct tally *tally, struct buf *out)
{
	const char *before = ": ";

	buf_print(out, "%zu record%s sent", tally->sent,
	    tally->sent == 1 ? "" : "s");
	for (size_t i = 0; i < nitems(counts); i++) {
		size_t count = *tally_count(tally, &counts[i]);

		if (count == 0)
			continue;
		buf_print(out, "%s%zu %s", before, count, counts[i].word);
		before = ", ";
	}
}
