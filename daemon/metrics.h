/*
 * metrics.h — counters shared by all workers, in memory mapped before the
 * workers are forked: any worker answers for all. Prometheus text.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "buf.h"
#include <stddef.h>
#include <stdint.h>

#define METRICS_WORKERS_MAX 64
#define METRICS_ROUTES_MAX 384 /* at least ROUTES_MAX */
#define METRICS_BUCKETS 12

/* One worker's slot; only that worker writes it. */
struct metrics {
	uint64_t connections_accepted;
	uint64_t connections_refused;   /* over a limit */
	uint64_t connections_open;      /* now */
	uint64_t handshakes_done;
	uint64_t handshakes_failed;
	uint64_t requests[6];           /* by status class; by conn */
	uint64_t heads_refused;         /* malformed, before any route */
	uint64_t pool_connections;      /* now */
	uint64_t pool_busy;             /* now */
	uint64_t queue_length;          /* now */
	uint64_t queue_refused;
	uint64_t database_lost;
	uint64_t parked;                /* now */
	uint64_t parked_woken;
	uint64_t records_received;
	uint64_t records_changed;
	uint64_t accept_paused;         /* out of file descriptors */
	uint64_t settings_silent;       /* when last asked */
	uint64_t settings_silent_at;
	struct {
		uint64_t count;
		uint64_t sum_us;
		uint64_t bucket[METRICS_BUCKETS]; /* not cumulative */
	} route[METRICS_ROUTES_MAX];
};

struct metrics *metrics_map(size_t workers); /* before fork; all zero */
void metrics_take_over(struct metrics *); /* a new worker: what is "now" is 0 */
void metrics_observe(struct metrics *, size_t route, uint64_t us);
/* names[i] labels route i: "GET /v1/children/{id}". */
void metrics_print(const struct metrics *all, size_t workers,
    const char *const names[], size_t routes, struct buf *out);

#endif
