/*
 * file.h — small files read whole: settings, certificates, keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_FILE_H
#define DAEMON_FILE_H

#include "buf.h"
#include "common.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

/* Appends to out; problem.where becomes the path. */
bool file_read(const char *path, size_t max, struct buf *out,
    struct problem *) must_check;

/* problem.where = "FILE:LINE", the end of the name kept where it does not
 * fit; line 0 for the file as a whole. */
void file_place(struct problem *, const char *path, unsigned line);

#endif
