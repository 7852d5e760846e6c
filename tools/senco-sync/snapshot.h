/*
 * snapshot.h — a full roll: when records of a kind that the inbox always
 * holds whole are missing there, the whole roll goes to the server as a
 * snapshot, is looked at, and only then what is missing is deleted; when
 * many would leave, only in the name of a person.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_SNAPSHOT_H
#define SENCO_SYNC_SNAPSHOT_H

#include "agent.h"

/* Does nothing while nothing is missing. confirmed_by: a person, or NULL. */
enum ending snapshot_settle(struct agent *, const char *confirmed_by);

#endif
