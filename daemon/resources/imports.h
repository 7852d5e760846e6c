/*
 * imports.h — a register of settings read as it arrives and applied in one
 * transaction: the steps of POST /v1/settings/imports/{register}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_IMPORTS_H
#define DAEMON_IMPORTS_H

#include "route.h"

#define IMPORTS_PARAMS_LEN 3

extern const struct field imports_params[IMPORTS_PARAMS_LEN];
extern const struct step imports_work[];

size_t imports_body_max(const struct request *);
bool imports_body_piece(struct request *, const char *at, size_t len);
void imports_release(struct request *);

#endif
