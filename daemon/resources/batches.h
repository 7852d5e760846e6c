/*
 * batches.h — a batch of records taken in: POST /v1/sync/batches.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_BATCHES_H
#define DAEMON_BATCHES_H

#include "route.h"

#define BATCHES_PARAMS_LEN 2

extern const struct field batches_params[BATCHES_PARAMS_LEN];
extern const struct step batches_work[];

size_t batches_body_max(const struct request *);
bool batches_body_grown(struct request *);
void batches_release(struct request *);

#endif
