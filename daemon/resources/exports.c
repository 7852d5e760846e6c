/*
 * exports.c — an export is asked for here and made elsewhere (exporter.c);
 * its files go out piece by piece, as fast as the client takes them: one
 * piece of memory a download, no connection to the database between two.
 * Each piece is asked for in the name of the client as it is then: rights
 * that end in the midst of a download end it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "exports.h"

#include <string.h>

#include "export_file.h"
#include "exporter.h"
#include "http1_range.h"
#include "request_state.h"
#include "request_steps.h"

#define KEY_MAX 128
#define MEDIA_TYPE "application/gzip"

enum { PARAM_SETTING, PARAM_KEY };
const struct field exports_asked_params[EXPORTS_ASKED_PARAMS_LEN] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "key", FIELD_TEXT, INTERNAL },
};

enum { PARAM_ID, PARAM_KIND };
const struct field exports_file_params[EXPORTS_FILE_PARAMS_LEN] = {
	{ "id", FIELD_UUID, REQUIRED },
	{ "kind", FIELD_TEXT, REQUIRED, .max = 64 },
};

static const struct field key_field = {
	"Idempotency-Key", FIELD_TEXT, OPTIONAL, .max = KEY_MAX
};

/* ---- asked for ---- */

static enum step_outcome
step_key(struct request *req)
{
	if (req->idempotency_key != NULL && !field_read(&key_field,
	    slice_of(req->idempotency_key), &req->arena,
	    &req->params[PARAM_KEY], key_field.name, &req->problem))
		return REFUSE;
	return PROCEED;
}

void
exports_asked(struct request *req)
{
	if (req->status == 202)
		exporter_wake(req->worker->exporter);
}

const struct step exports_asked_work[] = {
	{ "key",      step_key },
	{ "query",    step_query }, /* one call, one transaction; waits */
	{ "answered", step_answered },
	{ "reply",    step_reply },
	{ NULL, NULL }
};

/* ---- files ---- */

struct download {
	const char *id, *kind;
	int64_t at, end; /* the next byte to go out; one past the last */
};

enum { STEP_OPEN, STEP_OPENED, STEP_WHO, STEP_KNOWN, STEP_PIECE, STEP_SEND,
       STEP_ON };

/* Refused in the midst of the file: it must not look whole. */
static enum step_outcome
cut(struct request *req, enum step_outcome outcome)
{
	if (outcome == REFUSE && req->status != 0 && req->conn != NULL) {
		conn_reply_abort(req->conn);
		req->conn = NULL;
	}
	return outcome;
}

static const char *
head_fields(struct request *req, const char *etag, const struct download *part,
    int64_t size, bool is_part)
{
	const char *range = !is_part ? "" : arena_print(&req->arena,
	    "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)part->at,
	    (long long)part->end - 1, (long long)size);

	return arena_print(&req->arena, "Accept-Ranges: bytes\r\n"
	    "ETag: \"%s\"\r\n%s", etag, range);
}

/* Which part is wanted. A Range counts for GET only, and when If-Range
 * depends on another version, not at all. */
static enum range_outcome
part_read(const struct request *req, const char *etag, int64_t size,
    struct download *part)
{
	enum range_outcome outcome;
	bool counts = req->method == HTTP_GET && req->range != NULL &&
	    (req->if_range == NULL ||
	    range_if(slice_of(req->if_range), etag));

	outcome = range_read(counts ? slice_of(req->range) : SLICE(""), size,
	    &part->at, &part->end);
	part->end++;
	return outcome;
}

static const char *
param_text(struct request *req, size_t i)
{
	struct slice text = req->params[i].text;
	return arena_text(&req->arena, text.at, text.len);
}

static enum step_outcome
step_opened(struct request *req)
{
	const struct db_result *result;
	struct download *part;
	enum range_outcome outcome;
	struct slice text;
	const char *etag;
	int64_t size;

	if (step_answered(req) == REFUSE)
		return REFUSE;
	if (req->conn == NULL)
		return PROCEED;
	result = req->call.queries[0]->result;
	size = db_result_int(result, 0, 0);
	text = db_result_cell(result, 0, 1);
	etag = arena_text(&req->arena, text.at, text.len);
	req->state = part = arena_alloc(&req->arena, sizeof(*part));
	part->id = param_text(req, PARAM_ID);
	part->kind = param_text(req, PARAM_KIND);
	outcome = part_read(req, etag, size, part);
	if (outcome == RANGE_BEYOND) {
		req->problem_fields = arena_print(&req->arena,
		    "Content-Range: bytes */%lld\r\n", (long long)size);
		return request_refuse(req, PROBLEM_RANGE_NOT_SATISFIABLE,
		    "Range", "%s", "");
	}
	req->status = outcome == RANGE_PART ? 206 : 200;
	conn_reply_start(req->conn, req->status, MEDIA_TYPE,
	    part->end - part->at, head_fields(req, etag, part, size,
	    outcome == RANGE_PART));
	if (req->method == HTTP_HEAD)
		part->at = part->end;
	return PROCEED;
}

/* Who asks is asked anew: a token holds for a minute, a download longer. */
static enum step_outcome
step_who(struct request *req)
{
	const struct download *part = req->state;

	db_call_clear(&req->call);
	if (req->conn == NULL || part->at == part->end) {
		req->step = STEP_ON + 1;
		return PROCEED;
	}
	return cut(req, step_identify(req));
}

static enum step_outcome
step_known(struct request *req)
{
	return cut(req, step_identified(req));
}

static enum step_outcome
step_piece(struct request *req)
{
	static const uint32_t types[] = { OID_UUID, OID_TEXT, OID_INT4 };
	static const struct statement *piece;
	const struct download *part = req->state;
	struct query *query;

	if (piece == NULL)
		piece = statement_new("SELECT p.bytes FROM api.export_pieces"
		    " AS p WHERE p.export_id = $1 AND p.kind = $2"
		    " AND p.number = $3", 3, types);
	query = db_call_add(&req->call, piece);
	query_text(query, part->id);
	query_text(query, part->kind);
	query_text(query, arena_print(&req->arena, "%lld",
	    (long long)(part->at / EXPORT_PIECE_BYTES)));
	req->call.actor = req->actor.token;
	req->call.writes = false;
	return request_ask(req, true);
}

static enum step_outcome
step_send(struct request *req)
{
	struct download *part = req->state;
	size_t skip = (size_t)(part->at % EXPORT_PIECE_BYTES), len;
	struct slice bytes = { NULL, 0 };

	if (request_answered(req) == REFUSE)
		return cut(req, REFUSE);
	if (req->conn == NULL)
		return PROCEED;
	if (db_result_rows(req->call.queries[0]->result) == 1)
		bytes = db_result_cell(req->call.queries[0]->result, 0, 0);
	if (bytes.len <= skip) /* dropped or expired meanwhile */
		return cut(req, request_refuse(req, PROBLEM_EXPORT_EXPIRED,
		    NULL, "%s", ""));
	len = bytes.len - skip;
	if ((int64_t)len > part->end - part->at)
		len = (size_t)(part->end - part->at);
	part->at += (int64_t)len;
	req->sent_bytes += len;
	conn_reply_add(req->conn, bytes.at + skip, len);
	db_call_clear(&req->call);
	if (conn_unsent(req->conn) < CONN_HIGH_WATER)
		return PROCEED;
	req->waits_for_room = true;
	return WAIT;
}

static enum step_outcome
step_on(struct request *req)
{
	req->step = STEP_WHO;
	return PROCEED;
}

const struct step exports_file_work[] = {
	[STEP_OPEN] =   { "open",   step_query },  /* what it is; the audit row */
	[STEP_OPENED] = { "opened", step_opened }, /* the head goes out */
	[STEP_WHO] =    { "who",    step_who },    /* for each piece; waits */
	[STEP_KNOWN] =  { "known",  step_known },
	[STEP_PIECE] =  { "piece",  step_piece },
	[STEP_SEND] =   { "send",   step_send },   /* waits for room */
	[STEP_ON] =     { "on",     step_on },
	{ NULL, NULL }
};
