/*
 * request_state.h — what the steps of a request share. Only request.c, the
 * step files and resources with steps of their own include it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_REQUEST_STATE_H
#define DAEMON_REQUEST_STATE_H

#include "arena.h"
#include "buf.h"
#include "conn.h"
#include "db.h"
#include "inflate.h"
#include "request.h"
#include "route.h"
#include "rows.h"
#include "session.h"
#include "worker.h"
#include "xlsx_job.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request {
	struct conn *conn;           /* NULL once it is gone */
	struct worker *worker;
	struct arena arena;          /* everything below that is text */
	const struct step *steps;
	size_t step;
	bool is_walking;             /* request_resume is on the stack */
	bool is_waiting_for_db;
	bool *has_ended;             /* told to request_start while it runs */
	char id[17];
	uint64_t started_us;

	enum http1_method method;
	struct slice target;
	const char *path;            /* decoded; NULL when it cannot be */
	const char *accept, *content_type, *content_coding;
	const char *idempotency_key, *if_match, *if_none_match, *range,
	    *if_range;
	int64_t content_length;

	struct actor actor;
	const struct route *route;
	struct value params[PARAMS_MAX];
	struct value fields[PARAMS_MAX]; /* of the body */
	struct slice after;          /* the key to go on from, NUL-terminated */
	int limit;

	struct buf body;
	struct inflate *inflate;     /* the body is gzip; NULL: as it stands */
	size_t body_len;             /* received so far */
	bool body_is_counted;        /* in worker->bodies_bytes */

	struct db_call call;
	struct db_call audit;
	void *state;                 /* of the route's own steps */

	struct problem problem;      /* why it was refused */
	const char *problem_fields;  /* of the head that tells it, or NULL */
	int status;
	struct rows rows;
	const char *next;            /* page or cursor to go on from, or NULL */
	enum rows_form form;
	bool is_replying;            /* rows are on their way out */
	bool waits_for_room;         /* a step does, until the peer has taken more */
	struct xlsx_job *xlsx;       /* the workbook, when form is ROWS_XLSX */
	struct buf out;
	size_t sent_bytes;
};

/* Walks the steps from where the request stands. */
void request_resume(struct request *);

/* Sets req->problem and answers REFUSE. */
enum step_outcome request_refuse(struct request *, enum problem_slug,
    const char *where, const char *fmt, ...) printf_like(4, 5);

/* Starts a stage of req->call and answers WAIT. */
enum step_outcome request_ask(struct request *, bool is_last);
/* After the wait: REFUSE with the call's problem, or PROCEED. */
enum step_outcome request_answered(struct request *);

/* The usual steps, for tables of routes with others. */
enum step_outcome step_decode(struct request *);
enum step_outcome step_query(struct request *);
enum step_outcome step_answered(struct request *);
enum step_outcome step_audit(struct request *);
enum step_outcome step_audited(struct request *);
enum step_outcome step_reply(struct request *);

/* request_conditions.c: the usual work of a write, after If-Match and the
 * Idempotency-Key have become the route's INTERNAL parameters if_match and
 * key (then it must be there). */
extern const struct step conditional_work[];
enum step_outcome step_conditions(struct request *);
/* Refuses unless the Idempotency-Key is there: 1 to 128 visible ASCII. */
enum step_outcome request_need_key(struct request *);

/* reply.c */
void reply_problem(struct request *);
void reply_body(struct request *, int status, const char *content_type,
    const char *extra, const struct buf *body);
bool reply_rows(struct request *); /* false: more later, by request_more */
bool reply_more(struct request *); /* true when all rows are out */

/* reply_xlsx.c: reply_rows() for a workbook, once req->rows.end and req->next
 * are set. extra is the head's so far. */
bool reply_xlsx(struct request *, const char *extra);

#endif
