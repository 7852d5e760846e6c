/*
 * outcome_file.h — what became of the records, as a CSV a SENCO can open:
 * every refused or stale record, every note, and one summary row a file.
 * No names and no pupil numbers stand in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_OUTCOME_FILE_H
#define SENCO_SYNC_OUTCOME_FILE_H

#include "problem.h"
#include "text.h"
#include <stdbool.h>
#include <stdio.h>

struct outcome_file {
	FILE *file;       /* NULL: nothing is kept */
	char path[4096];
	bool is_broken;   /* a write failed */
};

/* A row; a slice or text that is not there is an empty cell. */
struct outcome_row {
	const char *file;
	struct slice line;      /* "17" or "Pupil 3" */
	struct slice kind;
	struct slice source_id; /* a pupil number in it is masked */
	const char *outcome;
	const char *problem;
	const char *pointer;
	const char *detail;
};

/* NULL path: a fresh name with the time in the present folder. */
bool outcome_file_open(struct outcome_file *, const char *path,
    struct problem *) must_check;
void outcome_file_add(struct outcome_file *, const struct outcome_row *);
/* What was added is on disk when the program is stopped. */
void outcome_file_flush(struct outcome_file *);
bool outcome_file_close(struct outcome_file *) must_check;

#endif
