/*
 * push.h — one round of sending: the inbox read, what differs sent, who is
 * missing from a full roll settled.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_PUSH_H
#define SENCO_SYNC_PUSH_H

#include "agent.h"

/* confirmed_by: who answers for many leavers, or NULL. */
enum ending push_round(struct agent *, const char *confirmed_by,
    bool tells_always);

#endif
