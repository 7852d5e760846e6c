/*
 * changes.c — the feed in the order of commits. A look is two calls: one
 * that may write lets the feed hear of a new day and of what the client may
 * see by now, and answers the key of its cursors; the other reads a page. The
 * cursor a client keeps is opaque; here it is two parameters of the query and
 * comes back as the position of the last row. With wait=N a look that finds
 * nothing parks the request, and it looks again when something may be new,
 * asking first anew who it is: rights may have ended meanwhile.
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

enum { PARAM_AFTER, PARAM_LIMIT, PARAM_WAIT, PARAM_XID, PARAM_SEQ };

const struct field changes_params[CHANGES_PARAMS_LEN] = {
	{ "after", FIELD_TEXT, OPTIONAL, .max = 64 },
	{ "limit", FIELD_INT, OPTIONAL, .max = 5000, .min = 1 },
	{ "wait", FIELD_INT, OPTIONAL, .max = WAIT_MAX_S },
	{ "xid", FIELD_TEXT, INTERNAL },
	{ "seq", FIELD_TEXT, INTERNAL },
};

/* Where the walk goes on after a wait. */
enum { STEP_BEGIN, STEP_WHO, STEP_KNOWN, STEP_MAY, STEP_OPEN, STEP_OPENED,
       STEP_LOOK, STEP_LOOKED, STEP_POSITION, STEP_PARK, STEP_AUDIT,
       STEP_AUDITED, STEP_REPLY };

struct changes {
	struct cursor cursor;       /* where the reader stands */
	uint8_t key[CURSOR_KEY_SIZE];

	/* with wait=N */
	bool waits;
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
	struct changes *changes = container_of(parked, struct changes, parked);
	struct request *req = changes->req;

	/* What was waited for as asked is no delay of ours. */
	req->started_us +=
	    (uint64_t)(parking_now_ms() - changes->parked_ms) * 1000u;
	if (why == WAKING_LOOK) {
		db_call_clear(&req->call);
		req->step = STEP_WHO;
	}
	request_resume(req);
}

static void
wait_begin(struct request *req, struct changes *changes)
{
	const struct value *seconds = &req->params[PARAM_WAIT];

	if (!seconds->is_set || seconds->number == 0)
		return;
	changes->waits = true;
	changes->req = req;
	changes->parked.woken = woken;
	changes->parked.over_ms = parking_now_ms() + seconds->number * 1000;
}

static bool
may_wait(const struct request *req)
{
	const struct changes *changes = req->state;

	return changes->waits && req->conn != NULL &&
	       !req->worker->is_draining &&
	       parking_now_ms() < changes->parked.over_ms;
}

/* Goes on at next when the time is over. */
static enum step_outcome
park(struct request *req, const int32_t settings[], size_t len,
    bool is_held_back, size_t next)
{
	struct changes *changes = req->state;

	changes->parked_ms = parking_now_ms();
	parking_park(req->worker->parking, &changes->parked, settings, len,
	    changes->heard_yet, is_held_back);
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
	struct changes *changes = req->state;

	if (!may_wait(req) || changes->failed == PROBLEM_NONE)
		return false;
	changes->failed = call->problem.slug;
	return changes->failed == PROBLEM_DATABASE_AWAY ||
	       changes->failed == PROBLEM_BUSY ||
	       changes->failed == PROBLEM_TIMEOUT;
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
	struct changes *changes = req->state;

	if (changes != NULL && changes->waits)
		parking_forget(&changes->parked);
}

/* ---- steps ---- */

static enum step_outcome
step_begin(struct request *req)
{
	struct changes *changes = req->state =
	    arena_alloc(&req->arena, sizeof(*changes));
	wait_begin(req, changes);
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

static enum step_outcome
step_open(struct request *req)
{
	static const uint32_t types[] = { OID_BOOL };
	static const struct statement *open;
	struct changes *changes = req->state;

	if (open == NULL)
		open = statement_new("SELECT epoch, key FROM api.feed_open($1)",
		    nitems(types), types);
	changes->heard_yet = parking_heard_yet(req->worker->parking);
	query_text(db_call_add(&req->call, open),
	    req->params[PARAM_AFTER].is_set ? "false" : "true");
	req->call.actor = req->actor.token;
	req->call.writes = true;
	return request_ask(req, true);
}

/* Now that the key is known the cursor can be read. */
static bool
cursor_take(struct request *req, const struct db_result *opened)
{
	struct changes *changes = req->state;
	const struct value *after = &req->params[PARAM_AFTER];
	uint32_t epoch = (uint32_t)db_result_int(opened, 0, 0);
	struct slice key = db_result_cell(opened, 0, 1);

	if (key.len != sizeof(changes->key)) /* nobody acts any more */
		return problem_set(&req->problem, PROBLEM_CERTIFICATE_REQUIRED,
		    NULL, "%s", "");
	memcpy(changes->key, key.at, key.len);
	changes->cursor = (struct cursor){ .epoch = epoch };
	if (after->is_set && !cursor_parse(&changes->cursor, changes->key,
	    after->text, &req->problem))
		return false;
	if (changes->cursor.epoch != epoch)
		return problem_set(&req->problem, PROBLEM_CURSOR_EXPIRED,
		    "after", "%s", "the database was restored since");
	param_set(req, PARAM_XID, changes->cursor.xid);
	param_set(req, PARAM_SEQ, changes->cursor.seq);
	return true;
}

static enum step_outcome
step_opened(struct request *req)
{
	if (!req->call.is_ok && may_wait_out(req, &req->call))
		return wait_out(req);
	if (request_answered(req) == REFUSE ||
	    !cursor_take(req, req->call.queries[0]->result))
		return REFUSE;
	db_call_clear(&req->call);
	return PROCEED;
}

/*
 * First it asks what it could be woken by and how far the feed goes. In this
 * order: what is committed between the two statements is either seen or heard
 * of, what is held back is known before it could have passed.
 */
static enum step_outcome
step_look(struct request *req)
{
	static const struct statement *watch;

	if (watch == NULL)
		watch = statement_new("SELECT settings, is_held_back, last_xid,"
		    " last_seq FROM api.changes_watch()", 0, NULL);
	db_call_add(&req->call, watch);
	return step_query(req);
}

static enum step_outcome
step_looked(struct request *req)
{
	struct changes *changes = req->state;
	struct query *watch;

	if (req->call.len == 0) /* its time was over before one succeeded */
		return request_refuse(req, changes->failed, NULL, "%s", "");
	if (changes->waits)
		parking_looked(&changes->parked);
	if (!req->call.is_ok && may_wait_out(req, &req->call))
		return wait_out(req);
	/* The rows come first from here on. */
	watch = req->call.queries[0];
	req->call.queries[0] = req->call.queries[1];
	req->call.queries[1] = watch;
	return step_answered(req);
}

static void
cursor_advance(struct cursor *cursor, const struct db_result *result,
    size_t row, size_t column)
{
	uint64_t xid = (uint64_t)db_result_int(result, row, column);
	uint64_t seq = (uint64_t)db_result_int(result, row, column + 1);

	if (xid < cursor->xid || (xid == cursor->xid && seq <= cursor->seq))
		return;
	cursor->xid = xid;
	cursor->seq = seq;
}

/* Where the reader stands now: after the last row of its page, or, when that
 * is empty, after the last that anybody could read when it asked. */
static enum step_outcome
step_position(struct request *req)
{
	const struct db_result *page = req->call.queries[0]->result;
	const struct db_result *watch = req->call.queries[1]->result;
	struct changes *changes = req->state;
	size_t rows = db_result_rows(page);
	char *text;

	if (rows > 0)
		cursor_advance(&changes->cursor, page, rows - 1,
		    (size_t)db_result_column(page, "_xid"));
	else if (db_result_rows(watch) > 0 &&
	    db_result_cell(watch, 0, 2).at != NULL)
		cursor_advance(&changes->cursor, watch, 0, 2);
	text = arena_alloc(&req->arena, CURSOR_TEXT_SIZE);
	cursor_print(&changes->cursor, changes->key, text);
	req->next = text;
	return PROCEED;
}

static enum step_outcome
step_park(struct request *req)
{
	struct changes *changes = req->state;

	if (db_result_rows(req->call.queries[0]->result) > 0 || !may_wait(req))
		return PROCEED;
	changes->failed = PROBLEM_DATABASE_AWAY; /* until the next look is good */
	if (db_result_rows(req->call.queries[1]->result) == 0)
		return park(req, NULL, 0, true, STEP_AUDIT);
	return park_by(req, req->call.queries[1]->result);
}

const struct step changes_work[] = {
	[STEP_BEGIN] =    { "begin",    step_begin },
	[STEP_WHO] =      { "who",      step_identify }, /* again after a wait */
	[STEP_KNOWN] =    { "known",    step_known },
	[STEP_MAY] =      { "may",      step_authorise },
	[STEP_OPEN] =     { "open",     step_open },     /* may write; waits */
	[STEP_OPENED] =   { "opened",   step_opened },   /* the cursor is read */
	[STEP_LOOK] =     { "look",     step_look },
	[STEP_LOOKED] =   { "looked",   step_looked },
	[STEP_POSITION] = { "position", step_position },
	[STEP_PARK] =     { "park",     step_park },     /* nothing new: waits */
	[STEP_AUDIT] =    { "audit",    step_audit },
	[STEP_AUDITED] =  { "audited",  step_audited },
	[STEP_REPLY] =    { "reply",    step_reply },
	{ NULL, NULL }
};
