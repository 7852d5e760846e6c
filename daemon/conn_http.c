/*
 * conn_http.c — takes requests in: finds the head, starts the request, and
 * hands it the body once it has asked for it. What has arrived too early
 * waits in conn->in, at most one head and what one read brought with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <event2/event.h>
#include <strings.h>

#include "conn_inside.h"
#include "request.h"

#define READS_MAX 8 /* in a row, before others have their turn */

static bool
wants_input(const struct conn *conn)
{
	return !conn->is_broken && (conn->state == CONN_IDLE
	       || conn->state == CONN_HEAD || conn->state == CONN_BODY);
}

/* ---- heads ---- */

static bool
is_our_name(const struct config *config, struct slice host)
{
	struct slice rest = slice_of(config->server_names);

	while (host.at != NULL && rest.len > 0) {
		const char *comma = memchr(rest.at, ',', rest.len);
		size_t len = comma == NULL ? rest.len
		    : (size_t)(comma - rest.at);
		struct slice name = slice_trim((struct slice){ rest.at, len });

		if (name.len == host.len
		    && strncasecmp(name.at, host.at, host.len) == 0)
			return true;
		len += comma == NULL ? 0 : 1;
		rest.at += len;
		rest.len -= len;
	}
	return false;
}

void
conn_refuse(struct conn *conn, const struct problem *why)
{
	struct listener *listener = conn->listener;
	struct buf body;
	unsigned kept_back;

	listener->worker->metrics->heads_refused++;
	if (log_limit_allows(&listener->heads_log, 60, &kept_back))
		log_event(LOG_INFO, "head_refused",
		    "address=%s problem=%s kept_back=%u", conn->address,
		    problem_name(why->slug), kept_back);
	buf_init(&body);
	problem_print_json(why, &body);
	conn->has_request = true;
	conn->must_close = true;
	conn->is_head = false;
	conn_reply_start(conn, problem_status(why->slug),
	    "application/problem+json", (int64_t)body.len, NULL);
	conn_reply_add(conn, body.at, body.len);
	conn_reply_end(conn, true);
	buf_release(&body);
}

static void
take_head(struct conn *conn, const struct http1_head *head)
{
	conn->requests++;
	conn->has_request = true;
	conn->request = NULL;
	conn->must_close = !head->keep_alive || head->minor == 0;
	conn->is_head = head->method == HTTP_HEAD;
	conn->is_http10 = head->minor == 0;
	conn->expects_continue = head->expects_continue;
	conn->body_is_chunked = head->is_chunked;
	conn->body_left = head->content_length;
	conn->body_seen = 0;
	if (head->is_chunked || head->content_length > 0)
		conn->body = BODY_UNREAD;
	else
		conn->body = BODY_NONE;
}

/* How many of these bytes the head took; 0 while it is not whole. */
static size_t
digest_head(struct conn *conn, const char *at, size_t len)
{
	const struct listener *listener = conn->listener;
	struct http1_head head;
	struct problem why = { 0 };
	struct request *request;
	size_t used = 0;

	switch (http1_head_feed(&conn->scan, at, len, &head, &used, &why)) {
	case HTTP1_MORE:
		if (conn->state == CONN_IDLE)
			conn_enter(conn, CONN_HEAD);
		return 0;
	case HTTP1_BAD:
		conn_refuse(conn, &why);
		return len;
	default:
		break;
	}
	memset(&conn->scan, 0, sizeof(conn->scan));
	take_head(conn, &head);
	conn_enter(conn, CONN_BUSY);
	if (listener->kind == LISTENER_SYSTEMS
	    && !is_our_name(listener->worker->config, head.host)) {
		problem_set(&why, PROBLEM_WRONG_HOST, NULL,
		    "The Host field names another server.");
		conn_refuse(conn, &why);
		return len;
	}
	request = request_start(conn, &head);
	if (conn->has_request)
		conn->request = request;
	return used;
}

/* ---- bodies ---- */

static void
body_failed(struct conn *conn, const struct problem *why)
{
	conn->must_close = true;
	conn->body = BODY_UNREAD;
	conn_enter(conn, CONN_BUSY);
	request_body_failed(conn->request, why);
}

static void
body_done(struct conn *conn)
{
	conn->body = BODY_DONE;
	conn_enter(conn, CONN_BUSY);
	request_body_end(conn->request);
}

void
conn_body_late(struct conn *conn)
{
	struct problem why = { 0 };

	problem_set(&why, PROBLEM_TOO_SLOW, NULL,
	    "The body of the request did not arrive in time.");
	body_failed(conn, &why);
}

static bool
is_too_large(struct conn *conn)
{
	struct problem why = { 0 };

	if (conn->body_seen <= conn->body_max && (conn->body_is_chunked
	    || conn->body_left <= 0
	    || conn->body_seen + (uint64_t)conn->body_left <= conn->body_max))
		return false;
	problem_set(&why, PROBLEM_BODY_TOO_LARGE, NULL,
	    "The body may hold at most %llu bytes.",
	    (unsigned long long)conn->body_max);
	body_failed(conn, &why);
	return true;
}

/* A piece for the request; false when the body has ended in a refusal or
 * the request has answered already. */
static bool
piece_came(struct conn *conn, const char *at, size_t len)
{
	const struct config *config = conn->listener->worker->config;

	conn->body_seen += len;
	if (is_too_large(conn))
		return false;
	conn->state_deadline_ms = conn->body_began_ms
	    + config->body_timeout_ms
	    + (int64_t)(conn->body_seen * 1000
	    / (uint64_t)config->body_rate_min);
	if (len > 0)
		request_body(conn->request, at, len);
	return conn->state == CONN_BODY && !conn->is_broken;
}

static size_t
digest_length(struct conn *conn, const char *at, size_t len)
{
	int64_t left = conn->body_left > 0 ? conn->body_left : 0;
	size_t n = (int64_t)len < left ? len : (size_t)left;

	conn->body_left = left - (int64_t)n;
	if (piece_came(conn, at, n) && conn->body_left == 0)
		body_done(conn);
	return n;
}

static size_t
digest_chunks(struct conn *conn, const char *at, size_t len)
{
	struct problem why = { 0 };
	struct slice piece = { NULL, 0 };
	size_t used = 0;

	if (len == 0)
		return 0;
	switch (http1_chunks_feed(&conn->chunks, at, len, &used, &piece,
	    &why)) {
	case HTTP1_BAD:
		body_failed(conn, &why);
		return len;
	case HTTP1_DONE:
		body_done(conn);
		return used;
	default:
		if (piece.len > 0)
			(void)!piece_came(conn, piece.at, piece.len);
		return used;
	}
}

void
conn_read_body(struct conn *conn, size_t max_bytes)
{
	assert(conn->has_request);
	assert(conn->body == BODY_NONE || conn->body == BODY_UNREAD);
	if (conn->is_broken)
		return;
	conn->body = BODY_READING;
	conn->body_max = max_bytes;
	conn->body_began_ms = conn_now_ms();
	http1_chunks_start(&conn->chunks);
	conn_enter(conn, CONN_BODY);
	if (conn->expects_continue && conn->in.len == 0
	    && conn->body_left <= (int64_t)max_bytes) {
		buf_add_text(&conn->out, "HTTP/1.1 100 Continue\r\n\r\n");
		if (!conn_flush(conn))
			conn_break(conn);
	}
	if (!conn->is_taking)
		conn_wake(conn);
}

/* ---- input ---- */

/* Works through a run of bytes as far as the states allow; answers how many
* were used. The loop is the one place where one request follows another. */
static size_t
digest(struct conn *conn, const char *at, size_t len)
{
	size_t used = 0, n;

	while (wants_input(conn)) {
		if (conn->state != CONN_BODY) {
			if (used == len)
				break;
			n = digest_head(conn, at + used, len - used);
			if (n == 0)
				break;
		} else {
			n = conn->body_is_chunked
			    ? digest_chunks(conn, at + used, len - used)
			    : digest_length(conn, at + used, len - used);
			if (n == 0 && conn->state == CONN_BODY)
				break;
		}
		used += n;
	}
	return used;
}

static void
consume(struct conn *conn, const char *at, size_t len)
{
	size_t used;

	if (conn->in.len == 0) {
		used = digest(conn, at, len);
		if (used < len && conn->state < CONN_LINGERING)
			buf_add(&conn->in, at + used, len - used);
	} else {
		buf_add(&conn->in, at, len);
		used = digest(conn, conn->in.at, conn->in.len);
		buf_drop(&conn->in, used);
	}
	if (conn->in.len == 0 || conn->state >= CONN_LINGERING)
		buf_release(&conn->in);
}

/* False when there is nothing more to read now. */
static bool
read_once(struct conn *conn)
{
	char *scratch = conn->listener->scratch;
	size_t n = 0;

	switch (conn_tls_read(&conn->wire, scratch, READ_MAX, &n)) {
	case WIRE_DONE:
		consume(conn, scratch, n);
		return n == READ_MAX || conn_tls_has_pending(&conn->wire);
	case WIRE_WANTS_READ:
		return false;
	case WIRE_WANTS_WRITE:
		conn->read_wants_write = true;
		event_add(&conn->writing, NULL);
		return false;
	case WIRE_ENDED:
		conn_tls_goodbye(&conn->wire);
		conn_end(conn);
		return false;
	default:
		conn_end(conn);
		return false;
	}
}

void
conn_take_input(struct conn *conn)
{
	bool has_more = true;

	conn->is_taking = true;
	if (conn->in.len > 0 || conn->state == CONN_BODY)
		consume(conn, "", 0);
	for (int i = 0; i < READS_MAX && has_more && wants_input(conn); i++)
		has_more = read_once(conn);
	conn->is_taking = false;
	if (wants_input(conn) && has_more)
		conn_wake(conn);
}
