/*
 * conn_greet.c — from the first byte to the end of the TLS handshake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "conn_inside.h"

void
conn_greet_failed(struct conn *conn, const char *reason)
{
	struct listener *listener = conn->listener;
	char value[128];
	unsigned kept_back;

	listener->worker->metrics->handshakes_failed++;
	if (log_limit_allows(&listener->greeting_log, 30, &kept_back))
		log_event(LOG_INFO, "handshake_failed", "address=%s reason=%s "
		    "kept_back=%u", conn->address,
		    log_value(reason, strlen(reason), value, sizeof(value)),
		    kept_back);
}

static void
greeted(struct conn *conn)
{
	listener_greeted(conn->listener, conn);
	conn_enter(conn, CONN_IDLE);
}

void
conn_greet(struct conn *conn)
{
	switch (conn_tls_greet(&conn->wire)) {
	case WIRE_DONE:
		conn->listener->worker->metrics->handshakes_done++;
		greeted(conn);
		return;
	case WIRE_WANTS_READ:
		return;
	case WIRE_WANTS_WRITE:
		event_add(&conn->writing, NULL);
		return;
	default:
		conn_greet_failed(conn, conn_tls_reason(&conn->wire));
		conn_goodbye(conn);
	}
}

void
conn_greet_first(struct conn *conn)
{
	char byte;
	ssize_t n = recv(conn->wire.fd, &byte, 1, MSG_PEEK);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* came and went */
		conn_end(conn);
		return;
	}
	if (conn->listener->kind != LISTENER_SYSTEMS) {
		greeted(conn);
		return;
	}
	conn_enter(conn, CONN_GREETING);
	if (conn_tls_start(&conn->wire, conn->listener->worker->tls,
	    conn->fingerprint)) {
		conn_greet(conn);
		return;
	}
	conn_greet_failed(conn, "out of memory");
	conn_end(conn);
}
