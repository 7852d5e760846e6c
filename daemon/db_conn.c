/*
 * db_conn.c — one connection to PostgreSQL: libpq in pipeline mode on the
 * worker's event loop. A call's stage is sent in one flush; results are
 * taken as they come. After the last stage the connection must be idle
 * again, else it is dropped: a connection never carries one call's state
 * into another's. A call of one snapshot has an explicit BEGIN and COMMIT: it
 * only reads, and after an error its connection is such a dropped one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db_internal.h"

#include <assert.h>
#include <string.h>

#include "log.h"
#include "mem.h"

#define CONNECT_TIMEOUT_S 5
#define ANSWER_GRACE_MS 2000 /* past statement_timeout, then we hang up */

static void socket_ready(evutil_socket_t, short, void *);
static void timer_fired(evutil_socket_t, short, void *);

static const char *const state_names[] = {
	"down", "connecting", "idle", "busy", "held"
};

static void
db_enter(struct db *db, enum db_state state)
{
	enum db_state was = db->state;
	db->state = state;
	log_event(LOG_DEBUG, "db_state", "from=%s to=%s", state_names[was],
	    state_names[state]);
	pool_db_changed(db->pool, db, was);
}

struct db *
db_new(struct pool *pool)
{
	struct db *db = mem_alloc(sizeof(*db));
	db->pool = pool;
	db->begin.statement = pool_begin_statement(pool);
	db->commit.statement = pool_commit_statement(pool);
	db->timer = evtimer_new(pool_worker(pool)->base, timer_fired, db);
	return db;
}

static void
events_release(struct db *db)
{
	if (db->io != NULL)
		event_free(db->io);
	if (db->writable != NULL)
		event_free(db->writable);
	db->io = db->writable = NULL;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	events_release(db);
	event_free(db->timer);
	if (db->pg != NULL)
		PQfinish(db->pg);
	free(db);
}

static void
timer_set(struct db *db, unsigned ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000 };
	evtimer_add(db->timer, &tv);
}

/* 0.1 s to 10 s, doubling, with full jitter. */
static unsigned
backoff_ms(unsigned failures)
{
	unsigned top = 100u << (failures > 7 ? 7 : failures);
	uint32_t any;
	if (top > 10000)
		top = 10000;
	evutil_secure_rng_get_bytes(&any, sizeof(any));
	return 10 + any % top;
}

/* The connection is lost, or no longer fit for use. */
static void
db_drop(struct db *db)
{
	struct db_call *call = db->call;
	events_release(db);
	PQfinish(db->pg);
	db->pg = NULL;
	db->call = NULL;
	db->sent_len = db->sent_at = 0;
	db->must_drop = false;
	memset(db->is_prepared, 0, sizeof(db->is_prepared));
	timer_set(db, backoff_ms(db->failures++));
	db_enter(db, DB_DOWN);
	if (call != NULL) {
		if (call->problem.slug == PROBLEM_NONE)
			problem_set(&call->problem, PROBLEM_DATABASE_AWAY,
			    NULL, "%s", "");
		call->is_ok = false;
		call->is_last = true;
		pool_stage_done(db->pool, db, call);
	}
}

static void
db_lost(struct db *db, const char *why)
{
	pool_worker(db->pool)->metrics->database_lost++;
	log_event(LOG_WARNING, "database_lost", "state=%s why=%s",
	    state_names[db->state], why);
	db_drop(db);
}

/* Sockets change while libpq tries one host after another: never kept. */
static void
watch(struct db *db, short what)
{
	struct event_base *base = pool_worker(db->pool)->base;
	events_release(db);
	db->io = event_new(base, PQsocket(db->pg), what, socket_ready, db);
	event_add(db->io, NULL);
}

void
db_connect(struct db *db)
{
	const struct config *config = pool_worker(db->pool)->config;
	char options[96];
	snprintf(options, sizeof(options), "-c statement_timeout=%d "
	    "-c idle_in_transaction_session_timeout=%d",
	    config->statement_timeout_ms, config->statement_timeout_ms);
	const char *names[] = { "dbname", "options", "application_name",
		                "gssencmode", "tcp_user_timeout", "keepalives_idle", NULL };
	const char *values[] = { config->database, options, "sencod",
		                 "disable", "10000", "30", NULL };

	db->pg = PQconnectStartParams(names, values, 1);
	if (db->pg == NULL)
		fatal("out of memory");
	db->state = DB_CONNECTING;
	timer_set(db, CONNECT_TIMEOUT_S * 1000);
	if (PQstatus(db->pg) == CONNECTION_BAD) {
		db_drop(db);
		return;
	}
	watch(db, EV_WRITE);
}

/* Notices may hold data: not logged. */
static void
notice_ignored(void *unused, const PGresult *notice)
{
	(void)unused;
	(void)notice;
}

static void
connected(struct db *db)
{
	struct event_base *base = pool_worker(db->pool)->base;
	evtimer_del(db->timer);
	PQsetNoticeReceiver(db->pg, notice_ignored, NULL);
	if (PQsetnonblocking(db->pg, 1) != 0 || PQenterPipelineMode(db->pg) != 1)
		fatal("libpq refuses pipeline mode");
	watch(db, EV_READ | EV_PERSIST);
	db->writable = event_new(base, PQsocket(db->pg), EV_WRITE,
	    socket_ready, db);
	db->failures = 0;
	db_enter(db, DB_IDLE);
}

static void
connect_go_on(struct db *db)
{
	event_del(db->io);
	switch (PQconnectPoll(db->pg)) {
	case PGRES_POLLING_READING:
		watch(db, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(db, EV_WRITE);
		break;
	case PGRES_POLLING_OK:
		connected(db);
		break;
	default:
		db_drop(db);
	}
}

static bool
flush(struct db *db)
{
	int rest = PQflush(db->pg);
	if (rest > 0)
		event_add(db->writable, NULL);
	return rest >= 0;
}

static void
sent_add(struct db *db, enum sent what, const struct statement *statement,
    struct query *query)
{
	assert(db->sent_len < SENT_MAX);
	db->sent[db->sent_len++] = (struct sent_item){ what, statement, query };
}

/* Known to the connection, or on its way to be: a stage may hold a statement
 * several times. */
static bool
is_prepared(const struct db *db, const struct statement *st)
{
	for (size_t i = 0; i < db->sent_len; i++)
		if (db->sent[i].what == SENT_PREPARE &&
		    db->sent[i].statement == st)
			return true;
	return db->is_prepared[st->number];
}

static bool
send_query(struct db *db, struct query *query)
{
	const struct statement *st = query->statement;
	assert(query->params == st->params);
	if (!is_prepared(db, st)) {
		if (!PQsendPrepare(db->pg, st->name, st->sql, (int)st->params,
		    st->types))
			return false;
		sent_add(db, SENT_PREPARE, st, NULL);
	}
	if (!PQsendQueryPrepared(db->pg, st->name, (int)query->params,
	    query->values, query->lengths, query->formats, 1))
		return false;
	sent_add(db, SENT_QUERY, st, query);
	return true;
}

static int
call_timeout_ms(const struct db *db)
{
	return db->call->timeout_ms > 0 ? db->call->timeout_ms :
	       pool_worker(db->pool)->config->statement_timeout_ms;
}

static void
actor_query(struct db *db, const struct db_call *call)
{
	db->actor.statement = pool_actor_statement(db->pool);
	db->actor.params = 0;
	query_text(&db->actor, call->actor != NULL ? call->actor : "");
	query_text(&db->actor, call->request_id != NULL ? call->request_id : "");
	query_text(&db->actor, call->writes ? "off" : "on");
	snprintf(db->timeout_text, sizeof(db->timeout_text), "%d",
	    call_timeout_ms(db));
	query_text(&db->actor, db->timeout_text);
}

void
db_send(struct db *db, struct db_call *call)
{
	bool is_first = db->state == DB_IDLE;
	bool ok = true;
	assert(!call->is_snapshot || !call->writes);
	db->call = call;
	db->sent_len = db->sent_at = 0;
	db->has_result = db->has_failed = false;
	db_enter(db, DB_BUSY);
	if (is_first) {
		actor_query(db, call);
		ok = (!call->is_snapshot || send_query(db, &db->begin)) &&
		    send_query(db, &db->actor);
	}
	for (size_t i = 0; ok && i < call->len; i++)
		if (call->queries[i]->result == NULL)
			ok = send_query(db, call->queries[i]);
	if (ok && call->is_last && call->is_snapshot)
		ok = send_query(db, &db->commit);
	if (ok && call->is_last) {
		ok = PQpipelineSync(db->pg) == 1;
		sent_add(db, SENT_SYNC, NULL, NULL);
	} else if (ok) {
		ok = PQsendFlushRequest(db->pg) == 1;
	}
	timer_set(db, (unsigned)call_timeout_ms(db) + ANSWER_GRACE_MS);
	if (!ok || !flush(db)) {
		/* Reported from the loop, never from inside this call. */
		db->must_drop = true;
		event_active(db->io, EV_READ, 0);
	}
}

/* The stage is over: the connection is idle, held, or no good. */
static void
stage_over(struct db *db)
{
	struct db_call *call = db->call;
	evtimer_del(db->timer);
	call->is_ok = !db->has_failed;
	if (call->is_last || db->has_failed) {
		call->is_last = true;
		db->call = NULL;
		if (db->must_drop ||
		    PQtransactionStatus(db->pg) != PQTRANS_IDLE) {
			db_drop(db);
			pool_stage_done(db->pool, db, call);
			return;
		}
		db_enter(db, DB_IDLE);
	} else {
		db_enter(db, DB_HELD);
	}
	pool_stage_done(db->pool, db, call);
}

/*
 * After an error the server skips all up to a Sync: see that there is one.
 * Only once every answer of the stage is taken: PQpipelineSync in the midst
 * of an aborted pipeline makes libpq swallow the NULL that ends a result.
 * Never after a failure of our own side (libpq had no memory for a result):
 * the server knows of none, and its Sync would commit half of the call.
 */
static void
sync_after_failure(struct db *db)
{
	db->call->is_last = true;
	if (PQpipelineSync(db->pg) != 1 || !flush(db))
		db->must_drop = true;
	sent_add(db, SENT_SYNC, NULL, NULL);
}

/*
 * A deploy came between: the shape of a view changed, or a function that was
 * just found by its name is gone (functions are not locked as views are).
 */
static bool
is_made_stale(const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result,
	    PG_DIAG_MESSAGE_PRIMARY);

	if (sqlstate == NULL)
		return false;
	return strcmp(sqlstate, "0A000") == 0 ||
	       strcmp(sqlstate, "26000") == 0 ||
	       (strcmp(sqlstate, "XX000") == 0 && message != NULL &&
	       strncmp(message, "cache lookup failed", 19) == 0);
}

static void
take_failure(struct db *db, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	struct db_call *call = db->call;
	if (db->has_failed)
		return; /* what follows an error is only "aborted" */
	db->has_failed = true;
	if (is_made_stale(result) && !call->was_repeated) {
		db->must_drop = true;
		problem_set(&call->problem, PROBLEM_BUSY, "prepare", "%s", "");
	} else {
		db_problem(&call->problem, sqlstate,
		    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
		    PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
		    PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
		    call->request_id);
	}
	if (sqlstate == NULL || strncmp(sqlstate, "57P", 3) == 0)
		db->must_drop = true;
}

static void
take_result(struct db *db, PGresult *result)
{
	struct sent_item *item = &db->sent[db->sent_at];
	switch (PQresultStatus(result)) {
	case PGRES_PIPELINE_SYNC: /* whatever was still counted on is over */
		db->sent_at = db->sent_len;
		break;
	case PGRES_TUPLES_OK:
		if (item->what == SENT_QUERY && item->query != &db->actor) {
			item->query->result = (struct db_result *)result;
			result = NULL;
		}
		db->has_result = true;
		break;
	case PGRES_COMMAND_OK:
		if (item->what == SENT_PREPARE)
			db->is_prepared[item->statement->number] = true;
		db->has_result = true;
		break;
	default:
		take_failure(db, result);
		db->has_result = true;
	}
	PQclear(result);
}

static void
take_results(struct db *db)
{
	while (db->state == DB_BUSY && db->sent_at < db->sent_len &&
	    !PQisBusy(db->pg)) {
		PGresult *result = PQgetResult(db->pg);
		if (result != NULL) {
			take_result(db, result);
		} else if (db->has_result) {
			db->has_result = false;
			db->sent_at++;
		} else {
			break;
		}
		if (db->sent_at < db->sent_len)
			continue;
		if (db->has_failed && !db->call->is_last && !db->must_drop) {
			sync_after_failure(db);
			continue;
		}
		stage_over(db);
		return;
	}
}

/* libpq had no memory for a result and has told nobody: of the one that ends
 * a pipeline it only keeps the message, and would stay busy for ever. */
static bool
has_lost_result(const struct db *db)
{
	return db->state == DB_BUSY && !db->has_failed && PQisBusy(db->pg) &&
	       PQerrorMessage(db->pg)[0] != '\0';
}

static void
socket_ready(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	(void)fd;
	if (db->state == DB_CONNECTING) {
		connect_go_on(db);
		return;
	}
	if (db->must_drop && db->state == DB_BUSY && !db->has_failed) {
		db_lost(db, "send");
		return;
	}
	if ((what & EV_WRITE) && !flush(db)) {
		db_lost(db, "flush");
		return;
	}
	if (what & EV_READ) {
		if (!PQconsumeInput(db->pg)) {
			take_results(db); /* what came before the end */
			if (db->pg != NULL)
				db_lost(db, "closed");
			return;
		}
		take_results(db);
		if (has_lost_result(db))
			db_lost(db, "result");
	}
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	(void)fd;
	(void)what;
	if (db->state == DB_DOWN) {
		db_connect(db);
	} else if (db->state == DB_CONNECTING) {
		db_drop(db);
	} else if (db->call != NULL) {
		problem_set(&db->call->problem, PROBLEM_TIMEOUT, NULL, "%s", "");
		db_lost(db, "no_answer");
	}
}
