/*
 * config.h — every setting of the daemon: one table (config.c) with name,
 * type, default, may-reload and sentence; a file of "key = value" lines with
 * # comments. Parsed once into a const struct; a reload makes a new one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "common.h"
#include "problem.h"
#include <stdbool.h>
#include <stdio.h>

struct config {
	const char *systems_listen;   /* "127.0.0.1:8443", "[::]:8443" */
	const char *internal_listen;  /* loopback: health and metrics */
	const char *server_names;     /* comma separated; what Host may say */
	int workers;                  /* 0: one per core */
	const char *log_level;

	const char *tls_certificate;  /* PEM chain */
	const char *tls_key;
	const char *tls_client_ca;    /* PEM; who may have signed clients */
	const char *tls_client_crl;   /* PEM, or empty */

	const char *database;         /* libpq connection string */
	int database_connections;     /* per worker */
	int statement_timeout_ms;
	int queue_max;                /* requests waiting for a connection */
	int queue_timeout_ms;

	int connections_max;          /* per worker */
	int connections_per_address_max;
	int handshakes_max;           /* unfinished ones, per worker */
	int handshake_timeout_ms;
	int head_timeout_ms;
	int body_timeout_ms;          /* grace before the minimum rate counts */
	int body_rate_min;            /* bytes a second */
	int idle_timeout_ms;
	int write_timeout_ms;
	int connection_age_max_ms;
	int connection_requests_max;
	int drain_timeout_ms;

	int housekeeping_s;
	int feed_days;                /* history kept */
	int answer_days;              /* stored answers kept */

	int body_max_bytes;           /* JSON requests */
	int import_max_bytes;         /* registers */
	int xlsx_rows_max;            /* of a workbook */
	int bodies_max_bytes;         /* all bodies held at once, per worker */

	void *memory;                 /* owns the texts */
};

/* Defaults, then the file. problem.where is "FILE:LINE". Caller frees. */
struct config *config_read(const char *path, struct problem *) must_check;
void config_free(struct config *);
bool config_is_same(const struct config *, const struct config *);
/* The sample: every setting with its sentence and default. */
void config_print(FILE *);
/* What differs between two that cannot be reloaded: logged by name. */
bool config_needs_restart(const struct config *was, const struct config *is);

#endif
