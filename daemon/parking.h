/*
 * parking.h — who waits until something may be new for them. A parked one
 * holds no connection to the database. It is woken to look when one of its
 * settings was heard of, when what it saw was held back by an older
 * transaction, or every two seconds while nothing can be heard; at most a
 * few look at a time, the others wait for their turn. It is woken for good
 * when its time is over.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_PARKING_H
#define DAEMON_PARKING_H

#include "worker.h"
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum waking { WAKING_LOOK, WAKING_OVER };
enum parked_state { PARKED_NOT, PARKED_WAITING, PARKED_DUE, PARKED_LOOKING };

struct interest;

/* Embedded in whoever waits; all zero at first. */
struct parked {
	/* Called from the loop; after WAKING_LOOK it parks again, or is
	 * forgotten, or has found something: parking_looked in each case. */
	void (*woken)(struct parked *, enum waking);

	/* the parking's */
	struct parking *parking;
	enum parked_state state;
	TAILQ_ENTRY(parked) link;
	struct interest *interests;  /* one a setting; NULL: in all */
	size_t interests_len;
	struct event timer;
	int64_t over_ms;
	unsigned recheck_ms;         /* 0: nothing is held back */
};

struct parking *parking_new(struct worker *);
void parking_free(struct parking *);

/* Milliseconds that only go forward. */
int64_t parking_now_ms(void);

/* What has been heard up to now: taken before a look, given to park. */
uint64_t parking_heard_yet(const struct parking *);
void parking_heard(struct worker *, int32_t setting);

/* Waits until over_ms for what is heard of one of the settings after since. */
void parking_park(struct parking *, struct parked *, const int32_t settings[],
    size_t len, uint64_t since, bool is_held_back);
void parking_looked(struct parked *); /* others may; may be called again */
void parking_forget(struct parked *); /* whatever it does */

/* All are over: at a drain, and at a reload. */
void parking_answer_all(struct parking *);

#endif
