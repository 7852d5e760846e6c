/*
 * conn.c — the life of a connection: its states, its one timer, and the
 * three events that move it. Deadlines are absolute: the timer is only
 * touched when one comes nearer than what it is set to, so a busy keep-alive
 * connection costs no timer work at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "conn_inside.h"
#include "mem.h"
#include "request.h"

#define FRESH_DRAIN_MS 1000

static const char *const state_names[] = {
	[CONN_SILENT] = "silent", [CONN_GREETING] = "greeting",
	[CONN_IDLE] = "idle", [CONN_HEAD] = "head", [CONN_BODY] = "body",
	[CONN_BUSY] = "busy", [CONN_FLUSHING] = "flushing",
	[CONN_LINGERING] = "lingering", [CONN_GONE] = "gone",
};

int64_t
conn_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const struct config *
config_of(const struct conn *conn)
{
	return conn->listener->worker->config;
}

/* ---- deadlines ---- */

/* Past twice its age a connection is cut whatever it does. */
static int64_t
cut_ms(const struct conn *conn)
{
	int64_t cut = conn->opened_ms
	    + 2 * (int64_t)config_of(conn)->connection_age_max_ms;

	return conn->write_deadline_ms < cut ? conn->write_deadline_ms : cut;
}

static int64_t
nearest_ms(const struct conn *conn)
{
	int64_t cut = cut_ms(conn);

	return conn->state_deadline_ms < cut ? conn->state_deadline_ms : cut;
}

void
conn_deadline(struct conn *conn)
{
	int64_t at = nearest_ms(conn);
	int64_t left = at - conn_now_ms();
	struct timeval wait;

	if (at >= conn->armed_ms)
		return;
	if (left < 1)
		left = 1;
	wait.tv_sec = (time_t)(left / 1000);
	wait.tv_usec = (suseconds_t)(left % 1000 * 1000);
	conn->armed_ms = at;
	evtimer_add(&conn->timer, &wait);
}

static int64_t
state_deadline(const struct conn *conn, enum conn_state state)
{
	const struct config *config = config_of(conn);
	int64_t now = conn_now_ms(), idle, age;

	switch (state) {
	case CONN_SILENT:
	case CONN_GREETING:
		return conn->opened_ms + config->handshake_timeout_ms;
	case CONN_IDLE:
		idle = now + config->idle_timeout_ms;
		age = conn->opened_ms + config->connection_age_max_ms;
		return idle < age ? idle : age;
	case CONN_HEAD:
		return now + config->head_timeout_ms;
	case CONN_BODY:
		return now + config->body_timeout_ms;
	case CONN_LINGERING:
		return now + LINGER_MS;
	default:
		return CONN_NEVER;
	}
}

void
conn_enter(struct conn *conn, enum conn_state state)
{
	log_event(LOG_DEBUG, "conn", "fd=%d was=%s is=%s", conn->wire.fd,
	    state_names[conn->state], state_names[state]);
	conn->state = state;
	conn->state_deadline_ms = state_deadline(conn, state);
	conn_deadline(conn);
}

/* ---- endings ---- */

/* Ended by the next handler: whoever finds it broken may be deep inside. */
void
conn_break(struct conn *conn)
{
	conn->is_broken = true;
	event_active(&conn->reading, EV_READ, 0);
}

void
conn_listen(struct conn *conn)
{
	if (conn->is_paused)
		event_add(&conn->reading, NULL);
	conn->is_paused = false;
}

/* While a request is in hand: only a socket that has something to say costs
 * a system call, the others stay as they are. */
static void
pause_reading(struct conn *conn)
{
	if (!conn->write_wants_read)
		event_del(&conn->reading);
	conn->is_paused = true;
}

void
conn_wake(struct conn *conn)
{
	conn_listen(conn);
	event_active(&conn->reading, EV_READ, 0);
}

void
conn_end(struct conn *conn)
{
	struct request *request = conn->request;
	bool had_request = conn->has_request;

	if (conn->state == CONN_GONE)
		return;
	conn_enter(conn, CONN_GONE);
	conn->has_request = false;
	conn->request = NULL;
	if (had_request && request != NULL)
		request_gone(request);
}

void
conn_goodbye(struct conn *conn)
{
	assert(!conn->has_request);
	conn_tls_goodbye(&conn->wire);
	if (!conn->is_taking)
		buf_release(&conn->in);
	conn_enter(conn, CONN_LINGERING);
	conn_listen(conn);
}

/* What the peer still sends is read and dropped for a moment: closing over
 * unread bytes would make the kernel reset the connection and take our last
 * words with it. */
static void
linger(struct conn *conn)
{
	char *scratch = conn->listener->scratch;
	ssize_t n;

	do {
		n = recv(conn->wire.fd, scratch, READ_MAX, 0);
		if (n > 0)
			conn->lingered_bytes += (size_t)n;
	} while (n > 0 && conn->lingered_bytes < LINGER_MAX);
	if (n == 0 || conn->lingered_bytes >= LINGER_MAX
	    || (errno != EAGAIN && errno != EINTR))
		conn_end(conn);
}

void
conn_free(struct conn *conn)
{
	event_del(&conn->reading);
	event_del(&conn->writing);
	event_del(&conn->timer);
	conn_tls_forget(&conn->wire);
	close(conn->wire.fd);
	buf_release(&conn->in);
	buf_release(&conn->out);
	listener_left(conn->listener, conn);
	free(conn);
}

/* ---- events ---- */

static void
step(struct conn *conn)
{
	if (conn->is_broken) {
		conn_end(conn);
		return;
	}
	if (conn->state == CONN_SILENT)
		conn_greet_first(conn);
	else if (conn->state == CONN_GREETING)
		conn_greet(conn);
	switch (conn->state) {
	case CONN_IDLE:
	case CONN_HEAD:
	case CONN_BODY:
		conn_take_input(conn);
		break;
	case CONN_BUSY:
	case CONN_FLUSHING:
		if (!conn->is_watched)
			pause_reading(conn); /* until the reply has gone */
		else if (conn_tls_has_left(&conn->wire))
			conn_end(conn);
		break;
	case CONN_LINGERING:
		linger(conn);
		break;
	default:
		break;
	}
}

static void
write_out(struct conn *conn)
{
	struct request *request = conn->request;

	conn->write_wants_read = false;
	if (!conn_flush(conn)) {
		conn_end(conn);
		return;
	}
	if (conn->state == CONN_FLUSHING && conn_unsent(conn) == 0)
		conn_flushed(conn);
	else if (conn->holds_back && conn_unsent(conn) < CONN_HIGH_WATER / 4) {
		conn->holds_back = false;
		if (conn->has_request && request != NULL)
			request_more(request);
	}
}

static void
handler_done(struct conn *conn)
{
	if (--conn->handlers > 0)
		return;
	if (conn->is_broken && conn->state != CONN_GONE)
		conn_end(conn);
	if (conn->state == CONN_GONE)
		conn_free(conn);
}

static void
bytes_came(int fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd, (void)what;
	conn->handlers++;
	if (conn->write_wants_read && !conn->is_broken)
		write_out(conn);
	if (conn->state != CONN_GONE)
		step(conn);
	handler_done(conn);
}

static void
room_came(int fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd, (void)what;
	conn->handlers++;
	if (conn->state == CONN_GREETING)
		step(conn);
	else if (!conn->is_broken)
		write_out(conn);
	if (conn->read_wants_write && conn->state != CONN_GONE) {
		conn->read_wants_write = false;
		step(conn);
	}
	handler_done(conn);
}

/* The state's own deadline has passed. */
static void
state_expired(struct conn *conn)
{
	struct problem why = { 0 };

	switch (conn->state) {
	case CONN_SILENT:
	case CONN_GREETING:
		conn_greet_failed(conn, "too slow");
		conn_end(conn);
		break;
	case CONN_IDLE:
		conn_goodbye(conn);
		break;
	case CONN_HEAD:
		problem_set(&why, PROBLEM_TOO_SLOW, NULL,
		    "The head of the request did not arrive within %d ms.",
		    config_of(conn)->head_timeout_ms);
		conn_refuse(conn, &why);
		break;
	case CONN_BODY:
		conn_body_late(conn);
		break;
	default:
		conn_end(conn);
	}
}

static void
time_passed(int fd, short what, void *arg)
{
	struct conn *conn = arg;
	int64_t now = conn_now_ms();

	(void)fd, (void)what;
	conn->handlers++;
	conn->armed_ms = CONN_NEVER;
	if (now >= cut_ms(conn))
		conn_end(conn);
	else if (now >= conn->state_deadline_ms)
		state_expired(conn);
	if (conn->state != CONN_GONE)
		conn_deadline(conn);
	handler_done(conn);
}

/* ---- beginning ---- */

static void
reading_assign(struct conn *conn, short edge)
{
	struct event_base *base = conn->listener->worker->base;

	if (event_initialized(&conn->reading))
		event_del(&conn->reading);
	event_assign(&conn->reading, base, conn->wire.fd,
	    (short)(EV_READ | EV_PERSIST | edge), bytes_came, conn);
}

void
conn_open(struct listener *listener, int fd,
    const struct sockaddr_storage *peer, uint64_t network)
{
	struct event_base *base = listener->worker->base;
	struct conn *conn = mem_alloc(sizeof(*conn));

	conn->listener = listener;
	conn->wire.fd = fd;
	conn->network = network;
	address_print(peer, conn->address);
	conn->opened_ms = conn_now_ms();
	conn->write_deadline_ms = CONN_NEVER;
	conn->armed_ms = CONN_NEVER;
	buf_init(&conn->in);
	buf_init(&conn->out);
	reading_assign(conn, 0);
	event_assign(&conn->writing, base, fd, EV_WRITE, room_came, conn);
	evtimer_assign(&conn->timer, base, time_passed, conn);
	listener_came(listener, conn);
	event_add(&conn->reading, NULL);
	conn_enter(conn, CONN_SILENT);
}

/*
 * What is idle closes, unless a request has just come in: that one is still
 * answered. What has not yet asked anything has a moment to do so. What is
 * busy closes after its reply, which conn_reply_start sees to.
 */
void
conn_drain(struct conn *conn)
{
	int64_t soon = conn_now_ms() + FRESH_DRAIN_MS;

	conn->handlers++;
	if (conn->state == CONN_IDLE)
		step(conn);
	if (conn->state == CONN_IDLE && conn->requests > 0) {
		conn_goodbye(conn);
	} else if (conn->state <= CONN_IDLE && conn->state_deadline_ms > soon) {
		conn->state_deadline_ms = soon;
		conn_deadline(conn);
	}
	handler_done(conn);
}

/* ---- what a request may ask ---- */

struct worker *
conn_worker(const struct conn *conn)
{
	return conn->listener->worker;
}

enum listener_kind
conn_kind(const struct conn *conn)
{
	return conn->listener->kind;
}

const uint8_t *
conn_fingerprint(const struct conn *conn)
{
	return conn->listener->kind == LISTENER_SYSTEMS
	       ? conn->fingerprint : NULL;
}

/* By the edge: its goodbye may come before it closes, and what it has sent
 * is not read now, so by the level we should be told for ever. */
void
conn_watch_peer(struct conn *conn)
{
	assert(conn->has_request);
	if (conn->is_watched || event_pending(&conn->writing, EV_WRITE, NULL))
		return; /* libevent takes both of a socket by edge, or none */
	conn->is_watched = true;
	conn->is_paused = false;
	reading_assign(conn, EV_ET);
	event_add(&conn->reading, NULL);
}

void
conn_watch_end(struct conn *conn)
{
	if (!conn->is_watched)
		return;
	conn->is_watched = false;
	reading_assign(conn, 0);
	event_add(&conn->reading, NULL);
}

const char *
conn_address(const struct conn *conn)
{
	return conn->address;
}
