/*
 * exports.h — POST /v1/sync/exports, and the files of one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_EXPORTS_H
#define DAEMON_EXPORTS_H

#include "route.h"

#define EXPORTS_ROLES (ROLE_SCHOOL_SYSTEM | ROLE_SENCO | \
	ROLE_AREA_SENCO | ROLE_LA_OFFICER | ROLE_LA_MANAGER)
#define EXPORTS_ASKED_PARAMS_LEN 2
#define EXPORTS_FILE_PARAMS_LEN 2

extern const struct field exports_asked_params[EXPORTS_ASKED_PARAMS_LEN];
extern const struct step exports_asked_work[];
void exports_asked(struct request *);

extern const struct field exports_file_params[EXPORTS_FILE_PARAMS_LEN];
extern const struct step exports_file_work[];

#endif
