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

#include <event2/event.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "db_pool.h"
#include "export_file.h"
#include "export_job.h"
#include "log.h"
#include "mem.h"

#define TICK_S 2
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
	struct export_job job;
	uint64_t started_us, longest_us;
	int64_t records_all, bytes_all;

	/* the file */
	size_t kind;
	struct export_file file;
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

/* ---- the end of a job ---- */

static void
become_idle(struct exporter *exporter)
{
	db_call_clear(&exporter->read);
	db_call_clear(&exporter->write);
	exporter->has_read = false;
	export_file_release(&exporter->file);
	export_job_release(&exporter->job);
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
	log_event(exporter->job.id != NULL ? LOG_WARNING : LOG_DEBUG,
	    "export_stopped", "export=%s state=%s why=%s",
	    exporter->job.id != NULL ? exporter->job.id : "-",
	    state_names[exporter->state], why);
	close_read(exporter);
}

/* ---- files ---- */

static void
page_start(struct exporter *exporter)
{
	export_job_add_page(&exporter->read);
	enter(exporter, EXPORTER_PAGE);
	db_call_start(exporter->worker->pool, &exporter->read, false);
}

static void
file_begin(struct exporter *exporter)
{
	export_file_begin(&exporter->file);
	db_call_forget_stages(&exporter->read);
	export_job_open_kind(&exporter->job, &exporter->read, exporter->kind);
	page_start(exporter);
}

static void
children_next(struct exporter *exporter, bool is_first)
{
	struct db_call *read = &exporter->read;

	db_call_forget_stages(read);
	if (is_first)
		export_job_open_children(&exporter->job, read);
	export_job_add_children(read);
	enter(exporter, EXPORTER_CHILDREN);
	db_call_start(exporter->worker->pool, read, false);
}

static void
file_end(struct exporter *exporter)
{
	exporter->records_all += exporter->file.records;
	exporter->bytes_all += exporter->file.bytes;
	if (++exporter->kind < exporter->job.kinds_len)
		file_begin(exporter);
	else
		children_next(exporter, true);
}

/* Stores what is ready, a bounded number at a time; with the last piece of a
 * file, that it is whole. */
static void
pieces_write(struct exporter *exporter)
{
	struct export_file *file = &exporter->file;
	struct slice piece;

	db_call_clear(&exporter->write);
	for (int n = 0; n < PIECES_A_CALL; n++) {
		int number = file->pieces;
		if (!export_file_piece(file, &piece))
			break;
		export_job_add_piece(&exporter->job, &exporter->write,
		    exporter->kind, number, piece);
	}
	if (export_file_is_whole(file))
		export_job_add_file(&exporter->job, &exporter->write,
		    exporter->kind, file->records, file->bytes, file->sha256);
	if (exporter->write.len > 0)
		write_start(exporter, EXPORTER_PIECES);
	else
		page_next(exporter);
}

static void
pieces_written(struct exporter *exporter)
{
	struct export_file *file = &exporter->file;
	bool was_all = export_file_is_whole(file);

	export_file_forget(file);
	if (was_all)
		file_end(exporter);
	else if (export_file_has_piece(file))
		pieces_write(exporter);
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
	const struct db_result *result = export_job_page(&exporter->read);

	export_file_add(&exporter->file, result);
	if (db_result_rows(result) < EXPORT_PAGE_ROWS)
		export_file_end(&exporter->file);
	pieces_write(exporter);
}

/* ---- which children are in it ---- */

static void
children_read(struct exporter *exporter)
{
	const struct db_result *result = export_job_page(&exporter->read);
	size_t len = db_result_rows(result);

	db_call_clear(&exporter->write);
	for (size_t row = 0; row < len; row++)
		export_job_add_audit(&exporter->job, &exporter->write, result,
		    row);
	if (len == 0)
		export_job_add_finish(&exporter->job, &exporter->write);
	write_start(exporter, len == 0 ? EXPORTER_FINISHING : EXPORTER_AUDIT);
}

/* ---- a job ---- */

static void
job_taken(struct exporter *exporter)
{
	if (exporter->worker->is_draining ||
	    !export_job_take(&exporter->job, &exporter->read)) {
		close_read(exporter);
		return;
	}
	exporter->is_asked = true; /* there may be another behind it */
	exporter->started_us = now_us();
	exporter->longest_us = 0;
	exporter->records_all = exporter->bytes_all = 0;
	exporter->kind = 0;
	export_file_init(&exporter->file);
	export_job_start(&exporter->job, &exporter->write);
	write_start(exporter, EXPORTER_STARTING);
}

static void
job_done(struct exporter *exporter)
{
	log_event(LOG_INFO, "export_made", "export=%s records=%lld bytes=%lld"
	    " us=%llu longest_turn_us=%llu", exporter->job.id,
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

static void
write_done(struct db_call *call)
{
	struct exporter *exporter = container_of(call, struct exporter, write);
	enum exporter_state state = exporter->state;

	if (!call->is_ok) {
		stop(exporter, problem_name(call->problem.slug));
	} else if (state != EXPORTER_STARTING && !export_job_is_ours(call)) {
		stop(exporter, "taken_back");
	} else if (state == EXPORTER_FINISHING) {
		job_done(exporter);
	} else if (!exporter->has_read) {
		stop(exporter, "snapshot_lost");
	} else if (state == EXPORTER_PIECES) {
		pieces_written(exporter);
	} else if (state == EXPORTER_AUDIT) {
		children_next(exporter, false);
	} else if (export_job_started(&exporter->job, call)) {
		file_begin(exporter);
	} else {
		stop(exporter, "taken_back");
	}
}

static void
write_start(struct exporter *exporter, enum exporter_state state)
{
	struct db_call *write = &exporter->write;

	write->writes = true;
	write->done = write_done;
	write->request_id = exporter->job.id;
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
	export_job_ask(read);
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
	arena_init(&exporter->job.arena);
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
