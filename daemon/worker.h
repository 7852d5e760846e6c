/*
 * worker.h — one process with one event loop: takes connections, walks
 * requests, talks to the database. Stateless; may die at any moment.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_WORKER_H
#define DAEMON_WORKER_H

#include "config.h"
#include "metrics.h"
#include <stdbool.h>

struct event_base;
struct listener;
struct pool;     /* db_pool.h */
struct actors;   /* who certificates belong to, cached (session.h) */
struct ssl_ctx_st;

/* What every part of a worker may see; passed down, never global. */
struct worker {
	struct event_base *base;
	const struct config *config;   /* replaced whole at reload */
	const char *config_path;
	struct ssl_ctx_st *tls;        /* replaced whole at reload; conns keep theirs */
	struct metrics *metrics;       /* this worker's slot */
	struct metrics *metrics_all;
	size_t workers;
	size_t number;
	struct pool *pool;
	struct actors *actors;
	struct listener *systems;
	struct listener *internal;
	size_t bodies_bytes;           /* held in memory now, all requests */
	bool is_draining;
};

/* Runs until told to stop; answers the exit status. The fds are the
 * supervisor's listening sockets. SIGTERM drains, SIGHUP reloads. */
int worker_run(const char *config_path, struct metrics *all, size_t workers,
    size_t number, int systems_fd, int internal_fd);

#endif
