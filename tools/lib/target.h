/*
 * target.h — a request's path and query, percent-encoded as it is built.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_TARGET_H
#define TOOLS_TARGET_H

#include "buf.h"

/* The buf is NUL-terminated after each call, so at is a C string. */
void target_start(struct buf *, const char *path);
void target_add_segment(struct buf *, const char *segment); /* "/" before it */
void target_add(struct buf *, const char *name, const char *value); /* not NULL's */

#endif
