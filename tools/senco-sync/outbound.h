/*
 * outbound.h — what waits, on its way to the authority. A batch is written
 * down with its Idempotency-Key and its bytes before it is sent, and goes
 * again with the same key and bytes until it is answered: after a lost
 * answer, a kill or a power cut it is applied once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_OUTBOUND_H
#define SENCO_SYNC_OUTBOUND_H

#include "agent.h"
#include "tally.h"

#define OUTBOUND_RECORDS_MAX 1000
#define OUTBOUND_BYTES_MAX (4 * 1024 * 1024)

/* Sends all that is in flight, then all that waits. */
enum ending outbound_send(struct agent *, struct tally *);

/* A body under a key to a target; the answer as agent_ask. */
enum ending outbound_post(struct agent *, const char *target,
    const char *key, struct slice body, struct https_answer *,
    struct problem *) must_check;

/* One record's line: "{kind, source_id, revision" and what follows. */
void outbound_line(const char *kind, struct slice source_id, int64_t revision,
    struct slice tail, struct buf *out);

#endif
