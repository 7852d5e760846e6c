/*
 * listener.c — accepts connections within the limits: so many in all, so
 * many from one network, so many that have not finished their greeting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn_inside.h"
#include "mem.h"

#define ACCEPTS_MAX 16 /* in a row, before others have their turn */

static const struct timeval pause_time = { 0, 100 * 1000 };

static bool
is_within_limits(struct listener *listener, uint64_t network)
{
	const struct config *config = listener->worker->config;

	if (listener_conns(listener) >= (size_t)config->connections_max)
		return false;
	return addresses_enter(&listener->addresses, network,
	    (unsigned)config->connections_per_address_max);
}

static void
refused(struct listener *listener, const struct sockaddr_storage *peer)
{
	char address[ADDRESS_TEXT_SIZE];
	unsigned kept_back;

	listener->worker->metrics->connections_refused++;
	if (!log_limit_allows(&listener->refused_log, 1, &kept_back))
		return;
	address_print(peer, address);
	log_event(LOG_WARNING, "connection_refused",
	    "address=%s open=%zu kept_back=%u", address,
	    listener_conns(listener), kept_back);
}

/* Whoever has been silent longest makes room: a handshake takes
 * milliseconds, so the honest are through before it is their turn. */
static void
make_room(struct listener *listener)
{
	size_t max = (size_t)listener->worker->config->handshakes_max;

	while (listener->unfinished_len >= max
	    && !TAILQ_EMPTY(&listener->unfinished)) {
		listener->worker->metrics->connections_refused++;
		conn_free(TAILQ_FIRST(&listener->unfinished));
	}
}

static void
accepted(struct listener *listener, int fd,
    const struct sockaddr_storage *peer)
{
	uint64_t network = listener->kind == LISTENER_SYSTEMS
	    ? addresses_network(peer) : 0;

	if (!is_within_limits(listener, network)) {
		refused(listener, peer);
		close(fd);
		return;
	}
	make_room(listener);
	listener->worker->metrics->connections_accepted++;
	conn_open(listener, fd, peer, network);
}

/* Without a descriptor the waiting connection stays readable: look away for
 * a moment instead of spinning. */
static void
pause_accepting(struct listener *listener, int error)
{
	unsigned kept_back;

	listener->worker->metrics->accept_paused++;
	event_del(listener->accepting);
	event_add(listener->pause, &pause_time);
	if (log_limit_allows(&listener->paused_log, 1, &kept_back))
		log_event(LOG_ERROR, "accept_paused", "errno=%d open=%zu "
		    "kept_back=%u", error, listener_conns(listener), kept_back);
}

void
listener_came(struct listener *listener, struct conn *conn)
{
	TAILQ_INSERT_TAIL(&listener->unfinished, conn, link);
	listener->unfinished_len++;
	listener->worker->metrics->connections_open++;
}

void
listener_greeted(struct listener *listener, struct conn *conn)
{
	TAILQ_REMOVE(&listener->unfinished, conn, link);
	listener->unfinished_len--;
	TAILQ_INSERT_TAIL(&listener->finished, conn, link);
	listener->finished_len++;
	conn->is_finished = true;
}

void
listener_left(struct listener *listener, struct conn *conn)
{
	if (conn->is_finished) {
		TAILQ_REMOVE(&listener->finished, conn, link);
		listener->finished_len--;
	} else {
		TAILQ_REMOVE(&listener->unfinished, conn, link);
		listener->unfinished_len--;
	}
	addresses_leave(&listener->addresses, conn->network);
	listener->worker->metrics->connections_open--;
}

static void
connection_waits(int fd, short what, void *arg)
{
	struct listener *listener = arg;
	struct sockaddr_storage peer;

	(void)what;
	for (int i = 0; i < ACCEPTS_MAX; i++) {
		socklen_t len = sizeof(peer);
		int new_fd;

		peer.ss_family = AF_UNSPEC;
		new_fd = accept4(fd, (struct sockaddr *)&peer, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (new_fd >= 0) {
			accepted(listener, new_fd, &peer);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS
		    || errno == ENOMEM)
			pause_accepting(listener, errno);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void
pause_over(int fd, short what, void *arg)
{
	struct listener *listener = arg;

	(void)fd, (void)what;
	event_add(listener->accepting, NULL);
}

struct listener *
listener_new(struct worker *worker, enum listener_kind kind, int fd)
{
	struct listener *listener = mem_alloc(sizeof(*listener));

	listener->worker = worker;
	listener->kind = kind;
	listener->fd = fd;
	TAILQ_INIT(&listener->unfinished);
	TAILQ_INIT(&listener->finished);
	buf_init(&listener->spare);
	listener->accepting = event_new(worker->base, fd, EV_READ | EV_PERSIST,
	    connection_waits, listener);
	listener->pause = evtimer_new(worker->base, pause_over, listener);
	if (listener->accepting == NULL || listener->pause == NULL
	    || event_add(listener->accepting, NULL) != 0)
		fatal("no event for the listening socket");
	return listener;
}

void
listener_stop(struct listener *listener)
{
	event_del(listener->accepting);
	event_del(listener->pause);
}

static void
drain_list(struct conn_list *list)
{
	struct conn *conn, *next;

	for (conn = TAILQ_FIRST(list); conn != NULL; conn = next) {
		next = TAILQ_NEXT(conn, link);
		conn_drain(conn);
	}
}

void
listener_drain(struct listener *listener)
{
	drain_list(&listener->unfinished);
	drain_list(&listener->finished);
}

size_t
listener_conns(const struct listener *listener)
{
	return listener->unfinished_len + listener->finished_len;
}

static void
free_list(struct conn_list *list)
{
	while (!TAILQ_EMPTY(list)) {
		struct conn *conn = TAILQ_FIRST(list);

		conn_end(conn);
		conn_free(conn);
	}
}

void
listener_free(struct listener *listener)
{
	if (listener == NULL)
		return;
	free_list(&listener->unfinished);
	free_list(&listener->finished);
	event_free(listener->accepting);
	event_free(listener->pause);
	addresses_release(&listener->addresses);
	buf_release(&listener->spare);
	free(listener);
}
