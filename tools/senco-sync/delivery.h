/*
 * delivery.h — one file on its way: records gathered into batches, each sent
 * under a fresh Idempotency-Key until the server has answered, each answer
 * added to the tally and the outcome file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_DELIVERY_H
#define SENCO_SYNC_DELIVERY_H

#include "batch_of.h"
#include "complaint.h"
#include "https.h"
#include "outcome_file.h"
#include "progress.h"
#include "sources.h"
#include "tally.h"
#include <stdbool.h>
#include <stdint.h>

/* What all files of one run share. */
struct post {
	struct https *https;   /* NULL in a dry run */
	const char *target;    /* of the batches */
	int64_t patience_ms;
	struct outcome_file outcomes;
	struct progress progress;
};

struct delivery {
	struct post *post;
	const struct source *source;
	struct batch_of batch;
	struct tally tally;
	enum ending ending;    /* END_WELL while nothing stopped it */
	char stopped_why[512]; /* "" unless it was stopped */
};

void delivery_init(struct delivery *, struct post *, const struct source *);
void delivery_release(struct delivery *);

/* One record as its NDJSON; false when the file is stopped. */
bool delivery_add(struct delivery *, struct slice record,
    unsigned where) must_check;
/* A record that will not be sent, and why. */
void delivery_refuse(struct delivery *, unsigned where, struct slice kind,
    struct slice source_id, const struct problem *);
/* Sends what is gathered. */
bool delivery_flush(struct delivery *) must_check;
/* The file goes no further; always false. */
bool delivery_stop(struct delivery *, enum ending, const char *fmt, ...)
printf_like(3, 4);

#endif
