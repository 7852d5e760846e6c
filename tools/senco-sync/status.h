/*
 * status.h — one page on how the exchange stands, for a SENCO to read. No
 * child's name on it unless it is asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_STATUS_H
#define SENCO_SYNC_STATUS_H

#include "agent.h"

void status_print(struct agent *);

#endif
