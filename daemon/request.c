/*
 * request.c — the life of a request, in the order it happens. Read the two
 * tables below first: every request walks the opening, then the work of its
 * route (most have the usual one). A step that must wait returns to the loop
 * in request_resume, and whoever it waits for calls that again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request.h"

#include <assert.h>
#include <event2/util.h>
#include <string.h>
#include <time.h>

#include "contacts.h"
#include "db_pool.h"
#include "log.h"
#include "mem.h"
#include "request_state.h"
#include "request_steps.h"

#define SYNC "/v1/sync/"

static const struct step opening[] = {
	{ "identify",   step_identify },   /* certificate -> actor; may wait */
	{ "identified", step_identified },
	{ "route",      step_route },      /* path and method -> route */
	{ "authorise",  step_authorise },  /* may this role take this route? */
	{ "parameters", step_parameters }, /* path and query, checked */
	{ "receive",    step_receive },    /* only now a byte of the body; waits */
	{ "still",      step_identify },   /* a body may take longer to come ... */
	{ "identified", step_identified }, /* ... than a proof of identity holds */
	{ NULL,         NULL }
};

static const struct step usual_work[] = {
	{ "decode",   step_decode },   /* body -> checked fields */
	{ "query",    step_query },    /* one call, one transaction; waits */
	{ "answered", step_answered }, /* result or refusal */
	{ "audit",    step_audit },    /* which children it shows; waits */
	{ "audited",  step_audited },  /* committed before the first byte */
	{ "reply",    step_reply },
	{ NULL,       NULL }
};

static uint64_t
now_us(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

static const char *
field_text(struct request *req, const struct http1_head *head,
    const char *name)
{
	struct slice value = http1_head_field(head, name);
	return value.at == NULL ? NULL :
	       arena_text(&req->arena, value.at, value.len);
}

static struct request *
request_new(struct conn *conn, const struct http1_head *head)
{
	struct request *req = mem_alloc(sizeof(*req));
	uint8_t id[8];
	req->conn = conn;
	req->worker = conn_worker(conn);
	arena_init(&req->arena);
	req->steps = opening;
	req->started_us = now_us();
	evutil_secure_rng_get_bytes(id, sizeof(id));
	text_print_hex(id, sizeof(id), req->id);
	req->method = head->method;
	req->target = arena_slice(&req->arena, head->target);
	req->accept = field_text(req, head, "accept");
	req->content_type = field_text(req, head, "content-type");
	req->content_coding = field_text(req, head, "content-encoding");
	req->idempotency_key = field_text(req, head, "idempotency-key");
	req->if_match = field_text(req, head, "if-match");
	req->range = field_text(req, head, "range");
	req->if_range = field_text(req, head, "if-range");
	req->if_none_match = field_text(req, head, "if-none-match");
	req->content_length = head->is_chunked ? -1 : head->content_length;
	return req;
}

static void
body_forget(struct request *req)
{
	if (req->body_is_counted)
		req->worker->bodies_bytes -= req->body.cap;
	req->body_is_counted = false;
	inflate_free(req->inflate);
	req->inflate = NULL;
	buf_release(&req->body);
}

static void
log_access(const struct request *req)
{
	log_event(LOG_INFO, "request", "request=%s client=%s route=\"%s\" "
	    "status=%d us=%llu received=%zu sent=%zu%s", req->id,
	    req->actor.client_id[0] != '\0' ? req->actor.client_id : "-",
	    req->route != NULL ? route_name(req->route) : "-",
	    req->conn == NULL ? 499 : req->status,
	    (unsigned long long)(now_us() - req->started_us), req->body_len,
	    req->sent_bytes, req->conn == NULL ? " gone=true" : "");
}

/* A setting that asks anything of the sync is not silent. */
static void
note_contact(const struct request *req)
{
	const struct route *route = req->route;
	struct slice setting = { NULL, 0 };

	if (strncmp(route->path, SYNC, strlen(SYNC)) != 0 ||
	    req->status < 200 || req->status > 299)
		return;
	for (size_t i = 0; i < route->params_len; i++)
		if (strcmp(route->params[i].name, "setting") == 0 &&
		    req->params[i].is_set)
			setting = req->params[i].text;
	contacts_note(req->worker->contacts, &req->actor, setting);
}

/* The only end of a request. */
static void
request_finish(struct request *req)
{
	struct metrics *metrics = req->worker->metrics;
	assert(!req->is_waiting_for_db && req->call.db == NULL);
	if (req->has_ended != NULL)
		*req->has_ended = true;
	if (req->route != NULL) {
		metrics_observe(metrics, route_number(req->route),
		    now_us() - req->started_us);
		if (req->route->roles != 0)
			log_access(req);
		note_contact(req);
		if (req->route->release != NULL)
			req->route->release(req);
	} else {
		log_access(req);
	}
	if (req->conn != NULL)
		conn_reply_end(req->conn, false);
	db_call_clear(&req->call);
	db_call_clear(&req->audit);
	body_forget(req);
	xlsx_job_free(req->xlsx);
	buf_release(&req->out);
	arena_release(&req->arena);
	free(req);
}

/* Refused, or the steps are through: what is left to say goes out. */
static void
request_conclude(struct request *req)
{
	if (req->conn != NULL && req->status == 0)
		reply_problem(req);
	request_finish(req);
}

void
request_resume(struct request *req)
{
	const struct step *step;
	req->is_walking = true;
	for (;;) {
		step = &req->steps[req->step];
		if (step->run == NULL && req->steps == opening) {
			req->steps = req->route->work != NULL ?
			    req->route->work : usual_work;
			req->step = 0;
			continue;
		}
		if (step->run == NULL)
			break;
		/* Nobody is there: a write goes on, a read has no purpose. */
		if (req->conn == NULL && req->call.db == NULL)
			break;
		req->step++;
		enum step_outcome outcome = step->run(req);
		if (outcome == WAIT) {
			req->is_walking = false;
			return; /* whoever holds us will resume us */
		}
		if (outcome == REFUSE)
			break;
	}
	request_conclude(req);
}

struct request *
request_start(struct conn *conn, const struct http1_head *head)
{
	struct request *req = request_new(conn, head);
	bool has_ended = false;
	req->has_ended = &has_ended;
	request_resume(req);
	if (has_ended)
		return NULL;
	req->has_ended = NULL;
	return req;
}

enum step_outcome
request_refuse(struct request *req, enum problem_slug slug,
    const char *where, const char *fmt, ...)
{
	char detail[sizeof(req->problem.detail)];
	va_list args;
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	problem_set(&req->problem, slug, where, "%s", detail);
	return REFUSE;
}

static void
call_done(struct db_call *call)
{
	struct request *req = container_of(call, struct request, call);
	req->is_waiting_for_db = false;
	request_resume(req);
}

enum step_outcome
request_ask(struct request *req, bool is_last)
{
	req->call.done = call_done;
	req->call.request_id = req->id;
	req->is_waiting_for_db = true;
	db_call_start(req->worker->pool, &req->call, is_last);
	return WAIT;
}

enum step_outcome
request_answered(struct request *req)
{
	if (req->call.is_ok)
		return PROCEED;
	req->problem = req->call.problem;
	return REFUSE;
}

/* ---- what the connection tells us ---- */

static bool
body_add(struct request *req, const char *at, size_t len)
{
	bool is_good = true;
	req->worker->bodies_bytes -= req->body.cap;
	if (req->inflate != NULL)
		is_good = inflate_feed(req->inflate, at, len, &req->body,
		    &req->problem);
	else
		buf_add(&req->body, at, len);
	req->worker->bodies_bytes += req->body.cap;
	req->body_is_counted = true;
	return is_good && (req->route->body_grown == NULL ||
	       req->route->body_grown(req));
}

void
request_body(struct request *req, const char *at, size_t len)
{
	req->body_len += len;
	if (req->route->body_piece != NULL) {
		if (req->problem.slug == PROBLEM_NONE)
			req->route->body_piece(req, at, len);
		return;
	}
	if (!body_add(req, at, len))
		request_conclude(req); /* at once: what follows is not read */
}

void
request_body_end(struct request *req)
{
	if (req->inflate != NULL)
		(void)!inflate_end(req->inflate, &req->problem);

	if (req->problem.slug != PROBLEM_NONE)
		request_conclude(req);
	else
		request_resume(req);
}

void
request_body_failed(struct request *req, const struct problem *problem)
{
	req->problem = *problem;
	request_conclude(req);
}

void
request_more(struct request *req)
{
	if (req->is_replying && reply_more(req)) {
		request_finish(req);
	} else if (req->waits_for_room) {
		req->waits_for_room = false;
		request_resume(req);
	}
}

void
request_gone(struct request *req)
{
	req->conn = NULL;
	if (!req->is_waiting_for_db && !req->is_walking)
		request_finish(req);
}
