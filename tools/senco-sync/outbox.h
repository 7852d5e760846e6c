/*
 * outbox.h — what the authority holds for us, laid out as files the school's
 * own system can read: KIND.csv or KIND.ndjson, each put in place at once
 * when it is whole. A kind is written anew when something of it changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_OUTBOX_H
#define SENCO_SYNC_OUTBOX_H

#include "agent.h"

bool outbox_write(struct agent *, struct problem *) must_check;

#endif
