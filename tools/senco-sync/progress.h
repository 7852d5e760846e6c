/*
 * progress.h — what a person sees while it runs: on a terminal one line that
 * is written over, else (a cron mail, a log) one line a file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_PROGRESS_H
#define SENCO_SYNC_PROGRESS_H

#include "common.h"
#include "tally.h"
#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool is_terminal;
	bool is_line_open;   /* a line waits to be written over */
	int64_t started_ms;  /* of the present file */
};

int64_t clock_ms(void); /* since some moment; never goes back */

void progress_init(struct progress *);
void progress_file_begun(struct progress *);
void progress_batch_done(struct progress *, const char *file,
    const struct tally *);
void progress_file_done(struct progress *, const char *file,
    const struct tally *, const char *stopped_why);
/* Before anything else is said on stderr. */
void progress_break(struct progress *);

#endif
