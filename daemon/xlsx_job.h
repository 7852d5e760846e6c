/*
 * xlsx_job.h — a workbook made by a child of the worker, which has the rows
 * as they were at the fork: packing a large one takes far longer than anybody
 * else may wait for the event loop. The file is memory without a name that
 * both have open; it is gone when the job is, and the child with it. No child
 * outlives its worker. When memory runs out the child ends, not the worker.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_XLSX_JOB_H
#define DAEMON_XLSX_JOB_H

#include "buf.h"
#include "worker.h"
#include "xlsx.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xlsx_job;

/* The desk hands out work to few children at once; the others wait. */
struct xlsx_desk *xlsx_desk_new(struct worker *);
void xlsx_desk_free(struct xlsx_desk *); /* once no job is left */

/*
 * Later, never from within, made(owner) is called once, whether it went well
 * or not. What xlsx borrows must stay until then. NULL: too many wait.
 */
struct xlsx_job *xlsx_job_start(struct xlsx_desk *, const struct xlsx *,
    void (*made)(void *owner), void *owner);
/* Ends the child if there still is one; made is not called any more. */
void xlsx_job_free(struct xlsx_job *); /* NULL is fine */

/* After made: the length of the file, or -1 when there is none. */
int64_t xlsx_job_bytes(const struct xlsx_job *);
/* The next bytes of it; false when there are none after them. */
bool xlsx_job_read(struct xlsx_job *, struct buf *, size_t most);

#endif
