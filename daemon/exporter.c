/*
 * exporter.c — an export from the queue to its files. Two calls: `read` is
 * one snapshot held open for the whole job, whose stages fetch pages from a
 * cursor, a kind after another and at last which children were in them;
 * `write` stores what came of a page, in short transactions of its own. Only
 * one of the two is on its way at a time, and between them the loop turns: a
 * page is the longest anybody else waits. Whatever goes wrong ends the job
 * here; it stays in the queue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "exporter.h"

#include <assert.h>
#include <endian.h>
#include <event2/event.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "buf.h"
#include "cursor.h"
#include "db.h"
#include "db_pool.h"
#include "deflate.h"
#include "digest.h"
#include "log.h"
#include "mem.h"
#include "rows.h"
#include "text.h"

#define TICK_S 2
#define PAGE "1000"           /* records; some milliseconds of packing */
#define PAGE_ROWS 1000
#define SETTINGS_PAGE "12"    /* rows of the audit log a transaction */
#define PIECES_A_CALL 12
#define READ_TIMEOUT_MS 120000
#define CONNECTIONS_MIN 2     /* one is held as long as a job takes */

enum exporter_state {
	EXPORTER_IDLE,
	EXPORTER_TAKING,    /* read: is there a job? */
	EXPORTER_STARTING,  /* write: it is ours from now on */
	EXPORTER_PAGE,      /* read: records of a file */
	EXPORTER_PIECES,    /* write: what they packed to */
	EXPORTER_CHILDREN,  /* read: children by setting */
	EXPORTER_AUDIT,     /* write: them */
	EXPORTER_FINISHING, /* write: all is there */
	EXPORTER_CLOSING    /* read: lets the snapshot go */
};

static const char *const state_names[] = {
	"idle", "taking", "starting", "page", "pieces", "children", "audit",
	"finishing", "closing"
};

struct exporter {
	struct worker *worker;
	struct event *tick, *soon;
	enum exporter_state state;
	struct db_call read, write;
	bool has_read;           /* the snapshot is open */
	bool is_asked;           /* look again when idle */

	/* the job */
	struct arena arena;
	const char *id, *run;
	struct slice settings;   /* int4[] in binary; at NULL: everybody's */
	const char **kinds;
	size_t kinds_len;
	struct cursor feed;      /* where it goes on from */
	uint8_t feed_key[CURSOR_KEY_SIZE];
	char cursor[CURSOR_TEXT_SIZE];
	uint64_t started_us, longest_us;
	int64_t records_all, bytes_all;

	/* the file */
	size_t kind;
	bool is_file_read;       /* to its end */
	int piece;               /* the next to be stored */
	int64_t records, bytes;
	struct deflate *deflate;
	struct digest *digest;
	uint8_t sha256[DIGEST_SIZE];
	struct buf text, packed;
	size_t writing;          /* bytes of packed that are on their way */
};

static void look(struct exporter *);
static void page_next(struct exporter *);
static void write_start(struct exporter *, enum exporter_state);

static uint64_t
now_us(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

static void
enter(struct exporter *exporter, enum exporter_state state)
{
	log_event(LOG_DEBUG, "exporter_state", "from=%s to=%s",
	    state_names[exporter->state], state_names[state]);
	exporter->state = state;
}

/* ---- statements ---- */

enum { TAKE, START, RECORDS, PAGE_FETCH, CLOSE, CHILDREN, CHILDREN_FETCH,
       PIECE, FILE_WHOLE, AUDIT, FINISH };

static const struct {
	const char *sql;
	size_t params;
	uint32_t types[6];
} texts[] = {
	[TAKE] = { "SELECT id, settings, kinds, feed_xid, feed_epoch, feed_key"
		   " FROM api.export_take()", 0, { 0 } },
	[START] = { "SELECT api.export_start($1)", 1, { OID_UUID } },
	[RECORDS] = { "DECLARE export NO SCROLL CURSOR FOR"
		      " SELECT r.setting, r.kind, r.source_id, r.child_id,"
		      " r.revision, r.data FROM api.records AS r"
		      " WHERE r.kind = $1"
		      " AND ($2 IS NULL OR r.setting_id = ANY ($2))",
		      2, { OID_TEXT, OID_INT4_ARRAY } },
	[PAGE_FETCH] = { "FETCH " PAGE " FROM export", 0, { 0 } },
	[CLOSE] = { "CLOSE export", 0, { 0 } },
	[CHILDREN] = { "DECLARE export_children NO SCROLL CURSOR FOR"
		       " SELECT r.setting_id, array_agg(DISTINCT r.child_id)"
		       " FILTER (WHERE r.child_id IS NOT NULL) AS child_ids,"
		       " count(*) AS records FROM api.records AS r"
		       " WHERE $1 IS NULL OR r.setting_id = ANY ($1)"
		       " GROUP BY r.setting_id", 1, { OID_INT4_ARRAY } },
	[CHILDREN_FETCH] = { "FETCH " SETTINGS_PAGE " FROM export_children",
		             0, { 0 } },
	[PIECE] = { "SELECT api.export_piece($1, $2, $3, $4, $5)", 5,
		    { OID_UUID, OID_UUID, OID_TEXT, OID_INT4, OID_BYTEA } },
	[FILE_WHOLE] = { "SELECT api.export_file($1, $2, $3, $4, $5, $6)", 6,
			 { OID_UUID, OID_UUID, OID_TEXT, OID_INT8, OID_INT8,
			   OID_BYTEA } },
	[AUDIT] = { "SELECT api.export_audit($1, $2, $3, $4, $5)", 5,
		    { OID_UUID, OID_UUID, OID_INT4, OID_UUID_ARRAY, OID_INT8 } },
	[FINISH] = { "SELECT api.export_finish($1, $2, $3, $4)", 4,
		     { OID_UUID, OID_UUID, OID_INT4_ARRAY, OID_TEXT } },
};

static struct query *
add(struct db_call *call, size_t which)
{
	static const struct statement *made[nitems(texts)];
	if (made[which] == NULL)
		made[which] = statement_new(texts[which].sql,
		    texts[which].params, texts[which].types);
	return db_call_add(call, made[which]);
}

/* The next query of the write; it names the job and this run of it. */
static struct query *
add_of_run(struct exporter *exporter, size_t which)
{
	struct query *query = add(&exporter->write, which);
	query_text(query, exporter->id);
	query_text(query, exporter->run);
	return query;
}

static void
bind_settings(struct query *query, const struct exporter *exporter)
{
	if (exporter->settings.at == NULL)
		query_text(query, NULL);
	else
		query_binary(query, exporter->settings.at,
		    exporter->settings.len);
}

static void
bind_cell(struct query *query, const struct db_result *result, size_t row,
    size_t column)
{
	struct slice cell = db_result_cell(result, row, column);
	if (cell.at == NULL)
		query_text(query, NULL);
	else
		query_binary(query, cell.at, cell.len);
}

static const char *
number_text(struct exporter *exporter, int64_t number)
{
	return arena_print(&exporter->arena, "%lld", (long long)number);
}

/* ---- the end of a job ---- */

static void
become_idle(struct exporter *exporter)
{
	db_call_clear(&exporter->read);
	db_call_clear(&exporter->write);
	exporter->has_read = false;
	exporter->id = exporter->run = NULL;
	digest_free(exporter->digest);
	deflate_free(exporter->deflate);
	exporter->digest = NULL;
	exporter->deflate = NULL;
	buf_release(&exporter->text);
	buf_release(&exporter->packed);
	arena_release(&exporter->arena);
	enter(exporter, EXPORTER_IDLE);
	if (exporter->is_asked)
		event_active(exporter->soon, EV_TIMEOUT, 0);
}

/* No write is on its way. */
static void
close_read(struct exporter *exporter)
{
	if (!exporter->has_read) {
		become_idle(exporter);
		return;
	}
	enter(exporter, EXPORTER_CLOSING);
	db_call_forget_stages(&exporter->read);
	db_call_start(exporter->worker->pool, &exporter->read, true);
}

static void
stop(struct exporter *exporter, const char *why)
{
	log_event(exporter->id != NULL ? LOG_WARNING : LOG_DEBUG,
	    "export_stopped", "export=%s state=%s why=%s",
	    exporter->id != NULL ? exporter->id : "-",
	    state_names[exporter->state], why);
	close_read(exporter);
}

/* ---- files ---- */

static void
page_start(struct exporter *exporter)
{
	add(&exporter->read, PAGE_FETCH);
	enter(exporter, EXPORTER_PAGE);
	db_call_start(exporter->worker->pool, &exporter->read, false);
}

static void
file_begin(struct exporter *exporter)
{
	struct db_call *read = &exporter->read;
	struct query *query;

	exporter->is_file_read = false;
	exporter->piece = 0;
	exporter->records = exporter->bytes = 0;
	digest_start(exporter->digest);
	db_call_forget_stages(read);
	if (exporter->kind > 0)
		add(read, CLOSE);
	query = add(read, RECORDS);
	query_text(query, exporter->kinds[exporter->kind]);
	bind_settings(query, exporter);
	page_start(exporter);
}

static void
children_next(struct exporter *exporter, bool is_first)
{
	struct db_call *read = &exporter->read;

	db_call_forget_stages(read);
	if (is_first)
		bind_settings(add(read, CHILDREN), exporter);
	add(read, CHILDREN_FETCH);
	enter(exporter, EXPORTER_CHILDREN);
	db_call_start(exporter->worker->pool, read, false);
}

static void
file_end(struct exporter *exporter)
{
	exporter->records_all += exporter->records;
	exporter->bytes_all += exporter->bytes;
	if (++exporter->kind < exporter->kinds_len)
		file_begin(exporter);
	else
		children_next(exporter, true);
}

static void
add_file_whole(struct exporter *exporter)
{
	struct query *query = add_of_run(exporter, FILE_WHOLE);

	digest_finish(exporter->digest, exporter->sha256);
	query_text(query, exporter->kinds[exporter->kind]);
	query_text(query, number_text(exporter, exporter->records));
	query_text(query, number_text(exporter, exporter->bytes));
	query_binary(query, exporter->sha256, DIGEST_SIZE);
}

/* Whole pieces go out; at the end of the file also what is left. */
static void
pieces_write(struct exporter *exporter)
{
	struct buf *packed = &exporter->packed;
	size_t at = 0;

	db_call_clear(&exporter->write);
	for (int n = 0; n < PIECES_A_CALL; n++) {
		size_t len = packed->len - at < EXPORT_PIECE_BYTES ?
		    packed->len - at : EXPORT_PIECE_BYTES;
		struct query *query;
		if (len == 0 || (len < EXPORT_PIECE_BYTES &&
		    !exporter->is_file_read))
			break;
		query = add_of_run(exporter, PIECE);
		query_text(query, exporter->kinds[exporter->kind]);
		query_text(query, number_text(exporter, exporter->piece++));
		query_binary(query, packed->at + at, len);
		digest_add(exporter->digest, packed->at + at, len);
		at += len;
	}
	exporter->writing = at;
	exporter->bytes += (int64_t)at;
	if (exporter->is_file_read && at == packed->len)
		add_file_whole(exporter);
	if (exporter->write.len > 0)
		write_start(exporter, EXPORTER_PIECES);
	else
		page_next(exporter);
}

static void
pieces_written(struct exporter *exporter)
{
	struct buf *packed = &exporter->packed;
	bool was_all = exporter->writing == packed->len;

	buf_drop(packed, exporter->writing);
	if (packed->len >= EXPORT_PIECE_BYTES ||
	    (exporter->is_file_read && !was_all))
		pieces_write(exporter);
	else if (exporter->is_file_read)
		file_end(exporter);
	else
		page_next(exporter);
}

static void
page_next(struct exporter *exporter)
{
	db_call_forget_stages(&exporter->read);
	page_start(exporter);
}

static void
page_read(struct exporter *exporter)
{
	const struct db_call *read = &exporter->read;
	const struct db_result *result = read->queries[read->len - 1]->result;
	size_t len = db_result_rows(result);
	struct arena arena;
	struct rows rows;

	arena_init(&arena);
	rows_init(&rows, result, ROWS_NDJSON, len, &arena);
	rows_print(&rows, &exporter->text, SIZE_MAX);
	arena_release(&arena);
	deflate_add(exporter->deflate, (struct slice){ exporter->text.at,
	                                               exporter->text.len }, &exporter->packed);
	buf_clear(&exporter->text);
	exporter->records += (int64_t)len;
	if (len < PAGE_ROWS) {
		deflate_end(exporter->deflate, &exporter->packed);
		exporter->is_file_read = true;
	}
	pieces_write(exporter);
}

/* ---- which children are in it ---- */

static void
finish(struct exporter *exporter)
{
	struct query *query;

	db_call_clear(&exporter->write);
	query = add_of_run(exporter, FINISH);
	bind_settings(query, exporter);
	cursor_print(&exporter->feed, exporter->feed_key, exporter->cursor);
	query_text(query, exporter->cursor);
	write_start(exporter, EXPORTER_FINISHING);
}

static void
children_read(struct exporter *exporter)
{
	const struct db_call *read = &exporter->read;
	const struct db_result *result = read->queries[read->len - 1]->result;
	size_t len = db_result_rows(result);

	if (len == 0) {
		finish(exporter);
		return;
	}
	db_call_clear(&exporter->write);
	for (size_t row = 0; row < len; row++) {
		struct query *query = add_of_run(exporter, AUDIT);
		for (size_t column = 0; column < 3; column++)
			bind_cell(query, result, row, column);
	}
	write_start(exporter, EXPORTER_AUDIT);
}

/* ---- a job ---- */

/* A text[] in binary: 20 bytes of head, then length and bytes of each. */
static void
kinds_take(struct exporter *exporter, struct slice array)
{
	const char *at = array.at + 20, *end = array.at + array.len;

	exporter->kinds = arena_array(&exporter->arena, array.len / 4 + 1,
	    sizeof(*exporter->kinds));
	exporter->kinds_len = 0;
	while (array.len > 20 && at < end) {
		uint32_t len;
		memcpy(&len, at, sizeof(len));
		len = be32toh(len);
		exporter->kinds[exporter->kinds_len++] =
		    arena_text(&exporter->arena, at + 4, len);
		at += 4 + len;
	}
}

static const char *
uuid_text(struct exporter *exporter, struct slice cell)
{
	char *text = arena_alloc(&exporter->arena, 37);
	text_print_uuid((const uint8_t *)cell.at, text);
	return text;
}

static void
job_taken(struct exporter *exporter)
{
	const struct db_result *result = exporter->read.queries[0]->result;
	struct slice key;
	int64_t xid = 0;

	if (db_result_rows(result) == 0 || exporter->worker->is_draining) {
		close_read(exporter);
		return;
	}
	exporter->is_asked = true; /* there may be another behind it */
	exporter->started_us = now_us();
	exporter->longest_us = 0;
	exporter->records_all = exporter->bytes_all = 0;
	exporter->kind = 0;
	exporter->digest = digest_new();
	exporter->deflate = deflate_new();
	exporter->id = uuid_text(exporter, db_result_cell(result, 0, 0));
	exporter->settings = db_result_cell(result, 0, 1);
	if (exporter->settings.at != NULL)
		exporter->settings = arena_slice(&exporter->arena,
		    exporter->settings);
	kinds_take(exporter, db_result_cell(result, 0, 2));
	key = db_result_cell(result, 0, 5);
	if (!text_read_uint(db_result_cell(result, 0, 3), &xid) ||
	    exporter->kinds_len == 0 ||
	    key.len != sizeof(exporter->feed_key)) {
		stop(exporter, "job");
		return;
	}
	exporter->feed = (struct cursor){
		.epoch = (uint32_t)db_result_int(result, 0, 4),
		.xid = (uint64_t)xid
	};
	memcpy(exporter->feed_key, key.at, key.len);
	query_text(add(&exporter->write, START), exporter->id);
	write_start(exporter, EXPORTER_STARTING);
}

static void
job_started(struct exporter *exporter)
{
	struct slice run = db_result_cell(exporter->write.queries[0]->result,
	    0, 0);

	if (run.at == NULL) {
		stop(exporter, "taken_back");
		return;
	}
	exporter->run = uuid_text(exporter, run);
	file_begin(exporter);
}

static void
job_done(struct exporter *exporter)
{
	log_event(LOG_INFO, "export_made", "export=%s records=%lld bytes=%lld"
	    " us=%llu longest_turn_us=%llu", exporter->id,
	    (long long)exporter->records_all, (long long)exporter->bytes_all,
	    (unsigned long long)(now_us() - exporter->started_us),
	    (unsigned long long)exporter->longest_us);
	close_read(exporter);
}

/* ---- answers ---- */

static void
read_done(struct db_call *call)
{
	struct exporter *exporter = container_of(call, struct exporter, read);
	uint64_t began = now_us(), took;

	exporter->has_read = !call->is_last;
	switch (exporter->state) {
	case EXPORTER_CLOSING:
		become_idle(exporter);
		return;
	case EXPORTER_STARTING:
	case EXPORTER_PIECES:
	case EXPORTER_AUDIT:
	case EXPORTER_FINISHING:
		return; /* the snapshot is lost: told when the write is done */
	default:
		break;
	}
	if (!call->is_ok) {
		stop(exporter, problem_name(call->problem.slug));
		return;
	}
	if (exporter->state == EXPORTER_TAKING)
		job_taken(exporter);
	else if (exporter->state == EXPORTER_PAGE)
		page_read(exporter);
	else
		children_read(exporter);
	took = now_us() - began;
	if (took > exporter->longest_us)
		exporter->longest_us = took;
}

/* Every function answers whether the job is still this run's. */
static bool
is_still_ours(const struct db_call *write)
{
	for (size_t i = 0; i < write->len; i++) {
		struct slice cell = db_result_cell(write->queries[i]->result,
		    0, 0);
		if (cell.len != 1 || cell.at[0] == 0)
			return false;
	}
	return true;
}

static void
write_done(struct db_call *call)
{
	struct exporter *exporter = container_of(call, struct exporter, write);
	enum exporter_state state = exporter->state;

	if (!call->is_ok) {
		stop(exporter, problem_name(call->problem.slug));
	} else if (state != EXPORTER_STARTING && !is_still_ours(call)) {
		stop(exporter, "taken_back");
	} else if (state == EXPORTER_FINISHING) {
		job_done(exporter);
	} else if (!exporter->has_read) {
		stop(exporter, "snapshot_lost");
	} else {
		if (state == EXPORTER_STARTING)
			job_started(exporter);
		else if (state == EXPORTER_PIECES)
			pieces_written(exporter);
		else
			children_next(exporter, false);
	}
}

static void
write_start(struct exporter *exporter, enum exporter_state state)
{
	struct db_call *write = &exporter->write;

	write->writes = true;
	write->done = write_done;
	write->request_id = exporter->id;
	enter(exporter, state);
	db_call_start(exporter->worker->pool, write, true);
}

/* ---- looking for one ---- */

static void
look(struct exporter *exporter)
{
	struct db_call *read = &exporter->read;

	if (exporter->state != EXPORTER_IDLE || exporter->worker->is_draining ||
	    !pool_is_ready(exporter->worker->pool))
		return;
	exporter->is_asked = false;
	read->is_snapshot = true;
	read->timeout_ms = READ_TIMEOUT_MS;
	read->done = read_done;
	add(read, TAKE);
	enter(exporter, EXPORTER_TAKING);
	db_call_start(exporter->worker->pool, read, false);
}

static void
time_to_look(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	look(arg);
}

struct exporter *
exporter_new(struct worker *worker)
{
	static const struct timeval tick = { TICK_S, 0 };
	struct exporter *exporter = mem_alloc(sizeof(*exporter));

	exporter->worker = worker;
	arena_init(&exporter->arena);
	exporter->soon = event_new(worker->base, -1, 0, time_to_look, exporter);
	exporter->tick = event_new(worker->base, -1, EV_PERSIST, time_to_look,
	    exporter);
	if (worker->config->database_connections < CONNECTIONS_MIN)
		log_event(LOG_WARNING, "exports_off", "database_connections=%d"
		    " needed=%d", worker->config->database_connections,
		    CONNECTIONS_MIN);
	else
		event_add(exporter->tick, &tick);
	return exporter;
}

void
exporter_free(struct exporter *exporter)
{
	if (exporter == NULL)
		return;
	exporter->is_asked = false;
	become_idle(exporter);
	event_free(exporter->soon);
	event_free(exporter->tick);
	free(exporter);
}

void
exporter_wake(struct exporter *exporter)
{
	exporter->is_asked = true;
	if (event_pending(exporter->tick, EV_TIMEOUT, NULL))
		event_active(exporter->soon, EV_TIMEOUT, 0);
}
