/*
 * receipt.h — the answer to a batch taken into the agent's memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_RECEIPT_H
#define SENCO_SYNC_RECEIPT_H

#include "agent.h"
#include "tally.h"

/* All of it in one transaction, in which the batch is forgotten. False: the
 * answer does not fit the batch, or the memory failed. */
bool receipt_take(struct agent *, int64_t batch, const json_t *answer,
    struct tally *, struct problem *) must_check;

/* The batch will never be taken as it is: its records wait again. */
bool receipt_dissolve(struct agent *, int64_t batch,
    struct problem *) must_check;

#endif
