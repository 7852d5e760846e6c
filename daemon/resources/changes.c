/*
 * changes.c — the feed in the order of commits. The cursor a client keeps is
 * opaque; here it is two parameters of the query and comes back as the
 * position of the last row. With wait=N a look that finds nothing parks the
 * request, and it looks again when something may be new, asking first anew
 * who it is: rights may have ended meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "changes.h"

#include <endian.h>
#include <string.h>

#include "cursor.h"
#include "mem.h"
#include "parking.h"
#include "request_state.h"
#include "request_steps.h"

#define EPOCH CHANGES_EPOCH

enum { PARAM_AFTER, PARAM_LIMIT, PARAM_WAIT, PARAM_XID, PARAM_SEQ };

const struct field changes_params[CHANGES_PARAMS_LEN] = {
	{ "after", FIELD_TEXT, OPTIONAL, .max = 64 },
	{ "limit", FIELD_INT, OPTIONAL, .max = 5000, .min = 1 },
	{ "wait", FIELD_INT, OPTIONAL, .max = WAIT_MAX_S },
	{ "xid", FIELD_TEXT, INTERNAL },
	{ "seq", FIELD_TEXT, INTERNAL },
};

/* Where the walk goes on after a wait. */
enum { STEP_CURSOR, STEP_WHO, STEP_KNOWN, STEP_MAY, STEP_LOOK, STEP_LOOKED,
       STEP_POSITION, STEP_PARK, STEP_AUDIT, STEP_AUDITED, STEP_REPLY };

/* Of a request with wait=N. */
struct wait {
	struct parked parked;
	struct request *req;
	uint64_t heard_yet;         /* before the last look */
	int64_t parked_ms;          /* when */
	enum problem_slug failed;   /* the last look; PROBLEM_NONE: it did not */
};

static void
param_set(struct request *req, size_t i, uint64_t n)
{
	req->params[i].text = slice_of(arena_print(&req->arena, "%llu",
	    (unsigned long long)n));
	req->params[i].is_set = true;
}

/* ---- waiting ---- */

static void
woken(struct parked *parked, enum waking why)
{
	struct wait *wait = container_of(parked, struct wait, parked);
	struct request *req = wait->req;

	/* What was waited for as asked is no delay of ours. */
	req->started_us +=
	    (uint64_t)(parking_now_ms() - wait->parked_ms) * 1000u;
	if (why == WAKING_LOOK) {
		db_call_clear(&req->call);
		req->step = STEP_WHO;
	}
	request_resume(req);
}

static void
wait_begin(struct request *req)
{
	const struct value *seconds = &req->params[PARAM_WAIT];
	struct wait *wait;

	if (!seconds->is_set || seconds->number == 0)
		return;
	req->state = wait = arena_alloc(&req->arena, sizeof(*wait));
	wait->req = req;
	wait->parked.woken = woken;
	wait->parked.over_ms = parking_now_ms() + seconds->number * 1000;
}

static bool
may_wait(const struct request *req)
{
	const struct wait *wait = req->state;

	return wait != NULL && req->conn != NULL &&
	       !req->worker->is_draining &&
	       parking_now_ms() < wait->parked.over_ms;
}

/* Goes on at next when the time is over. */
static enum step_outcome
park(struct request *req, const int32_t settings[], size_t len,
    bool is_held_back, size_t next)
{
	struct wait *wait = req->state;

	wait->parked_ms = parking_now_ms();
	parking_park(req->worker->parking, &wait->parked, settings, len,
	    wait->heard_yet, is_held_back);
	req->step = next;
	conn_watch_peer(req->conn);
	return WAIT;
}

/* The database is away, or has no time: after a first good look that is no
 * reason to send somebody home who said he would wait. Looks again soon, as
 * if something were held back. */
static bool
may_wait_out(struct request *req, const struct db_call *call)
{
	struct wait *wait = req->state;

	if (!may_wait(req) || wait->failed == PROBLEM_NONE)
		return false;
	wait->failed = call->problem.slug;
	return wait->failed == PROBLEM_DATABASE_AWAY ||
	       wait->failed == PROBLEM_BUSY || wait->failed == PROBLEM_TIMEOUT;
}

static enum step_outcome
wait_out(struct request *req)
{
	db_call_clear(&req->call);
	db_call_clear(&req->audit);
	return park(req, NULL, 0, true, STEP_LOOKED);
}

/* Whose rights have ended has no settings and can be woken by nothing: it is
 * asked again who it is. The answer of the watch: an int4[] in binary, 20 bytes of head, then
 * length and value of each; is anything held back. */
static enum step_outcome
park_by(struct request *req, const struct db_result *watch)
{
	struct slice array = db_result_cell(watch, 0, 0);
	struct slice held_back = db_result_cell(watch, 0, 1);
	size_t len = array.len > 20 ? (array.len - 20) / 8 : 0;
	int32_t *settings = mem_alloc((len + 1) * sizeof(*settings));
	enum step_outcome outcome;

	for (size_t i = 0; i < len; i++) {
		uint32_t number;
		memcpy(&number, array.at + 20 + i * 8 + 4, sizeof(number));
		settings[i] = (int32_t)be32toh(number);
	}
	outcome = park(req, settings, len, len == 0 ||
	    (held_back.len == 1 && held_back.at[0] != 0), STEP_AUDIT);
	free(settings);
	return outcome;
}

void
changes_release(struct request *req)
{
	struct wait *wait = req->state;

	if (wait != NULL)
		parking_forget(&wait->parked);
}

/* ---- steps ---- */

static enum step_outcome
step_cursor(struct request *req)
{
	struct cursor cursor = { .epoch = EPOCH };
	const struct value *after = &req->params[PARAM_AFTER];
	if (after->is_set && !cursor_parse(&cursor, after->text, &req->problem))
		return REFUSE;
	if (cursor.epoch != EPOCH)
		return request_refuse(req, PROBLEM_CURSOR_EXPIRED, "after",
		    "%s", "");
	param_set(req, PARAM_XID, cursor.xid);
	param_set(req, PARAM_SEQ, cursor.seq);
	wait_begin(req);
	return PROCEED;
}

static enum step_outcome
step_known(struct request *req)
{
	if (req->audit.len > 0 && !req->audit.is_ok &&
	    may_wait_out(req, &req->audit))
		return wait_out(req);
	return step_identified(req);
}

/*
 * Who waits asks first for what it could be woken by. In this order: what is
 * committed between the two statements is either seen or heard of, what is
 * held back is known before it could have passed.
 */
static enum step_outcome
step_look(struct request *req)
{
	static const struct statement *watch;
	struct wait *wait = req->state;

	if (wait == NULL)
		return step_query(req);
	if (watch == NULL)
		watch = statement_new("SELECT settings, is_held_back"
		    " FROM api.changes_watch", 0, NULL);
	wait->heard_yet = parking_heard_yet(req->worker->parking);
	db_call_add(&req->call, watch);
	return step_query(req);
}

static enum step_outcome
step_looked(struct request *req)
{
	struct wait *wait = req->state;
	struct query *watch;

	if (wait == NULL)
		return step_answered(req);
	if (req->call.len == 0) /* its time was over before one succeeded */
		return request_refuse(req, wait->failed, NULL, "%s", "");
	parking_looked(&wait->parked);
	if (!req->call.is_ok && may_wait_out(req, &req->call))
		return wait_out(req);
	/* The rows come first from here on. */
	watch = req->call.queries[0];
	req->call.queries[0] = req->call.queries[1];
	req->call.queries[1] = watch;
	return step_answered(req);
}

/* Where the reader stands now: after the last row, or where it stood. */
static enum step_outcome
step_position(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	struct cursor cursor = { .epoch = EPOCH };
	size_t rows = db_result_rows(result);
	char *text;
	long xid = db_result_column(result, "_xid");
	long seq = db_result_column(result, "_seq");
	if (rows > 0) {
		cursor.xid = (uint64_t)db_result_int(result, rows - 1, (size_t)xid);
		cursor.seq = (uint64_t)db_result_int(result, rows - 1, (size_t)seq);
	} else if (req->next != NULL) {
		return PROCEED; /* has looked before */
	} else if (req->params[PARAM_AFTER].is_set &&
	    !cursor_parse(&cursor, req->params[PARAM_AFTER].text,
	    &req->problem)) {
		return REFUSE;
	}
	text = arena_alloc(&req->arena, CURSOR_TEXT_SIZE);
	cursor_print(&cursor, text);
	req->next = text;
	return PROCEED;
}

static enum step_outcome
step_park(struct request *req)
{
	struct wait *wait = req->state;

	if (db_result_rows(req->call.queries[0]->result) > 0 || !may_wait(req))
		return PROCEED;
	wait->failed = PROBLEM_DATABASE_AWAY; /* until the next look is good */
	return park_by(req, req->call.queries[1]->result);
}

const struct step changes_work[] = {
	[STEP_CURSOR] =   { "cursor",   step_cursor },
	[STEP_WHO] =      { "who",      step_identify }, /* again after a wait */
	[STEP_KNOWN] =    { "known",    step_known },
	[STEP_MAY] =      { "may",      step_authorise },
	[STEP_LOOK] =     { "look",     step_look },
	[STEP_LOOKED] =   { "looked",   step_looked },
	[STEP_POSITION] = { "position", step_position },
	[STEP_PARK] =     { "park",     step_park },     /* nothing new: waits */
	[STEP_AUDIT] =    { "audit",    step_audit },
	[STEP_AUDITED] =  { "audited",  step_audited },
	[STEP_REPLY] =    { "reply",    step_reply },
	{ NULL, NULL }
};
