/*
 * digest_route.h — what a setting holds in one number: GET /v1/sync/digest.
 * Not digest.h, which is the protocol's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_DIGEST_ROUTE_H
#define DAEMON_DIGEST_ROUTE_H

#include "route.h"

#define DIGEST_PARAMS_LEN 3

extern const struct field digest_params[DIGEST_PARAMS_LEN];
extern const struct step digest_work[];

#endif
