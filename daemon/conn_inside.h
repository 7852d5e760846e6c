/*
 * conn_inside.h — what a connection is made of; only conn*.c and listener.c
 * look in here. conn.c moves it from state to state and watches its
 * deadlines, conn_greet.c begins, conn_http.c takes requests in,
 * conn_reply.c sends replies out, conn_tls.c is the wire.
 *
 * Only conn.c's event handlers free a connection, after everything they
 * called has returned. Whoever else finds it unusable marks it with
 * conn_break, and a handler ends it soon.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CONN_INSIDE_H
#define DAEMON_CONN_INSIDE_H

#include "address.h"
#include "addresses.h"
#include "buf.h"
#include "conn.h"
#include "conn_tls.h"
#include "http1.h"
#include "log.h"
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#define READ_MAX (16 * 1024)  /* a TLS record */
#define FLUSH_AT (16 * 1024)  /* a reply up to this leaves in one piece */
#define LINGER_MS 2000
#define LINGER_MAX (64 * 1024)

enum conn_state {
	CONN_SILENT,    /* accepted; nothing has arrived */
	CONN_GREETING,  /* TLS handshake */
	CONN_IDLE,      /* between requests */
	CONN_HEAD,      /* a part of a head is here */
	CONN_BODY,      /* the request takes its body */
	CONN_BUSY,      /* the request works; nothing is read */
	CONN_FLUSHING,  /* the reply is complete and on its way */
	CONN_LINGERING, /* we said goodbye; the peer may still be reading it */
	CONN_GONE       /* to be freed */
};

enum body_state { BODY_NONE, BODY_UNREAD, BODY_READING, BODY_DONE };
enum framing { FRAMED_LENGTH, FRAMED_CHUNKS, FRAMED_CLOSE, FRAMED_EMPTY };

TAILQ_HEAD(conn_list, conn);

struct listener {
	struct worker *worker;
	enum listener_kind kind;
	int fd;
	struct event *accepting;
	struct event *pause;          /* out of file descriptors */
	struct conn_list unfinished;  /* silent or greeting, oldest first */
	struct conn_list finished;
	size_t unfinished_len, finished_len;
	struct addresses addresses;
	struct log_limit paused_log, refused_log, greeting_log, heads_log;
	struct buf spare;             /* an output buffer for the next reply */
	char scratch[READ_MAX];       /* what is being read, before it has an owner */
	char date[32];                /* Date, made once a second */
	int64_t date_at;
};

struct conn {
	struct listener *listener;
	TAILQ_ENTRY(conn) link;
	struct conn_tls wire;
	enum conn_state state;
	struct event reading, writing, timer;
	int64_t opened_ms;
	int64_t state_deadline_ms;    /* of the state, or CONN_NEVER */
	int64_t write_deadline_ms;    /* of what is unsent, or CONN_NEVER */
	int64_t armed_ms;             /* when the timer will fire */
	uint64_t network;
	char address[ADDRESS_TEXT_SIZE];
	uint8_t fingerprint[FINGERPRINT_SIZE];
	unsigned handlers;            /* of ours on the stack */
	unsigned requests;
	size_t lingered_bytes;
	bool is_finished;             /* greeted: on the list of the finished */
	bool is_broken;               /* to be ended by a handler */
	bool is_taking;               /* conn_take_input is on the stack */
	bool is_paused;               /* reading is off */
	bool is_watched;              /* while busy: is the peer still there? */
	bool waits_for_room;          /* the last write was not taken whole */
	bool write_wants_read, read_wants_write;

	/* the request in hand */
	struct request *request;
	bool has_request;
	bool must_close;              /* after the reply */
	bool is_head, is_http10, expects_continue;
	struct http1_scan scan;
	enum body_state body;
	bool body_is_chunked;
	struct http1_chunks chunks;
	int64_t body_left;            /* by Content-Length */
	uint64_t body_seen;
	uint64_t body_max;
	int64_t body_began_ms;
	struct buf in;                /* arrived and not yet taken */

	/* the reply */
	bool has_replied;             /* conn_reply_start was called */
	bool holds_back;              /* the request waits for request_more */
	enum framing framing;
	int64_t reply_left;           /* by its Content-Length */
	bool has_left;                /* a part is on the wire already */
	bool has_chunk;               /* one is open, its size still unwritten */
	size_t close_at;              /* where "Connection: close" may go in */
	size_t chunk_at;              /* the open chunk's size field */
	struct buf out;
	size_t out_sent;
	int64_t write_began_ms;
	uint64_t write_taken;
};

#define CONN_NEVER INT64_MAX

int64_t conn_now_ms(void);

/* listener.c: its lists and counts */
void listener_came(struct listener *, struct conn *);
void listener_greeted(struct listener *, struct conn *);
void listener_left(struct listener *, struct conn *);

/* conn.c */
void conn_open(struct listener *, int fd, const struct sockaddr_storage *,
    uint64_t network);
void conn_enter(struct conn *, enum conn_state);
void conn_deadline(struct conn *); /* a deadline changed: sets the timer */
void conn_break(struct conn *);
void conn_goodbye(struct conn *);  /* gracefully; no request is in hand */
void conn_watch_end(struct conn *); /* the reply begins */
void conn_listen(struct conn *);   /* reading is on again */
void conn_wake(struct conn *);     /* goes on reading in the next turn */
void conn_end(struct conn *);      /* only by handlers; tells the request */
void conn_free(struct conn *);
void conn_drain(struct conn *);

/* conn_greet.c */
void conn_greet_first(struct conn *); /* something has arrived */
void conn_greet(struct conn *);
void conn_greet_failed(struct conn *, const char *reason); /* counts and logs */

/* conn_http.c */
void conn_take_input(struct conn *);
/* Answers and closes. */
void conn_refuse(struct conn *, const struct problem *);
void conn_body_late(struct conn *);

/* conn_reply.c */
bool conn_flush(struct conn *) must_check; /* false: the wire has failed */
void conn_flushed(struct conn *); /* the whole reply is on the wire */

#endif
