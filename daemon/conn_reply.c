/*
 * conn_reply.c — sends replies out. This is the one place that owns framing:
 * head and body gather in one buffer and leave together, in one TLS record
 * where they fit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "conn_inside.h"

#define SPARE_MAX (64 * 1024)
#define CHUNK_MAX 0xffff
#define CHUNK_HEAD "0000\r\n"

static const char common_fields[] =
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

static const char close_field[] = "Connection: close\r\n";

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 206, "Partial Content" }, { 303, "See Other" }, { 304, "Not Modified" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" }, { 408, "Request Timeout" },
	{ 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
	{ 412, "Precondition Failed" }, { 413, "Content Too Large" },
	{ 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" }, { 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" }, { 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" }, { 501, "Not Implemented" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *
reason_of(int status)
{
	for (size_t i = 0; i < nitems(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

/* ---- out ---- */

size_t
conn_unsent(const struct conn *conn)
{
	return conn->is_broken ? 0 : conn->out.len - conn->out_sent;
}

static void
close_chunk(struct conn *conn)
{
	static const char digits[] = "0123456789abcdef";
	size_t size;
	char *at;

	if (!conn->has_chunk)
		return;
	size = conn->out.len - conn->chunk_at - (sizeof(CHUNK_HEAD) - 1);
	at = conn->out.at + conn->chunk_at;
	for (int i = 0; i < 4; i++)
		at[i] = digits[size >> (4 * (3 - i)) & 0xf];
	buf_add(&conn->out, "\r\n", 2);
	conn->has_chunk = false;
}

/* How long the peer may take over what is unsent: a grace, then at least
 * the minimum rate. */
static void
watch_unsent(struct conn *conn)
{
	const struct config *config = conn->listener->worker->config;

	if (conn_unsent(conn) == 0) {
		conn->write_began_ms = 0;
		conn->write_deadline_ms = CONN_NEVER;
		return;
	}
	if (conn->write_began_ms == 0) {
		conn->write_began_ms = conn_now_ms();
		conn->write_taken = 0;
	}
	conn->write_deadline_ms = conn->write_began_ms
	    + config->write_timeout_ms + (int64_t)(conn->write_taken * 1000
	    / (uint64_t)config->body_rate_min);
	conn_deadline(conn);
}

static void
forget_sent(struct conn *conn)
{
	if (conn->out_sent == conn->out.len) {
		buf_clear(&conn->out);
		conn->out_sent = 0;
	} else if (conn->out_sent >= SPARE_MAX) {
		buf_drop(&conn->out, conn->out_sent);
		conn->out_sent = 0;
	}
}

bool
conn_flush(struct conn *conn)
{
	enum wire wire = WIRE_DONE;

	close_chunk(conn);
	while (conn->out_sent < conn->out.len && wire == WIRE_DONE) {
		size_t n = 0;

		wire = conn_tls_write(&conn->wire,
		    conn->out.at + conn->out_sent,
		    conn->out.len - conn->out_sent, &n);
		conn->out_sent += n;
		conn->write_taken += n;
	}
	conn->waits_for_room = wire != WIRE_DONE;
	if (wire == WIRE_WANTS_WRITE) {
		event_add(&conn->writing, NULL);
	} else if (wire == WIRE_WANTS_READ) {
		conn->write_wants_read = true;
		event_add(&conn->reading, NULL);
	} else if (wire != WIRE_DONE) {
		return false;
	}
	forget_sent(conn);
	watch_unsent(conn);
	return true;
}

/* An idle connection holds no buffer; the next reply takes the spare one. */
static void
give_back(struct conn *conn)
{
	struct listener *listener = conn->listener;

	if (listener->spare.at == NULL && conn->out.cap <= SPARE_MAX) {
		listener->spare = conn->out;
		buf_init(&conn->out);
	} else {
		buf_release(&conn->out);
	}
}

void
conn_flushed(struct conn *conn)
{
	give_back(conn);
	conn->has_replied = false;
	conn->holds_back = false;
	if (conn->must_close || conn->listener->worker->is_draining) {
		conn_goodbye(conn);
		return;
	}
	conn_enter(conn, CONN_IDLE);
	conn_listen(conn);
	if (!conn->is_taking
	    && (conn->in.len > 0 || conn_tls_has_pending(&conn->wire)))
		conn_wake(conn);
}

/* ---- heads ---- */

static bool
is_last(const struct conn *conn)
{
	const struct worker *worker = conn->listener->worker;
	const struct config *config = worker->config;

	return conn->must_close || worker->is_draining
	       || conn->body == BODY_UNREAD || conn->body == BODY_READING
	       || conn->requests >= (unsigned)config->connection_requests_max
	       || conn_now_ms() - conn->opened_ms
	       >= config->connection_age_max_ms;
}

static const char *
date_of(struct listener *listener)
{
	time_t now = time(NULL);
	struct tm tm;

	if (listener->date_at != now) {
		listener->date_at = now;
		gmtime_r(&now, &tm);
		strftime(listener->date, sizeof(listener->date),
		    "%a, %d %b %Y %H:%M:%S GMT", &tm);
	}
	return listener->date;
}

static enum framing
framing_of(const struct conn *conn, int status, int64_t length)
{
	if (conn->is_head || status == 204 || status == 304)
		return FRAMED_EMPTY;
	if (length >= 0)
		return FRAMED_LENGTH;
	return conn->is_http10 ? FRAMED_CLOSE : FRAMED_CHUNKS;
}

static void
add_status(struct conn *conn, int status)
{
	struct buf *out = &conn->out;

	buf_add_text(out, "HTTP/1.1 ");
	buf_add_int(out, status);
	buf_add_char(out, ' ');
	buf_add_text(out, reason_of(status));
	buf_add_text(out, "\r\nDate: ");
	buf_add_text(out, date_of(conn->listener));
	buf_add_text(out, "\r\n");
	buf_add(out, common_fields, sizeof(common_fields) - 1);
}

static void
add_framing(struct conn *conn, int status, int64_t length)
{
	struct buf *out = &conn->out;

	if (length >= 0 && status != 204 && status != 304) {
		buf_add_text(out, "Content-Length: ");
		buf_add_int(out, length);
		buf_add_text(out, "\r\n");
	} else if (conn->framing == FRAMED_CHUNKS) {
		buf_add_text(out, "Transfer-Encoding: chunked\r\n");
	}
}

void
conn_reply_start(struct conn *conn, int status, const char *content_type,
    int64_t length, const char *extra)
{
	struct listener *listener = conn->listener;

	assert(conn->has_request && !conn->has_replied);
	assert(status >= 200 && status <= 599);
	listener->worker->metrics->requests[status / 100]++;
	conn->has_replied = true;
	conn->must_close = is_last(conn);
	conn_watch_end(conn);
	conn->framing = framing_of(conn, status, length);
	conn->must_close |= conn->framing == FRAMED_CLOSE;
	conn->reply_left = length;
	conn->has_left = conn->has_chunk = false;
	if (conn->out.at == NULL) {
		conn->out = listener->spare;
		buf_init(&listener->spare);
	}
	add_status(conn, status);
	if (content_type != NULL) {
		buf_add_text(&conn->out, "Content-Type: ");
		buf_add_text(&conn->out, content_type);
		buf_add_text(&conn->out, "\r\n");
	}
	add_framing(conn, status, length);
	if (extra != NULL)
		buf_add_text(&conn->out, extra);
	if (conn->must_close)
		buf_add(&conn->out, close_field, sizeof(close_field) - 1);
	conn->close_at = conn->out.len;
	buf_add(&conn->out, "\r\n", 2);
}

/* The head has not left yet: it can still say that this is the last. */
static void
insert_close(struct conn *conn)
{
	size_t n = sizeof(close_field) - 1;
	size_t tail = conn->out.len - conn->close_at;
	char *at;

	if (conn->has_left)
		return;
	buf_reserve(&conn->out, n);
	at = conn->out.at + conn->close_at;
	memmove(at + n, at, tail);
	memcpy(at, close_field, n);
	conn->out.len += n;
}

/* ---- bodies ---- */

static void
add_chunks(struct conn *conn, const char *at, size_t len)
{
	while (len > 0) {
		size_t room, n;

		if (!conn->has_chunk) {
			conn->chunk_at = conn->out.len;
			conn->has_chunk = true;
			buf_add_text(&conn->out, CHUNK_HEAD);
		}
		room = CHUNK_MAX + sizeof(CHUNK_HEAD) - 1
		    - (conn->out.len - conn->chunk_at);
		n = len < room ? len : room;
		buf_add(&conn->out, at, n);
		at += n;
		len -= n;
		if (n == room)
			close_chunk(conn);
	}
}

void
conn_reply_add(struct conn *conn, const void *at, size_t len)
{
	assert(conn->has_request && conn->has_replied);
	if (conn->is_broken || len == 0)
		return;
	switch (conn->framing) {
	case FRAMED_EMPTY:
		return;
	case FRAMED_CHUNKS:
		add_chunks(conn, at, len);
		break;
	case FRAMED_LENGTH:
		assert((int64_t)len <= conn->reply_left);
		conn->reply_left -= (int64_t)len;
		buf_add(&conn->out, at, len);
		break;
	case FRAMED_CLOSE:
		buf_add(&conn->out, at, len);
		break;
	}
	if (conn_unsent(conn) >= FLUSH_AT && !conn->waits_for_room) {
		conn->has_left = true;
		if (!conn_flush(conn))
			conn_break(conn);
	}
	conn->holds_back = conn_unsent(conn) >= CONN_HIGH_WATER;
}

void
conn_reply_end(struct conn *conn, bool close)
{
	assert(conn->has_request && conn->has_replied);
	conn->has_request = false;
	conn->request = NULL;
	if (conn->is_broken)
		return;
	assert(conn->framing != FRAMED_LENGTH || conn->reply_left == 0);
	if (close && !conn->must_close) {
		insert_close(conn);
		conn->must_close = true;
	}
	close_chunk(conn);
	if (conn->framing == FRAMED_CHUNKS)
		buf_add_text(&conn->out, "0\r\n\r\n");
	conn_enter(conn, CONN_FLUSHING);
	if (!conn_flush(conn))
		conn_break(conn);
	else if (conn_unsent(conn) == 0)
		conn_flushed(conn);
}

/* The framing says that something is missing; where the end of the
 * connection is the framing, only a reset tells it from a whole reply. */
void
conn_reply_abort(struct conn *conn)
{
	struct linger none = { .l_onoff = 1, .l_linger = 0 };

	assert(conn->has_request);
	conn->has_request = false;
	conn->request = NULL;
	if (conn->framing == FRAMED_CLOSE)
		setsockopt(conn->wire.fd, SOL_SOCKET, SO_LINGER, &none,
		    sizeof(none));
	conn_break(conn);
}
