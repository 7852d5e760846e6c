/*
 * batches.c — a batch of records from its bytes to its answer, in one
 * transaction of three stages: open (is the setting granted, was this batch
 * here before) and compare content hashes; merge only what differs; store
 * the answer and commit. A batch cut off at any point has either committed
 * with its answer stored, or left nothing. A batch for a snapshot is read
 * and checked alike, but kept instead of merged.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batches.h"

#include <endian.h>
#include <string.h>
#include <strings.h>

#include "batch.h"
#include "db_listen.h"
#include "digest.h"
#include "mem.h"
#include "outcomes.h"
#include "records.h"
#include "refusals.h"
#include "request_state.h"

#define COMPARE_FROM 11 /* fewer records are merged without comparing first */

const struct field batches_params[BATCHES_PARAMS_LEN] = {
	{ "setting",  FIELD_SETTING, REQUIRED },
	{ "snapshot", FIELD_UUID,    OPTIONAL },
};

/* The records of one kind, from what was sent down to what must be merged. */
struct portion {
	const struct kind *kind;
	struct selection sel;
	struct query *compare;
	struct query *merge;
	struct params params;
};

struct batches {
	struct batch batch;
	struct outcomes outcomes;
	struct portion portions[KINDS_MAX];
	size_t portions_len;
	const char *setting;
	const char *snapshot;   /* kept for it; NULL: merged */
	uint8_t body_sha256[DIGEST_SIZE];
	struct buf details;
	struct params refusals;
	int32_t setting_id;     /* of the database */
	bool is_news;           /* others shall hear of it */
	bool is_repeated;
	bool were_refused;      /* refusals stand from before */
	size_t lines;           /* of NDJSON, begun so far */
	size_t line_at, scanned;
};

static bool
is_json(const struct request *req)
{
	return strncasecmp(req->content_type, "application/json", 16) == 0;
}

static struct batches *
batches_of(struct request *req)
{
	if (req->state == NULL)
		req->state = mem_alloc(sizeof(struct batches));
	return req->state;
}

size_t
batches_body_max(const struct request *req)
{
	(void)req;
	return BATCH_BYTES_MAX;
}

/* One record too many is told before the rest comes. Lines that begin with
 * a blank are left to the reader. */
bool
batches_body_grown(struct request *req)
{
	struct batches *batches = batches_of(req);
	const struct buf *body = &req->body;
	const char *newline;
	if (is_json(req))
		return true;
	while (batches->scanned < body->len) {
		const char *at = body->at + batches->scanned;
		if (batches->scanned == batches->line_at)
			batches->lines += *at == '{';
		newline = memchr(at, '\n', body->len - batches->scanned);
		batches->scanned = newline == NULL ? body->len :
		    (size_t)(newline - body->at) + 1;
		if (newline != NULL)
			batches->line_at = batches->scanned;
	}
	return batches->lines <= BATCH_RECORDS_MAX ||
	       problem_set(&req->problem, PROBLEM_TOO_MANY_RECORDS, "/records",
	    "send the rest in another batch");
}

void
batches_release(struct request *req)
{
	struct batches *batches = req->state;
	if (batches == NULL)
		return;
	/* Told even when the commit's answer was lost: it may have happened. */
	if (batches->is_news)
		db_listen_tell(req->worker->listen, batches->setting_id);
	for (size_t i = 0; i < batches->portions_len; i++)
		params_release(&batches->portions[i].params);
	params_release(&batches->refusals);
	buf_release(&batches->details);
	free(batches);
}

/* ---- statements, one pair per kind, made when first used ---- */

static const struct statement *
kind_statement(const struct kind *kind, const char *verb, const char *columns,
    const uint32_t first[], size_t len, bool has_fields)
{
	uint32_t types[QUERY_PARAMS_MAX];
	struct buf sql;
	memcpy(types, first, len * sizeof(first[0]));
	if (has_fields)
		len += params_field_types(kind, types + len);
	if (has_fields)
		types[len++] = OID_TEXT_ARRAY; /* was */
	buf_init(&sql);
	buf_print(&sql, "SELECT %s FROM api.%s_%s(", columns, kind->name, verb);
	for (size_t i = 1; i <= len; i++)
		buf_print(&sql, "%s$%zu", i > 1 ? "," : "", i);
	buf_add(&sql, ") AS o", 7); /* with its NUL */
	return statement_new(sql.at, len, types); /* both kept for good */
}

static const struct statement *
compare_statement(size_t number)
{
	static const struct statement *made[KINDS_MAX];
	static const uint32_t types[] = { OID_INT4_ARRAY, OID_TEXT_ARRAY,
		                          OID_UUID_ARRAY };
	if (made[number] == NULL)
		made[number] = kind_statement(sync_kinds[number], "compare",
		    "o", types, nitems(types), false);
	return made[number];
}

/* The merge, or what keeps the same arguments for a snapshot. */
static const struct statement *
merge_statement(size_t number, bool is_kept)
{
	static const struct statement *made[2][KINDS_MAX];
	static const uint32_t types[] = { OID_INT4_ARRAY, OID_TEXT_ARRAY,
		                          OID_INT8_ARRAY, OID_UUID_ARRAY, OID_BOOL_ARRAY, OID_TEXT_ARRAY };
	if (made[is_kept][number] == NULL)
		made[is_kept][number] = kind_statement(sync_kinds[number],
		    is_kept ? "stage" : "merge",
		    is_kept ? "o" : "ordinal, outcome, slug, pointer",
		    types, nitems(types), true);
	return made[is_kept][number];
}

/* ---- the steps ---- */

static void
portions_make(struct batches *batches, struct arena *arena)
{
	size_t kinds = 0;
	while (sync_kinds[kinds] != NULL)
		kinds++;
	batches->portions_len = kinds;
	for (size_t k = 0; k < kinds; k++) {
		struct portion *portion = &batches->portions[k];
		portion->kind = sync_kinds[k];
		portion->sel.records = arena_array(arena,
		    batches->batch.len + 1, sizeof(struct record *));
		portion->sel.numbers = arena_array(arena,
		    batches->batch.len + 1, sizeof(int32_t));
		for (size_t i = 0; i < batches->batch.len; i++) {
			const struct record *record = &batches->batch.records[i];
			if (record->kind != portion->kind ||
			    record->is_refused || record->is_superseded)
				continue;
			portion->sel.records[portion->sel.len] = record;
			portion->sel.numbers[portion->sel.len++] = (int32_t)i;
		}
	}
}

static enum step_outcome
step_read(struct request *req)
{
	struct batches *batches = batches_of(req);
	enum batch_form form = is_json(req) ? BATCH_JSON : BATCH_NDJSON;
	const char *body = req->body.at != NULL ? req->body.at : "";
	if (request_need_key(req) == REFUSE)
		return REFUSE;
	if (!batch_read(&batches->batch, sync_kinds, body, req->body.len, form,
	    &req->arena, &req->problem))
		return REFUSE;
	digest_of(body, req->body.len, batches->body_sha256);
	outcomes_init(&batches->outcomes, &batches->batch, &req->arena);
	portions_make(batches, &req->arena);
	batches->setting = arena_text(&req->arena, req->params[0].text.at,
	    req->params[0].text.len);
	if (req->params[1].is_set) {
		batches->snapshot = arena_text(&req->arena,
		    req->params[1].text.at, req->params[1].text.len);
		outcomes_keep(&batches->outcomes);
	}
	req->worker->metrics->records_received += batches->batch.len;
	return PROCEED;
}

static void
add_name(struct request *req, struct query *query)
{
	const struct batches *batches = req->state;
	query_text(query, batches->setting);
	query_text(query, req->idempotency_key);
	query_binary(query, batches->body_sha256, DIGEST_SIZE);
}

static enum step_outcome
step_open(struct request *req)
{
	static const uint32_t types[] = { OID_TEXT, OID_TEXT, OID_BYTEA,
		                          OID_UUID, OID_INT4 };
	static const struct statement *open;
	struct batches *batches = req->state;
	struct query *query;
	if (open == NULL)
		open = statement_new("SELECT outcomes, details::text, setting_id,"
		    " has_refused"
		    " FROM api.sync_open($1, $2, $3, $4, $5)", 5, types);
	query = db_call_add(&req->call, open);
	add_name(req, query);
	query_text(query, batches->snapshot);
	query_text(query, arena_print(&req->arena, "%d",
	    req->worker->config->answer_days));
	for (size_t k = 0; k < batches->portions_len; k++) {
		struct portion *portion = &batches->portions[k];
		if (portion->sel.len < COMPARE_FROM ||
		    batches->snapshot != NULL)
			continue;
		portion->compare = db_call_add(&req->call, compare_statement(k));
		params_add_numbers(&portion->params, &portion->sel);
		params_add_source_ids(&portion->params, &portion->sel);
		params_add_hashes(&portion->params, &portion->sel);
		params_bind(&portion->params, portion->compare);
	}
	req->call.actor = req->actor.token;
	req->call.writes = true;
	return request_ask(req, false);
}

/* Keeps of a portion only the numbers the database has otherwise: an int4[]
 * in binary, 20 bytes of head, then length and value of each. */
static void
portion_narrow(struct portion *portion, size_t batch_len, struct arena *arena)
{
	const struct db_result *result;
	struct slice array;
	bool *differs;
	size_t kept = 0;
	if (portion->compare == NULL)
		return;
	result = portion->compare->result;
	array = db_result_cell(result, 0, 0);
	differs = arena_array(arena, batch_len + 1, sizeof(bool));
	for (size_t at = 20; at + 8 <= array.len; at += 8) {
		uint32_t number;
		memcpy(&number, array.at + at + 4, sizeof(number));
		number = be32toh(number);
		if (number < batch_len)
			differs[number] = true;
	}
	for (size_t i = 0; i < portion->sel.len; i++) {
		if (!differs[portion->sel.numbers[i]])
			continue;
		portion->sel.records[kept] = portion->sel.records[i];
		portion->sel.numbers[kept++] = portion->sel.numbers[i];
	}
	portion->sel.len = kept;
}

/* The same batch again: end the transaction, give the stored answer. */
static enum step_outcome
repeat_answer(struct request *req, const struct db_result *stored)
{
	struct batches *batches = req->state;
	struct slice letters = db_result_cell(stored, 0, 0);
	struct slice details = db_result_cell(stored, 0, 1);
	batches->is_repeated = true;
	if (!outcomes_read(&batches->outcomes, letters.at, letters.len,
	    details.at, details.len, &req->arena))
		problem_set(&req->problem, PROBLEM_INTERNAL, NULL, "%s", "");
	return request_ask(req, true);
}

/* The records refused as they were read: not sent on, and not absent. */
static void
note_refused(struct request *req)
{
	static const uint32_t types[] = { OID_INT4, OID_INT4, OID_TEXT_ARRAY,
		                          OID_TEXT_ARRAY, OID_TEXT_ARRAY, OID_TEXT_ARRAY,
		                          OID_TEXT_ARRAY };
	static const struct statement *note;
	struct batches *batches = req->state;
	struct selection refused = { NULL, NULL, 0 };
	struct query *query;
	if (note == NULL)
		note = statement_new("SELECT o FROM api.snapshot_note("
		    "$1, $2, $3, $4, $5, $6, $7) AS o", nitems(types), types);
	refused.records = arena_array(&req->arena, batches->batch.len + 1,
	    sizeof(struct record *));
	for (size_t i = 0; i < batches->batch.len; i++)
		if (batches->batch.records[i].is_refused)
			refused.records[refused.len++] =
			    &batches->batch.records[i];
	params_add_kinds(&batches->refusals, &refused);
	params_add_source_ids(&batches->refusals, &refused);
	params_add_was(&batches->refusals, &refused);
	params_add_problems(&batches->refusals, &refused);
	query = db_call_add(&req->call, note);
	query_text(query, arena_print(&req->arena, "%zu", batches->batch.len));
	query_text(query, arena_print(&req->arena, "%zu", req->body.len));
	params_bind(&batches->refusals, query);
}

static void
portion_send(struct request *req, struct portion *portion,
    const struct statement *statement)
{
	params_release(&portion->params);
	params_add_numbers(&portion->params, &portion->sel);
	params_add_source_ids(&portion->params, &portion->sel);
	params_add_revisions(&portion->params, &portion->sel);
	params_add_hashes(&portion->params, &portion->sel);
	params_add_deleted(&portion->params, &portion->sel);
	params_add_suspects(&portion->params, &portion->sel);
	params_add_fields(&portion->params, &portion->sel, portion->kind);
	params_add_was(&portion->params, &portion->sel);
	portion->merge = db_call_add(&req->call, statement);
	params_bind(&portion->params, portion->merge);
}

/* What is of the authority is no part of a setting's roll: it is proposed. */
static bool
is_staged(const struct batches *batches, const struct kind *kind)
{
	return batches->snapshot != NULL && kind->owner == OWNER_SETTING;
}

static enum step_outcome
step_merge(struct request *req)
{
	struct batches *batches = req->state;
	bool is_kept = batches->snapshot != NULL;
	bool is_anything = is_kept;
	if (request_answered(req) == REFUSE)
		return REFUSE;
	const struct db_result *opened = req->call.queries[0]->result;
	if (db_result_rows(opened) > 0 &&
	    db_result_cell(opened, 0, 0).at != NULL)
		return repeat_answer(req, opened);
	batches->setting_id = (int32_t)db_result_int(opened, 0, 2);
	batches->were_refused = db_result_cell(opened, 0, 3).at[0] != 0;
	if (is_kept)
		note_refused(req);
	for (size_t k = 0; k < batches->portions_len; k++) {
		struct portion *portion = &batches->portions[k];
		portion_narrow(portion, batches->batch.len, &req->arena);
		if (portion->sel.len == 0)
			continue;
		portion_send(req, portion, merge_statement(k,
		    is_staged(batches, portion->kind)));
		is_anything = true;
	}
	return is_anything ? request_ask(req, false) : PROCEED;
}

static void
take_refusal(struct batches *batches, struct request *req,
    const struct db_result *result, size_t row, size_t number)
{
	struct slice slug = db_result_cell(result, row, 2);
	struct slice pointer = db_result_cell(result, row, 3);
	struct remark remark = { number, false, NULL, NULL, "", NULL };
	remark.slug = arena_text(&req->arena, slug.at, slug.len);
	remark.pointer = arena_print(&req->arena, "/records/%zu%.*s", number,
	    (int)pointer.len, pointer.at != NULL ? pointer.at : "");
	outcomes_remark(&batches->outcomes, &req->arena, &remark);
}

static void
take_merged(struct request *req, struct batches *batches,
    const struct db_result *result)
{
	for (size_t row = 0; row < db_result_rows(result); row++) {
		size_t number = (size_t)db_result_int(result, row, 0);
		struct slice letter = db_result_cell(result, row, 1);
		if (number >= batches->outcomes.len || letter.len == 0)
			continue;
		batches->outcomes.letters[number] = letter.at[0];
		if (letter.at[0] == OUTCOME_REFUSED)
			take_refusal(batches, req, result, row, number);
		else if (letter.at[0] == OUTCOME_CREATED ||
		    letter.at[0] == OUTCOME_UPDATED)
			req->worker->metrics->records_changed++;
	}
}

static enum step_outcome
step_close(struct request *req)
{
	static const uint32_t types[] = { OID_TEXT, OID_TEXT, OID_BYTEA,
		                          OID_INT4, OID_TEXT, OID_JSONB };
	static const struct statement *close;
	struct batches *batches = req->state;
	struct query *query;
	if (request_answered(req) == REFUSE)
		return REFUSE;
	if (batches->is_repeated)
		return PROCEED;
	for (size_t k = 0; k < batches->portions_len; k++)
		if (batches->portions[k].merge != NULL &&
		    !is_staged(batches, batches->portions[k].kind))
			take_merged(req, batches,
			    batches->portions[k].merge->result);
	batches->is_news = outcomes_count(&batches->outcomes,
	    OUTCOME_CREATED) + outcomes_count(&batches->outcomes,
	    OUTCOME_UPDATED) > 0;
	if (close == NULL)
		close = statement_new(
		    "SELECT api.sync_close($1, $2, $3, $4, $5, $6)", 6, types);
	if (batches->snapshot == NULL)
		refusals_add(&req->call, &batches->batch, &batches->outcomes,
		    batches->were_refused, &batches->refusals, &req->arena);
	outcomes_print_details(&batches->outcomes, &batches->details);
	buf_add_char(&batches->details, '\0');
	query = db_call_add(&req->call, close);
	add_name(req, query);
	query_text(query, arena_print(&req->arena, "%zu", batches->outcomes.len));
	query_text(query, batches->outcomes.letters);
	query_text(query, batches->details.at);
	return request_ask(req, true);
}

static enum step_outcome
step_answer(struct request *req)
{
	struct batches *batches = req->state;
	if (request_answered(req) == REFUSE ||
	    req->problem.slug != PROBLEM_NONE)
		return REFUSE;
	if (req->conn == NULL)
		return PROCEED;
	outcomes_print_answer(&batches->outcomes, slice_of(batches->setting),
	    &req->out);
	reply_body(req, 200, "application/json", NULL, &req->out);
	return PROCEED;
}

const struct step batches_work[] = {
	{ "read",   step_read },   /* bytes -> checked records */
	{ "open",   step_open },   /* granted? here before? same hash? waits */
	{ "merge",  step_merge },  /* what differs, or keep all; waits */
	{ "close",  step_close },  /* the answer stored, commit; waits */
	{ "answer", step_answer },
	{ NULL, NULL }
};
