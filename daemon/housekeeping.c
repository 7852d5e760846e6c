/*
 * housekeeping.c — calls api.housekeep and logs the rows it answers: what was
 * pruned, and which settings are silent. The rules are the database's; here
 * is the clock. Runs are short, and follow one another while there is more.
 * Then, in a call of its own that may take longer and whose failure stops
 * nothing else, the numbers of the first page are counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "housekeeping.h"

#include <event2/event.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>

#include "common.h"
#include "db.h"
#include "log.h"
#include "mem.h"
#include "parking.h"
#include "worker.h"

struct housekeeping {
	struct worker *worker;
	struct event *timer;
	struct db_call call;
	bool is_counting; /* the call is the second of the round */
	char feed_days[12], answer_days[12];
};

enum { COLUMN_EVENT, COLUMN_SUBJECT, COLUMN_AMOUNT };

#define COUNT_TIMEOUT_MS 120000

/* Half to one and a half of the interval, so that workers spread out. */
static void
wait_for_next(struct housekeeping *housekeeping)
{
	uint64_t ms = (uint64_t)housekeeping->worker->config->housekeeping_s
	    * 1000;
	uint32_t any;
	struct timeval tv;

	evutil_secure_rng_get_bytes(&any, sizeof(any));
	ms = ms / 2 + any % (ms + 1);
	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	evtimer_add(housekeeping->timer, &tv);
}

/* One row of the answer; true when there is more to do at once. */
static bool
row_take(struct housekeeping *housekeeping, const struct db_result *result,
    size_t row)
{
	struct metrics *metrics = housekeeping->worker->metrics;
	struct slice event = db_result_cell(result, row, COLUMN_EVENT);
	struct slice subject = db_result_cell(result, row, COLUMN_SUBJECT);
	long long amount = db_result_int(result, row, COLUMN_AMOUNT);
	char text[80];

	log_value(subject.at != NULL ? subject.at : "", subject.len, text,
	    sizeof(text));
	if (slice_is(event, "again"))
		return true;
	if (slice_is(event, "silent")) {
		metrics->settings_silent = (uint64_t)amount;
		metrics->settings_silent_at = (uint64_t)parking_now_ms();
	} else if (slice_is(event, "pruned")) {
		log_event(LOG_INFO, "pruned", "what=%s rows=%lld", text,
		    amount);
	} else if (slice_is(event, "kept")) {
		log_event(LOG_INFO, "kept", "what=%s rows=%lld", text,
		    amount);
	} else if (slice_is(event, "setting_silent")) {
		log_event(LOG_WARNING, "setting_silent",
		    "setting=%s hours=%lld", text, amount);
	} else if (slice_is(event, "setting_heard")) {
		log_event(LOG_INFO, "setting_heard",
		    "setting=%s silent_hours=%lld", text, amount);
	}
	return false;
}

static void run(struct housekeeping *);
static void count(struct housekeeping *);

static void
run_done(struct db_call *call)
{
	struct housekeeping *housekeeping =
	    container_of(call, struct housekeeping, call);
	bool is_again = false;

	if (call->is_ok) {
		const struct db_result *result = call->queries[0]->result;

		for (size_t row = 0; row < db_result_rows(result); row++)
			is_again |= row_take(housekeeping, result, row);
	}
	db_call_clear(call);
	if (housekeeping->is_counting || housekeeping->worker->is_draining)
		wait_for_next(housekeeping);
	else if (is_again)
		run(housekeeping);
	else
		count(housekeeping);
}

static void
start(struct housekeeping *housekeeping, bool is_counting)
{
	struct db_call *call = &housekeeping->call;

	housekeeping->is_counting = is_counting;
	call->timeout_ms = is_counting ? COUNT_TIMEOUT_MS : 0;
	call->writes = true;
	call->done = run_done;
	call->request_id = "housekeeping";
	db_call_start(housekeeping->worker->pool, call, true);
}

static void
count(struct housekeeping *housekeeping)
{
	static const struct statement *refresh;

	if (refresh == NULL)
		refresh = statement_new("SELECT event, subject, amount"
		    " FROM api.dashboard_refresh()", 0, NULL);
	db_call_add(&housekeeping->call, refresh);
	start(housekeeping, true);
}

static void
run(struct housekeeping *housekeeping)
{
	static const uint32_t types[] = { OID_INT4, OID_INT4 };
	static const struct statement *housekeep;
	const struct config *config = housekeeping->worker->config;
	struct db_call *call = &housekeeping->call;
	struct query *query;

	if (housekeep == NULL)
		housekeep = statement_new("SELECT event, subject, amount"
		    " FROM api.housekeep($1, $2)", 2, types);
	snprintf(housekeeping->feed_days, sizeof(housekeeping->feed_days),
	    "%d", config->feed_days);
	snprintf(housekeeping->answer_days, sizeof(housekeeping->answer_days),
	    "%d", config->answer_days);
	query = db_call_add(call, housekeep);
	query_text(query, housekeeping->feed_days);
	query_text(query, housekeeping->answer_days);
	start(housekeeping, false);
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	run(arg);
}

struct housekeeping *
housekeeping_new(struct worker *worker)
{
	struct housekeeping *housekeeping = mem_alloc(sizeof(*housekeeping));

	housekeeping->worker = worker;
	housekeeping->timer = evtimer_new(worker->base, timer_fired,
	    housekeeping);
	wait_for_next(housekeeping);
	return housekeeping;
}

void
housekeeping_free(struct housekeeping *housekeeping)
{
	if (housekeeping == NULL)
		return;
	db_call_clear(&housekeeping->call);
	event_free(housekeeping->timer);
	free(housekeeping);
}
