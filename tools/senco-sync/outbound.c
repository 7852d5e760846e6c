/*
 * outbound.c — what waits, on its way to the authority.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "outbound.h"

#include "deflate.h"
#include "fields.h"
#include "json_writer.h"
#include "receipt.h"
#include "target.h"
#include "uuid.h"

#define TIMEOUT_S 120
#define PACK_FROM_BYTES 1024 /* below, packing costs more than it saves */
#define ANSWER_MAX_BYTES (16 * 1024 * 1024)

void
outbound_line(const char *kind, struct slice source_id, int64_t revision,
    struct slice tail, struct buf *out)
{
	buf_add_text(out, "{\"kind\":");
	json_add_text(out, kind);
	buf_add_text(out, ",\"source_id\":");
	json_add_string(out, source_id.at, source_id.len);
	buf_add_text(out, ",\"revision\":");
	buf_add_int(out, revision);
	buf_add(out, tail.at, tail.len);
	buf_add_text(out, "}\n");
}

/* ---- a batch made ---- */

struct making {
	struct store *store;
	int64_t batch;
	int64_t len;
	struct buf body, line;
};

/* False when the batch is full. */
static bool
record_add(struct making *making, const char *kind, const struct query *row)
{
	struct slice source_id = query_text(row, 0);
	int64_t revision = query_int(row, 2);

	buf_clear(&making->line);
	outbound_line(kind, source_id, revision, query_text(row, 3),
	    &making->line);
	if (making->len == OUTBOUND_RECORDS_MAX || (making->len > 0 &&
	    making->body.len + making->line.len > OUTBOUND_BYTES_MAX))
		return false;
	buf_add(&making->body, making->line.at, making->line.len);
	store_do(making->store, "INSERT INTO batch_records"
	    " (batch, ordinal, kind, source_id, hash, revision)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "iitsbi", making->batch,
	    making->len++, kind, source_id, query_text(row, 1), revision);
	return true;
}

/* Children first: what hangs on them finds them there. */
static void
records_gather(struct making *making)
{
	bool has_room = true;

	for (size_t i = 0; sync_kinds[i] != NULL && has_room; i++) {
		const char *kind = sync_kinds[i]->name;
		struct query row;

		query_start(&row, making->store, "SELECT source_id, hash,"
		    " revision, tail FROM records"
		    " WHERE state = 'w' AND kind = ?1 ORDER BY rowid", "t",
		    kind);
		while (has_room && query_next(&row))
			has_room = record_add(making, kind, &row);
		query_end(&row);
	}
}

/* *batch is 0 when nothing waits. */
static bool
batch_make(struct agent *agent, int64_t *batch, struct problem *why)
{
	struct making making = { agent->store };
	char key[37];

	buf_init(&making.body);
	buf_init(&making.line);
	store_begin(agent->store);
	making.batch = 1 + store_number(agent->store,
	    "SELECT coalesce(max(id), 0) FROM batches", "");
	records_gather(&making);
	*batch = making.len > 0 ? making.batch : 0;
	if (making.len > 0) {
		uuid_print_fresh(key);
		store_do(agent->store, "INSERT INTO batches"
		    " (id, key, body, made_at) VALUES (?1, ?2, ?3,"
		    " strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))", "itb",
		    making.batch, key, (struct slice){
			making.body.at, making.body.len
		});
		store_do(agent->store, "UPDATE records AS r SET state = 'f'"
		    " FROM batch_records AS b WHERE b.batch = ?1"
		    "  AND r.kind = b.kind AND r.source_id = b.source_id",
		    "i", making.batch);
	}
	buf_release(&making.line);
	buf_release(&making.body);
	return store_commit(agent->store, why);
}

/* ---- and sent ---- */

enum ending
outbound_post(struct agent *agent, const char *target, const char *key,
    struct slice body, struct https_answer *answer, struct problem *why)
{
	struct https_request request = {
		.method = "POST", .target = target,
		.accept = "application/json",
		.content_type = "application/x-ndjson",
		.idempotency_key = key, .body = body.at, .body_len = body.len,
		.timeout_s = TIMEOUT_S, .answer_max_bytes = ANSWER_MAX_BYTES,
	};
	struct buf packed;
	enum ending ending;

	buf_init(&packed);
	if (body.len > PACK_FROM_BYTES) {
		deflate_gzip(body, &packed);
		request.content_coding = "gzip";
		request.body = packed.at;
		request.body_len = packed.len;
	}
	ending = agent_ask(agent, &request, answer, why);
	buf_release(&packed);
	return ending;
}

/* A refusal that the same bytes will always meet. */
static bool
is_final(int status)
{
	return status == 400 || status == 409 || status == 413 ||
	       status == 415 || status == 422;
}

static enum ending
answer_take(struct agent *agent, int64_t batch,
    const struct https_answer *answer, struct tally *tally,
    struct problem *why)
{
	enum ending ending = END_WELL;
	struct problem inner = { 0 };
	json_t *document;

	if (answer->status / 100 != 2) {
		ending = agent_refused(answer, why);
		if (is_final(answer->status) &&
		    !receipt_dissolve(agent, batch, &inner))
			*why = inner;
		return ending;
	}
	document = agent_json(answer, why);
	if (document == NULL ||
	    !receipt_take(agent, batch, document, tally, why))
		ending = END_REFUSED;
	json_decref(document);
	return ending;
}

static enum ending
batch_send(struct agent *agent, const char *target, int64_t batch,
    struct tally *tally, struct problem *why)
{
	struct query query;
	struct https_answer answer;
	struct buf body;
	char key[37] = "";
	enum ending ending;

	buf_init(&body);
	query_start(&query, agent->store, "SELECT key, body FROM batches"
	    " WHERE id = ?1", "i", batch);
	if (query_next(&query)) {
		struct slice bytes = query_text(&query, 1);

		snprintf(key, sizeof(key), "%s", query_string(&query, 0));
		buf_add(&body, bytes.at, bytes.len);
		query_end(&query);
	}
	ending = outbound_post(agent, target, key,
	    (struct slice){ body.at, body.len }, &answer, why);
	if (ending == END_WELL)
		ending = answer_take(agent, batch, &answer, tally, why);
	https_answer_release(&answer);
	buf_release(&body);
	return ending;
}

/* The next batch in flight, else a new one; 0 when there is nothing. */
static bool
batch_next(struct agent *agent, int64_t *batch, struct problem *why)
{
	*batch = store_number(agent->store,
	    "SELECT coalesce(min(id), 0) FROM batches", "");
	if (!store_is_well(agent->store, why))
		return false;
	return *batch > 0 || batch_make(agent, batch, why);
}

enum ending
outbound_send(struct agent *agent, struct tally *tally)
{
	enum ending ending = END_WELL;
	struct problem why = { 0 };
	struct buf target;
	int64_t batch = 0;

	buf_init(&target);
	target_start(&target, "/v1/sync/batches");
	target_add(&target, "setting", agent->config.setting);
	while (ending == END_WELL && !agent_is_stopped()) {
		if (!batch_next(agent, &batch, &why))
			ending = END_USAGE;
		if (ending != END_WELL || batch == 0)
			break;
		ending = batch_send(agent, target.at, batch, tally, &why);
	}
	buf_release(&target);
	if (ending != END_WELL) {
		complain("nothing more was sent: %s", why.detail);
		state_set(agent->store, "push_problem", why.detail);
	} else {
		state_set(agent->store, "push_problem", "");
	}
	return ending;
}
