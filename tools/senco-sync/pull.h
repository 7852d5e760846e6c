/*
 * pull.h — the change feed followed into the mirror, the outbox and the eyes
 * of whoever looks on.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_PULL_H
#define SENCO_SYNC_PULL_H

#include "agent.h"

struct pulled {
	size_t changes;
	size_t news;       /* of them, not our own echo */
	bool was_expired;  /* began anew */
};

/* To the feed's end; then, when wait_s > 0 and nothing came, waits for news
 * that long once. */
enum ending pull_follow(struct agent *, unsigned wait_s, struct pulled *,
    struct problem *);

/* A table of what has come in after that news: "…, names" when wanted. */
void handovers_print(struct agent *, int64_t after);
int64_t news_last(struct agent *);

#endif
