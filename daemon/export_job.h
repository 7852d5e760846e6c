/*
 * export_job.h — an export that is being made, as the database told it, and
 * the statements that make it. Each of them on the writing side names the job
 * and its run, and answers whether the job is still this run's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_EXPORT_JOB_H
#define DAEMON_EXPORT_JOB_H

#include "arena.h"
#include "cursor.h"
#include "db.h"
#include <stdbool.h>

#define EXPORT_PAGE_ROWS 500 /* records; a few milliseconds of packing */

struct export_job {
	struct arena arena;      /* all text of the job */
	const char *id, *run;    /* run: NULL until it is ours */
	struct slice settings;   /* int4[] in binary; at NULL: everybody's */
	const char **kinds;
	size_t kinds_len;
	struct cursor place;     /* in the feed, behind the snapshot */
	uint8_t key[CURSOR_KEY_SIZE]; /* of the client's cursors */
};

void export_job_release(struct export_job *); /* usable again */

/* Is there a job? False when there is none. */
void export_job_ask(struct db_call *read);
bool export_job_take(struct export_job *, const struct db_call *read);

/* It is ours from now on; false when it is nobody's any more. */
void export_job_start(struct export_job *, struct db_call *write);
bool export_job_started(struct export_job *, const struct db_call *write);

/* Reading: a cursor a kind, at last one of the children by setting. */
void export_job_open_kind(struct export_job *, struct db_call *read,
    size_t kind);
void export_job_add_page(struct db_call *read);
void export_job_open_children(struct export_job *, struct db_call *read);
void export_job_add_children(struct db_call *read); /* a few settings */
/* The rows of the page that was added last. */
const struct db_result *export_job_page(const struct db_call *read);

/* Writing. The bytes and the result stay until the call is done. */
void export_job_add_piece(struct export_job *, struct db_call *write,
    size_t kind, int number, struct slice bytes);
void export_job_add_file(struct export_job *, struct db_call *write,
    size_t kind, int64_t records, int64_t bytes, const uint8_t sha256[32]);
void export_job_add_audit(struct export_job *, struct db_call *write,
    const struct db_result *children, size_t row);
void export_job_add_finish(struct export_job *, struct db_call *write);
bool export_job_is_ours(const struct db_call *write);

#endif
