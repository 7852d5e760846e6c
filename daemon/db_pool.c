/*
 * db_pool.c — the worker's connections and the queue of calls waiting for
 * one. A call that cannot be served is refused: at once when the database
 * is away or the queue is full, after queue_timeout_ms otherwise. A call
 * whose connection breaks is never repeated by us: whether it committed is
 * the caller's to find out by its idempotency key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db_pool.h"

#include <assert.h>
#include <time.h>

#include "db_internal.h"
#include "log.h"
#include "mem.h"

TAILQ_HEAD(call_list, db_call);

struct pool {
	struct worker *worker;
	struct db **dbs;
	size_t len;
	size_t up;               /* connections that are not down */
	struct call_list queue;  /* waiting for a connection */
	size_t queued;
	struct call_list refused; /* to be told from the loop */
	struct event *soon;      /* tells the refused, serves the queue */
	struct event *tick;      /* queue deadlines */
	const struct statement *actor, *begin, *commit;
	bool was_ready;
};

static void soon_fired(evutil_socket_t, short, void *);
static void tick_fired(evutil_socket_t, short, void *);

static uint64_t
now_us(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

struct worker *
pool_worker(struct pool *pool)
{
	return pool->worker;
}

const struct statement *
pool_actor_statement(struct pool *pool)
{
	return pool->actor;
}

const struct statement *
pool_begin_statement(struct pool *pool)
{
	return pool->begin;
}

const struct statement *
pool_commit_statement(struct pool *pool)
{
	return pool->commit;
}

static const struct statement *
actor_statement(void)
{
	static const uint32_t types[] = { OID_TEXT, OID_TEXT, OID_TEXT, OID_TEXT };
	static const struct statement *made;
	if (made == NULL)
		made = statement_new(
		    "SELECT pg_catalog.set_config('app.actor', $1, true),"
		    " pg_catalog.set_config('app.request', $2, true),"
		    " pg_catalog.set_config('transaction_read_only', $3, true),"
		    " pg_catalog.set_config('statement_timeout', $4, true)",
		    4, types);
	return made;
}

struct pool *
pool_new(struct worker *worker)
{
	static const struct statement *begin, *commit;
	struct pool *pool = mem_alloc(sizeof(*pool));
	static const struct timeval tick = { 0, 100000 };

	if (begin == NULL) {
		begin = statement_new("BEGIN ISOLATION LEVEL REPEATABLE READ"
		    " READ ONLY", 0, NULL);
		commit = statement_new("COMMIT", 0, NULL);
	}
	pool->worker = worker;
	pool->actor = actor_statement();
	pool->begin = begin;
	pool->commit = commit;
	TAILQ_INIT(&pool->queue);
	TAILQ_INIT(&pool->refused);
	pool->soon = event_new(worker->base, -1, 0, soon_fired, pool);
	pool->tick = event_new(worker->base, -1, EV_PERSIST, tick_fired, pool);
	event_add(pool->tick, &tick);
	pool->len = (size_t)worker->config->database_connections;
	pool->dbs = mem_alloc(pool->len * sizeof(struct db *));
	for (size_t i = 0; i < pool->len; i++) {
		pool->dbs[i] = db_new(pool);
		db_connect(pool->dbs[i]);
	}
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->len; i++)
		db_free(pool->dbs[i]);
	free(pool->dbs);
	event_free(pool->soon);
	event_free(pool->tick);
	free(pool);
}

bool
pool_is_ready(const struct pool *pool)
{
	return pool->up > 0;
}

const char *
pool_state(const struct pool *pool)
{
	return pool->up > 0 ? "ready" : "database_away";
}

static void
count(struct pool *pool)
{
	struct metrics *metrics = pool->worker->metrics;
	size_t up = 0, busy = 0;
	for (size_t i = 0; i < pool->len; i++) {
		enum db_state state = pool->dbs[i] == NULL ? DB_DOWN :
		    pool->dbs[i]->state;
		up += state >= DB_IDLE;
		busy += state >= DB_BUSY;
	}
	pool->up = up;
	metrics->pool_connections = up;
	metrics->pool_busy = busy;
	metrics->queue_length = pool->queued;
}

static void
queue_remove(struct pool *pool, struct db_call *call)
{
	TAILQ_REMOVE(&pool->queue, call, link);
	call->is_queued = false;
	pool->queued--;
}

static void
refuse_soon(struct pool *pool, struct db_call *call, enum problem_slug slug)
{
	problem_set(&call->problem, slug, NULL, "%s", "");
	call->is_ok = false;
	call->is_last = true;
	pool->worker->metrics->queue_refused++;
	TAILQ_INSERT_TAIL(&pool->refused, call, link);
	event_active(pool->soon, EV_TIMEOUT, 0);
}

static struct db *
idle_db(struct pool *pool)
{
	for (size_t i = 0; i < pool->len; i++)
		if (pool->dbs[i]->state == DB_IDLE)
			return pool->dbs[i];
	return NULL;
}

static void
serve_queue(struct pool *pool)
{
	struct db_call *call;
	struct db *db;
	while ((call = TAILQ_FIRST(&pool->queue)) != NULL &&
	    (db = idle_db(pool)) != NULL) {
		queue_remove(pool, call);
		call->db = db;
		db_send(db, call);
	}
}

void
db_call_start(struct pool *pool, struct db_call *call, bool is_last)
{
	const struct config *config = pool->worker->config;
	struct db *db = call->db;
	call->pool = pool;
	call->is_last = call->asked_last = is_last;
	call->stage++;
	call->is_ok = false;
	call->problem.slug = PROBLEM_NONE;
	if (db == NULL && TAILQ_EMPTY(&pool->queue))
		call->db = db = idle_db(pool);
	if (db != NULL) {
		assert(db->state == DB_IDLE || db->call == call);
		db_send(db, call);
	} else if (pool->up == 0) {
		refuse_soon(pool, call, PROBLEM_DATABASE_AWAY);
	} else if (pool->queued >= (size_t)config->queue_max) {
		refuse_soon(pool, call, PROBLEM_BUSY);
	} else {
		call->deadline_us = now_us() +
		    (uint64_t)config->queue_timeout_ms * 1000u;
		call->is_queued = true;
		TAILQ_INSERT_TAIL(&pool->queue, call, link);
		pool->queued++;
		count(pool);
	}
}

/* A deploy changed a view under a prepared statement and the server has
 * rolled back: the one case in which a call is sent a second time. */
static bool
repeat(struct pool *pool, struct db_call *call)
{
	if (call->is_ok || call->problem.slug != PROBLEM_BUSY ||
	    strcmp(call->problem.where, "prepare") != 0 ||
	    call->was_repeated || call->stage > 1)
		return false;
	call->was_repeated = true;
	call->stage = 0;
	db_call_forget(call);
	db_call_start(pool, call, call->asked_last);
	return true;
}

void
pool_stage_done(struct pool *pool, struct db *db, struct db_call *call)
{
	(void)db;
	if (call->is_last)
		call->db = NULL;
	if (repeat(pool, call))
		return;
	call->done(call);
	serve_queue(pool);
}

void
pool_db_changed(struct pool *pool, struct db *db, enum db_state was)
{
	(void)was;
	count(pool);
	if (pool->up > 0 && !pool->was_ready)
		log_event(LOG_INFO, "database_ready", "connections=%zu", pool->up);
	if (pool->up == 0 && pool->was_ready)
		log_event(LOG_ERROR, "database_away", "queued=%zu", pool->queued);
	pool->was_ready = pool->up > 0;
	if (db->state == DB_IDLE || pool->up == 0)
		event_active(pool->soon, EV_TIMEOUT, 0);
}

static void
soon_fired(evutil_socket_t fd, short what, void *arg)
{
	struct pool *pool = arg;
	struct db_call *call;
	(void)fd;
	(void)what;
	while (pool->up == 0 && (call = TAILQ_FIRST(&pool->queue)) != NULL) {
		queue_remove(pool, call);
		refuse_soon(pool, call, PROBLEM_DATABASE_AWAY);
	}
	while ((call = TAILQ_FIRST(&pool->refused)) != NULL) {
		TAILQ_REMOVE(&pool->refused, call, link);
		call->done(call);
	}
	serve_queue(pool);
	count(pool);
}

static void
tick_fired(evutil_socket_t fd, short what, void *arg)
{
	struct pool *pool = arg;
	struct db_call *call;
	uint64_t now = now_us();
	(void)fd;
	(void)what;
	while ((call = TAILQ_FIRST(&pool->queue)) != NULL &&
	    call->deadline_us <= now) {
		queue_remove(pool, call);
		refuse_soon(pool, call, PROBLEM_BUSY);
	}
}
