/*
 * fresh.h — the mirror made anew when the feed's history no longer reaches
 * back to our cursor.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_FRESH_H
#define SENCO_SYNC_FRESH_H

#include "agent.h"

enum ending fresh_start(struct agent *, struct problem *);

#endif
