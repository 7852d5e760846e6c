/*
 * diff.h — what an import changed, or would change, for a person to read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCOCTL_DIFF_H
#define SENCOCTL_DIFF_H

#include "arena.h"

#include <jansson.h>
#include <stdbool.h>

/* The server's answer to an import; all rows, or the first twenty. */
void diff_print(const json_t *answer, bool all, struct arena *);

#endif
