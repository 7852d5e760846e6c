/*
 * verify.h — the proof that both sides hold the same: our digest of each
 * kind against the server's, and where they differ down to buckets and
 * records; what only differs is sent again, what only the authority holds is
 * told of.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_VERIFY_H
#define SENCO_SYNC_VERIFY_H

#include "agent.h"

struct verified {
	size_t kinds;      /* compared */
	size_t different;  /* of them, at the end */
	size_t repaired;   /* records that wait to be sent (again) */
	size_t strangers;  /* records only the authority holds */
};

/* Compares; repairs by sending when that can help, then compares again. */
enum ending verify_run(struct agent *, struct verified *);

#endif
