/*
 * state.h — what the agent remembers: the tables (state.c shows them) and
 * the few single facts beside them. Invariants: a batch stands in `batches`
 * with its key and its exact bytes from before it is first sent until its
 * answer is taken in; the feed's cursor changes in the transaction that
 * applies the changes before it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_STATE_H
#define SENCO_SYNC_STATE_H

#include "problem.h"
#include "store.h"

/* A record's state. */
#define STATE_WAITING "w"  /* to be sent */
#define STATE_FLYING "f"   /* in a batch that has no answer yet */
#define STATE_KNOWN "k"    /* the authority holds what we hold */
#define STATE_REFUSED "r"  /* not sent again until it changes */
#define STATE_STALE "s"    /* the authority holds a later one */
#define STATE_PROPOSED "p" /* waits for the authority's decision */

struct store *state_open(const char *path, bool may_create,
    struct problem *) must_check;

/* Single facts: cursor, contact_at, push_at … "" when there is none. */
void state_set(struct store *, const char *name, const char *value);
void state_set_now(struct store *, const char *name);
const char *state_get(struct store *, const char *name,
    char out[static 256]);

#endif
