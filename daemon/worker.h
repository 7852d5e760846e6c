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
struct db_listen; /* what others commit (db_listen.h) */
struct parking;  /* requests that wait for it (parking.h) */
struct contacts; /* who was heard of (contacts.h) */
struct housekeeping; /* what is old goes (housekeeping.h) */
struct xlsx_desk; /* makes workbooks (xlsx_job.h) */
struct exporter; /* makes what was asked for (exporter.h) */
struct actors;   /* who certificates belong to, cached (session.h) */
struct ssl_ctx_st;
struct tls_files;

/* What every part of a worker may see; passed down, never global. */
struct worker {
	struct event_base *base;
	const struct config *config;   /* replaced whole at reload */
	const char *config_path;
	struct ssl_ctx_st *tls;        /* replaced at reload; conns keep theirs */
	struct metrics *metrics;       /* this worker's slot */
	struct metrics *metrics_all;
	size_t workers;
	size_t number;
	struct pool *pool;
	struct db_listen *listen;
	struct parking *parking;
	struct exporter *exporter;
	struct actors *actors;
	struct contacts *contacts;
	struct housekeeping *housekeeping;
	struct xlsx_desk *xlsx_desk;
	struct listener *systems;
	struct listener *internal;
	size_t bodies_bytes;           /* held in memory now, all requests */
	bool is_draining;
};

/* What the supervisor hands to a worker it forks. The settings and files are
 * the last good ones; at SIGHUP the worker reads its own. */
struct worker_start {
	const char *config_path;
	const struct config *config;
	const struct tls_files *tls_files;
	struct metrics *metrics;       /* of all workers */
	size_t workers, number;
	int systems_fd, internal_fd;   /* listening sockets; -1 for none */
};

/* Runs until told to stop; answers the exit status. SIGTERM and SIGINT
 * drain, SIGHUP reloads. */
int worker_run(const struct worker_start *);

#endif
