/*
 * inputs.h — everything the server is told from outside: settings and
 * certificates, read together and found good together.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_INPUTS_H
#define DAEMON_INPUTS_H

#include "common.h"
#include "config.h"
#include "problem.h"
#include "tls.h"
#include <stdbool.h>

struct inputs {
	struct config *config;
	struct tls_files files;
};

/* Everything of a good reading, or nothing. Forks for the judgement. */
bool inputs_read(struct inputs *, const char *path, struct problem *) must_check;
void inputs_release(struct inputs *);

#endif
