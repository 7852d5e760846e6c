/*
 * db_listen.c — one connection that listens. What is to be told gathers
 * while the last telling is under way and for a moment after it, so a
 * thousand batches a second cost a hundred small statements at most.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db_listen.h"

#include <assert.h>
#include <event2/event.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "common.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#define CHANNEL "sencod_changes"
#define CONNECT_TIMEOUT_MS 5000
#define ANSWER_TIMEOUT_MS 10000
#define PAUSE_MS 10     /* between two tellings */
#define TELL_MAX 256    /* settings; more are told as all */
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 10000

enum listen_state {
	LISTEN_DOWN,       /* until the timer fires */
	LISTEN_CONNECTING,
	LISTEN_OPENING,    /* LISTEN is sent */
	LISTEN_OPEN,       /* and nothing under way */
	LISTEN_TELLING,    /* a NOTIFY is */
	LISTEN_PAUSING     /* has just told */
};

static const char *const state_names[] = {
	"down", "connecting", "opening", "open", "telling", "pausing"
};

struct db_listen {
	struct worker *worker;
	void (*heard)(struct worker *, int32_t setting);
	enum listen_state state;
	PGconn *pg;
	struct event *io;       /* made anew with the socket */
	struct event *writable; /* only while libpq holds unsent bytes */
	struct event *timer;    /* whatever the state waits for */
	unsigned failures;      /* in a row */
	int32_t untold[TELL_MAX];
	size_t untold_len;
};

static void socket_ready(evutil_socket_t, short, void *);
static void timer_fired(evutil_socket_t, short, void *);

static void
enter(struct db_listen *listen, enum listen_state state, unsigned timeout_ms)
{
	struct timeval tv = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };

	log_event(LOG_DEBUG, "listen_state", "from=%s to=%s",
	    state_names[listen->state], state_names[state]);
	listen->state = state;
	if (timeout_ms > 0)
		evtimer_add(listen->timer, &tv);
	else
		evtimer_del(listen->timer);
}

/* ---- the connection ---- */

static void
hang_up(struct db_listen *listen)
{
	if (listen->io != NULL)
		event_free(listen->io);
	if (listen->writable != NULL)
		event_free(listen->writable);
	listen->io = listen->writable = NULL;
	PQfinish(listen->pg);
	listen->pg = NULL;
}

/* Doubling, with full jitter: workers do not come back all at once. */
static unsigned
backoff_ms(unsigned failures)
{
	unsigned top = BACKOFF_MIN_MS << (failures > 7 ? 7 : failures);
	uint32_t any;

	evutil_secure_rng_get_bytes(&any, sizeof(any));
	return 10 + any % (top > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : top);
}

static void
lose(struct db_listen *listen)
{
	if (listen->state > LISTEN_CONNECTING)
		log_event(LOG_WARNING, "listen_lost", "state=%s",
		    state_names[listen->state]);
	hang_up(listen);
	enter(listen, LISTEN_DOWN, backoff_ms(listen->failures++));
}

static void
watch(struct db_listen *listen, short what)
{
	if (listen->io != NULL)
		event_free(listen->io);
	listen->io = event_new(listen->worker->base, PQsocket(listen->pg),
	    what, socket_ready, listen);
	event_add(listen->io, NULL);
}

static void
dial(struct db_listen *listen)
{
	const char *names[] = { "dbname", "application_name", "gssencmode",
		                "tcp_user_timeout", "keepalives_idle", NULL };
	const char *values[] = { listen->worker->config->database,
		                 "sencod listen", "disable", "10000", "30", NULL };

	listen->pg = PQconnectStartParams(names, values, 1);
	enter(listen, LISTEN_CONNECTING, CONNECT_TIMEOUT_MS);
	if (PQstatus(listen->pg) == CONNECTION_BAD)
		lose(listen);
	else
		watch(listen, EV_WRITE);
}

static bool
flush(struct db_listen *listen)
{
	int rest = PQflush(listen->pg);

	if (rest > 0)
		event_add(listen->writable, NULL);
	return rest >= 0;
}

static void
notice_ignored(void *unused, const PGresult *notice)
{
	(void)unused, (void)notice;
}

static void
connected(struct db_listen *listen)
{
	watch(listen, EV_READ | EV_PERSIST);
	listen->writable = event_new(listen->worker->base,
	    PQsocket(listen->pg), EV_WRITE, socket_ready, listen);
	PQsetNoticeReceiver(listen->pg, notice_ignored, NULL);
	enter(listen, LISTEN_OPENING, ANSWER_TIMEOUT_MS);
	if (PQsetnonblocking(listen->pg, 1) != 0 ||
	    !PQsendQuery(listen->pg, "LISTEN " CHANNEL) || !flush(listen))
		lose(listen);
}

static void
connect_go_on(struct db_listen *listen)
{
	event_del(listen->io);
	switch (PQconnectPoll(listen->pg)) {
	case PGRES_POLLING_READING:
		watch(listen, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(listen, EV_WRITE);
		break;
	case PGRES_POLLING_OK:
		connected(listen);
		break;
	default:
		lose(listen);
	}
}

/* ---- telling ---- */

static void
tell(struct db_listen *listen)
{
	struct buf array;
	const char *value;
	bool ok;

	buf_init(&array);
	buf_add_char(&array, '{');
	for (size_t i = 0; i < listen->untold_len; i++)
		buf_print(&array, "%s%d", i > 0 ? "," : "",
		    listen->untold[i]);
	buf_add(&array, "}", 2); /* with its NUL */
	listen->untold_len = 0;
	value = array.at;
	enter(listen, LISTEN_TELLING, ANSWER_TIMEOUT_MS);
	ok = PQsendQueryParams(listen->pg, "SELECT pg_catalog.pg_notify('"
	    CHANNEL "', s::text) FROM pg_catalog.unnest($1::int[]) AS s",
	    1, NULL, &value, NULL, NULL, 0) && flush(listen);
	buf_release(&array);
	if (!ok)
		lose(listen);
}

void
db_listen_tell(struct db_listen *listen, int32_t setting)
{
	for (size_t i = 0; i < listen->untold_len; i++)
		if (listen->untold[i] == setting ||
		    listen->untold[i] == ALL_SETTINGS)
			return;
	/* More at once than we care to name: all. */
	if (setting == ALL_SETTINGS || listen->untold_len == TELL_MAX) {
		listen->untold[0] = ALL_SETTINGS;
		listen->untold_len = 1;
	} else {
		listen->untold[listen->untold_len++] = setting;
	}
	if (listen->state == LISTEN_OPEN)
		tell(listen);
}

/* ---- hearing ---- */

static void
take_notifications(struct db_listen *listen)
{
	PGnotify *notify;

	while ((notify = PQnotifies(listen->pg)) != NULL) {
		int64_t setting;

		if (text_read_uint(slice_of(notify->extra), &setting) &&
		    setting <= INT32_MAX)
			listen->heard(listen->worker, (int32_t)setting);
		PQfreemem(notify);
	}
}

/* LISTEN or NOTIFY has been answered; false when it was refused. */
static bool
take_answers(struct db_listen *listen)
{
	PGresult *result;
	bool ok = true;

	while (!PQisBusy(listen->pg) &&
	    (result = PQgetResult(listen->pg)) != NULL) {
		ok = ok && (PQresultStatus(result) == PGRES_COMMAND_OK ||
		    PQresultStatus(result) == PGRES_TUPLES_OK);
		PQclear(result);
	}
	return ok;
}

/* What was committed while nobody heard, here or in a worker that died with
 * something untold: let all look. */
static void
opened(struct db_listen *listen)
{
	log_event(LOG_INFO, "listening", "failures=%u", listen->failures);
	listen->failures = 0;
	enter(listen, LISTEN_OPEN, 0);
	db_listen_tell(listen, ALL_SETTINGS);
	if (listen->state == LISTEN_OPEN)
		tell(listen);
}

static void
take(struct db_listen *listen)
{
	bool ok = take_answers(listen);

	take_notifications(listen);
	if (!ok) {
		lose(listen);
	} else if (PQisBusy(listen->pg)) {
		return;
	} else if (listen->state == LISTEN_OPENING) {
		opened(listen);
	} else if (listen->state == LISTEN_TELLING) {
		enter(listen, LISTEN_PAUSING, PAUSE_MS);
	}
}

static void
socket_ready(evutil_socket_t fd, short what, void *arg)
{
	struct db_listen *listen = arg;

	(void)fd;
	if (listen->state == LISTEN_CONNECTING)
		connect_go_on(listen);
	else if ((what & EV_WRITE) && !flush(listen))
		lose(listen);
	else if ((what & EV_READ) && !PQconsumeInput(listen->pg))
		lose(listen);
	else if (what & EV_READ)
		take(listen);
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct db_listen *listen = arg;

	(void)fd, (void)what;
	switch (listen->state) {
	case LISTEN_DOWN:
		dial(listen);
		break;
	case LISTEN_PAUSING:
		enter(listen, LISTEN_OPEN, 0);
		if (listen->untold_len > 0)
			tell(listen);
		break;
	default:
		lose(listen);
	}
}

/* ---- life ---- */

struct db_listen *
db_listen_new(struct worker *worker,
    void (*heard)(struct worker *, int32_t setting))
{
	struct db_listen *listen = mem_alloc(sizeof(*listen));

	listen->worker = worker;
	listen->heard = heard;
	listen->timer = evtimer_new(worker->base, timer_fired, listen);
	dial(listen);
	return listen;
}

void
db_listen_free(struct db_listen *listen)
{
	if (listen == NULL)
		return;
	hang_up(listen);
	event_free(listen->timer);
	free(listen);
}

bool
db_listen_is_open(const struct db_listen *listen)
{
	return listen->state >= LISTEN_OPEN;
}
