/*
 * progress.c — what a person sees while it runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_init(struct progress *progress)
{
	*progress = (struct progress){
		.is_terminal = isatty(STDERR_FILENO) == 1
	};
}

void
progress_file_begun(struct progress *progress)
{
	progress->started_ms = clock_ms();
}

static void
line_print(const struct progress *progress, const char *file,
    const struct tally *tally, const char *tail)
{
	int64_t took_ms = clock_ms() - progress->started_ms;
	struct buf words;

	buf_init(&words);
	tally_print(tally, &words);
	if (took_ms > 0 && tally->sent > 0)
		buf_print(&words, ", %lld records/s",
		    (long long)tally->sent * 1000 / took_ms);
	fprintf(stderr, "%s%s: %.*s%s", progress->is_line_open ?
	    "\r\033[K" : "", file, (int)words.len, words.at, tail);
	buf_release(&words);
}

void
progress_batch_done(struct progress *progress, const char *file,
    const struct tally *tally)
{
	if (!progress->is_terminal)
		return;
	line_print(progress, file, tally, "");
	progress->is_line_open = true;
	fflush(stderr);
}

void
progress_file_done(struct progress *progress, const char *file,
    const struct tally *tally, const char *stopped_why)
{
	line_print(progress, file, tally,
	    stopped_why != NULL ? " — STOPPED, see above\n" : "\n");
	progress->is_line_open = false;
}

void
progress_break(struct progress *progress)
{
	if (progress->is_line_open)
		fputc('\n', stderr);
	progress->is_line_open = false;
}
