/*
 * db_internal.h — what db_conn.c (one connection) and db_pool.c (all of
 * them) share; nobody else includes it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_DB_INTERNAL_H
#define DAEMON_DB_INTERNAL_H

#include "db.h"
#include "worker.h"
#include <event2/event.h>
#include <libpq-fe.h>
#include <stdbool.h>

enum db_state {
	DB_DOWN,       /* no connection; waits for its retry timer */
	DB_CONNECTING,
	DB_IDLE,
	DB_BUSY,       /* a stage is on its way */
	DB_HELD        /* between two stages of a call */
};

/* What we have sent and not yet had the answer of, in order. */
enum sent { SENT_PREPARE, SENT_QUERY, SENT_SYNC };

#define SENT_MAX (2 * (CALL_QUERIES_MAX + 3) + 1) /* a statement may be new */

struct sent_item {
	enum sent what;
	const struct statement *statement;
	struct query *query;
};

struct db {
	struct pool *pool;
	enum db_state state;
	PGconn *pg;
	struct event *io;       /* read, always; made anew with the socket */
	struct event *writable; /* only while libpq holds unsent bytes */
	struct event *timer;    /* connect, answer or retry deadline */
	unsigned failures;      /* in a row */
	struct db_call *call;
	struct query actor;     /* the set_config before a call's first stage */
	struct query begin, commit; /* around a call of one snapshot */
	char timeout_text[12];
	struct sent_item sent[SENT_MAX];
	size_t sent_len, sent_at;
	bool has_result;        /* of the item at sent_at */
	bool has_failed;        /* this call */
	bool must_drop;         /* the connection cannot be used again */
	bool is_prepared[STATEMENTS_MAX];
};

struct statement {
	const char *sql;
	char name[12];
	unsigned number;
	size_t params;
	uint32_t types[QUERY_PARAMS_MAX];
};

/* db_conn.c */
struct db *db_new(struct pool *);
void db_free(struct db *);
void db_connect(struct db *);
void db_send(struct db *, struct db_call *); /* a stage; the state is IDLE or HELD */

/* db_pool.c, told by db_conn.c */
struct worker *pool_worker(struct pool *);
const struct statement *pool_actor_statement(struct pool *);
const struct statement *pool_begin_statement(struct pool *);
const struct statement *pool_commit_statement(struct pool *);
void pool_db_changed(struct pool *, struct db *, enum db_state was);
void pool_stage_done(struct pool *, struct db *, struct db_call *);

/* db.c: results go, queries stay: to be sent again. */
void db_call_forget(struct db_call *);

/* db_problem.c: SQLSTATE, message, detail and hint (our pointer) into a problem. */
void db_problem(struct problem *, const char *sqlstate, const char *message,
    const char *detail, const char *pointer, const char *request_id);

#endif
