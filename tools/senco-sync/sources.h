/*
 * sources.h — the files to send, in name order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_SOURCES_H
#define SENCO_SYNC_SOURCES_H

#include "arena.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

enum source_form { SOURCE_NDJSON, SOURCE_CTF };

struct source {
	const char *path;
	const char *name; /* its last part */
	enum source_form form;
};

struct sources {
	struct source *files;
	size_t len, cap;
	struct arena *arena;
};

void sources_init(struct sources *, struct arena *);
void sources_release(struct sources *);
/* A file, or a folder with all its files; others are passed over aloud. */
bool sources_add(struct sources *, const char *path,
    struct problem *) must_check;

#endif
