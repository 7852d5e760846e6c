/*
 * posts.h — staff and the posts they hold, with what the rules on
 * qualification turn on: hours, teaching, head or not, what they hold and
 * study for, earlier service.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_POSTS_H
#define GENERATE_POSTS_H

#include "places.h"
#include "rng.h"
#include "world.h"

/* A new member of staff; the id. */
int staff_add(struct world *, struct rng *);

struct posting {
	int staff;
	const char *kind;        /* "senco" */
	const char *arrangement; /* "own" */
	int32_t from_on, to_on;
};

/* The rest of the post is drawn from a stream of the place's own. */
void post_add(struct world *, const struct place *, const struct posting *);

#endif
