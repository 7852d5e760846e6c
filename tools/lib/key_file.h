/*
 * key_file.h — files of "key = value" lines: '#' begins a comment line, a
 * line in brackets begins a section. What the keys mean is the reader's
 * business; where a line is wrong is said here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_KEY_FILE_H
#define TOOLS_KEY_FILE_H

#include "problem.h"
#include "text.h"
#include <stdbool.h>

struct key_line {
	struct slice section; /* "" before the first */
	struct slice key;     /* never empty */
	struct slice value;   /* may be empty */
};

/* False refuses the file; the reader says why in detail. */
typedef bool key_line_read(void *owner, const struct key_line *,
    struct problem *);

/* A file that is not there is empty unless it is needed. The problem names
 * the file, its detail the line. */
bool key_file_read(const char *path, bool is_needed, key_line_read *,
    void *owner, struct problem *) must_check;

#endif
