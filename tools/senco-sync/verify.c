/*
 * verify.c — both sides proved to hold the same. The digest of a set of
 * records is the XOR of their content hashes, so ours is summed up from the
 * agent's memory: of every record the authority is known to hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "verify.h"

#include "digest.h"
#include "fields.h"
#include "outbound.h"
#include "pull.h"
#include "target.h"

#include <string.h>

#define TIMEOUT_S 120
#define HASH_SIZE 16
#define ANSWER_MAX_BYTES (32 * 1024 * 1024)

struct sum {
	uint8_t hash[HASH_SIZE];
	int64_t records;
};

struct proof {
	struct agent *agent;
	struct verified *verified;
	struct problem why;
	const char *kind;
	struct sum buckets[256]; /* ours, of the kind */
	struct sum all;
	json_t *report;          /* what we hold of each kind, for the server */
};

/* ---- ours ---- */

static void
sum_add(struct sum *sum, const uint8_t *hash)
{
	for (int i = 0; i < HASH_SIZE; i++)
		sum->hash[i] ^= hash[i];
	sum->records++;
}

static uint8_t
bucket_of(struct slice source_id)
{
	uint8_t digest[DIGEST_SIZE];

	digest_of(source_id.at, source_id.len, digest);
	return digest[0];
}

static void
kind_sum(struct proof *proof)
{
	static const uint8_t gone[HASH_SIZE];
	struct query row;

	memset(proof->buckets, 0, sizeof(proof->buckets));
	proof->all = (struct sum){ { 0 }, 0 };
	query_start(&row, proof->agent->store, "SELECT source_id, known_hash"
	    " FROM records WHERE kind = ?1 AND known_hash IS NOT NULL", "t",
	    proof->kind);
	while (query_next(&row)) {
		struct slice hash = query_text(&row, 1);

		if (hash.len != HASH_SIZE ||
		    memcmp(hash.at, gone, HASH_SIZE) == 0)
			continue;
		sum_add(&proof->buckets[bucket_of(query_text(&row, 0))],
		    (const uint8_t *)hash.at);
		sum_add(&proof->all, (const uint8_t *)hash.at);
	}
}

/* ---- the server's ---- */

static json_t *
ask(struct proof *proof, const char *kind, int bucket, enum ending *ending)
{
	struct https_request request = {
		.method = "GET", .accept = "application/json",
		.timeout_s = TIMEOUT_S, .answer_max_bytes = ANSWER_MAX_BYTES,
	};
	struct https_answer answer;
	struct buf target;
	json_t *document = NULL;
	char number[8];

	buf_init(&target);
	target_start(&target, "/v1/sync/digest");
	target_add(&target, "setting", proof->agent->config.setting);
	target_add(&target, "kind", kind);
	snprintf(number, sizeof(number), "%d", bucket);
	target_add(&target, "bucket", bucket >= 0 ? number : NULL);
	request.target = target.at;
	*ending = agent_ask(proof->agent, &request, &answer, &proof->why);
	if (*ending == END_WELL && answer.status / 100 != 2)
		*ending = agent_refused(&answer, &proof->why);
	else if (*ending == END_WELL && (document = agent_json(&answer,
	    &proof->why)) == NULL)
		*ending = END_REFUSED;
	https_answer_release(&answer);
	buf_release(&target);
	return document;
}

static const json_t *
rows_of(const json_t *document)
{
	return json_is_array(document) ? document :
	       json_object_get(document, "items");
}

static bool
hash_read(const json_t *row, const char *member, uint8_t out[HASH_SIZE])
{
	const char *text = json_string_value(json_object_get(row, member));

	return text != NULL && text_read_hex(slice_of(text), out, HASH_SIZE);
}

/* Is what the row says of a set what we reckoned? */
static bool
is_alike(const json_t *row, const struct sum *ours)
{
	uint8_t theirs[HASH_SIZE] = { 0 };
	int64_t records =
	    json_integer_value(json_object_get(row, "records"));

	return (row == NULL || hash_read(row, "digest", theirs)) &&
	       records == ours->records &&
	       memcmp(theirs, ours->hash, HASH_SIZE) == 0;
}

/* ---- what differs ---- */

/* What the server says it holds of the bucket, for SQL to compare. */
static void
bucket_note(struct proof *proof, const json_t *rows)
{
	struct store *store = proof->agent->store;
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		uint8_t hash[HASH_SIZE];
		const char *source_id = json_string_value(
		    json_object_get(row, "source_id"));

		if (source_id == NULL || !hash_read(row, "hash", hash))
			continue;
		store_do(store, "INSERT INTO reading"
		    " (kind, source_id, hash, revision, tail, line)"
		    " VALUES (?1, ?2, ?3, ?4, '', 0)", "ttbi", proof->kind,
		    source_id, (struct slice){ (const char *)hash, HASH_SIZE },
		    (int64_t)json_integer_value(
		    json_object_get(row, "revision")));
	}
}

/*
 * What we thought it held of this bucket and it does not, waits again; what
 * it holds in another form waits too, above its revision if we number; what
 * it holds as we do is known.
 */
static void
bucket_settle(struct proof *proof, int bucket)
{
	struct store *store = proof->agent->store;
	struct query row;

	query_start(&row, store, "SELECT r.source_id, t.hash, t.revision,"
	    " r.rowid FROM records AS r LEFT JOIN reading AS t"
	    "  ON t.source_id = r.source_id AND t.kind = r.kind"
	    " WHERE r.kind = ?1 AND r.state <> 'f'"
	    "  AND r.known_hash IS NOT t.hash", "t", proof->kind);
	while (query_next(&row)) {
		struct slice id = query_text(&row, 0);

		if (bucket_of(id) != bucket)
			continue;
		store_do(store, "UPDATE records SET known_hash = ?2,"
		    " known_revision = ?3,"
		    " revision = CASE WHEN is_numbered"
		    "  THEN max(revision, coalesce(?3, 0) + 1)"
		    "  ELSE revision END,"
		    " state = CASE WHEN hash = ?2 THEN 'k'"
		    "  WHEN ?2 IS NULL AND hash ="
		    "   x'00000000000000000000000000000000' THEN 'k'"
		    "  WHEN state IN ('r', 'p') AND ?2 IS NULL THEN state"
		    "  WHEN NOT is_numbered AND ?3 >= revision THEN 's'"
		    "  ELSE 'w' END"
		    " WHERE rowid = ?1", query_text(&row, 1).at == NULL ?
		    "ib" : "ibi", query_int(&row, 3), query_text(&row, 1),
		    query_int(&row, 2));
	}
	store_do(store, "INSERT OR REPLACE INTO strangers"
	    " (kind, source_id, revision)"
	    " SELECT t.kind, t.source_id, t.revision FROM reading AS t"
	    " WHERE NOT EXISTS (SELECT 1 FROM records AS r"
	    "  WHERE r.kind = t.kind AND r.source_id = t.source_id)", "");
}

static enum ending
bucket_repair(struct proof *proof, int bucket)
{
	enum ending ending;
	json_t *document = ask(proof, proof->kind, bucket, &ending);
	struct store *store = proof->agent->store;

	if (ending == END_WELL) {
		store_begin(store);
		store_do(store, "DELETE FROM reading", "");
		bucket_note(proof, rows_of(document));
		bucket_settle(proof, bucket);
		store_do(store, "DELETE FROM reading", "");
		if (!store_commit(store, &proof->why))
			ending = END_USAGE;
	}
	json_decref(document);
	return ending;
}

static const json_t *
row_find(const json_t *rows, const char *member, const char *text, int number)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const json_t *value = json_object_get(row, member);

		if (text != NULL ? json_is_string(value) &&
		    strcmp(json_string_value(value), text) == 0 :
		    json_is_integer(value) &&
		    json_integer_value(value) == number)
			return row;
	}
	return NULL;
}

static enum ending
kind_repair(struct proof *proof)
{
	enum ending ending;
	json_t *document = ask(proof, proof->kind, -1, &ending);
	const json_t *rows = rows_of(document);

	store_do(proof->agent->store, "DELETE FROM strangers WHERE kind = ?1",
	    "t", proof->kind);
	for (int i = 0; i < 256 && ending == END_WELL; i++) {
		const json_t *row = row_find(rows, "bucket", NULL, i);

		if (!is_alike(row, &proof->buckets[i]))
			ending = bucket_repair(proof, i);
	}
	json_decref(document);
	return ending;
}

/* ---- all kinds ---- */

static void
kind_note(struct proof *proof, bool is_identical)
{
	store_do(proof->agent->store, "INSERT INTO proofs"
	    " (kind, records, is_identical) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (kind) DO UPDATE SET records = excluded.records,"
	    "  is_identical = excluded.is_identical", "tii", proof->kind,
	    proof->all.records, (int64_t)is_identical);
	if (is_identical)
		store_do(proof->agent->store,
		    "DELETE FROM strangers WHERE kind = ?1", "t", proof->kind);
}

static void
kind_report(struct proof *proof)
{
	char digest[2 * HASH_SIZE + 1];

	text_print_hex(proof->all.hash, HASH_SIZE, digest);
	json_array_append_new(proof->report, json_pack("{s:s, s:I, s:s}",
	    "kind", proof->kind, "records", (json_int_t)proof->all.records,
	    "digest", digest));
}

static enum ending
kinds_compare(struct proof *proof, bool repairs)
{
	enum ending ending;
	json_t *document = ask(proof, NULL, -1, &ending);
	const json_t *rows = rows_of(document);

	proof->verified->kinds = proof->verified->different = 0;
	json_array_clear(proof->report);
	for (size_t i = 0; sync_kinds[i] != NULL && ending == END_WELL; i++) {
		const json_t *row = row_find(rows, "kind",
		    sync_kinds[i]->name, 0);
		bool is_identical;

		if (sync_kinds[i]->owner != OWNER_SETTING)
			continue;
		proof->kind = sync_kinds[i]->name;
		kind_sum(proof);
		is_identical = is_alike(row, &proof->all);
		proof->verified->kinds++;
		proof->verified->different += !is_identical;
		kind_note(proof, is_identical);
		kind_report(proof);
		if (!is_identical && repairs)
			ending = kind_repair(proof);
	}
	json_decref(document);
	return ending;
}

static void
result_print(struct proof *proof)
{
	struct query row;

	query_start(&row, proof->agent->store, "SELECT p.kind, p.records,"
	    " p.is_identical, (SELECT count(*) FROM strangers AS s"
	    "  WHERE s.kind = p.kind) FROM proofs AS p"
	    " WHERE p.records > 0 OR NOT p.is_identical ORDER BY p.rowid", "");
	while (query_next(&row)) {
		printf("%s: %s (%lld records)\n", query_string(&row, 0),
		    query_int(&row, 2) != 0 ? "identical" : "DIFFERENT",
		    (long long)query_int(&row, 1));
		if (query_int(&row, 3) > 0)
			printf("    the authority holds %lld that no file of "
			    "yours has named yet\n",
			    (long long)query_int(&row, 3));
	}
}

/* The authority compares for itself, and sees the result in its list of
 * settings. */
static void
result_report(struct proof *proof)
{
	struct https_request request = {
		.method = "POST", .accept = "application/json",
		.content_type = "application/json", .timeout_s = TIMEOUT_S,
	};
	json_t *document = json_pack("{s:O}", "kinds", proof->report);
	char *body = json_dumps(document, JSON_COMPACT);
	struct https_answer answer;
	struct problem why = { 0 };
	struct buf target;

	buf_init(&target);
	target_start(&target, "/v1/sync/digest");
	target_add(&target, "setting", proof->agent->config.setting);
	request.target = target.at;
	request.body = body;
	request.body_len = strlen(body);
	if (agent_ask(proof->agent, &request, &answer, &why) != END_WELL)
		complain("the result could not be reported: %s", why.detail);
	https_answer_release(&answer);
	buf_release(&target);
	free(body);
	json_decref(document);
}

/* Sends what waits, and says so. */
static enum ending
mended(struct proof *proof)
{
	struct tally tally = { 0 };
	size_t waiting = (size_t)store_number(proof->agent->store,
	    "SELECT count(*) FROM records WHERE state = 'w'", "");

	if (waiting == 0)
		return END_WELL;
	printf("the two sides differ; %zu record%s sent again\n", waiting,
	    waiting == 1 ? " is" : "s are");
	proof->verified->repaired += waiting;
	return outbound_send(proof->agent, &tally);
}

/* What the feed told of first: where somebody else's word came later. */
static enum ending
feed_heeded(struct proof *proof)
{
	struct pulled pulled;
	enum ending ending = pull_follow(proof->agent, 0, &pulled,
	    &proof->why);

	if (ending != END_WELL)
		return ending;
	store_do(proof->agent->store, "UPDATE records SET state = 'w'"
	    " WHERE state = 's' AND revision > coalesce(known_revision, -1)",
	    "");
	return mended(proof);
}

enum ending
verify_run(struct agent *agent, struct verified *verified)
{
	struct proof proof = { .agent = agent, .verified = verified,
		               .report = json_array() };
	enum ending ending;

	*verified = (struct verified){ 0 };
	ending = feed_heeded(&proof);
	if (ending == END_WELL)
		ending = kinds_compare(&proof, true);
	if (ending == END_WELL && verified->different > 0) {
		ending = mended(&proof);
		if (ending == END_WELL)
			ending = kinds_compare(&proof, false);
	}
	if (ending != END_WELL) {
		complain("nothing is proved: %s", proof.why.detail[0] != '\0' ?
		    proof.why.detail : "see above");
		goto done;
	}
	verified->strangers = (size_t)store_number(agent->store,
	    "SELECT count(*) FROM strangers", "");
	state_set_now(agent->store, "verify_at");
	result_print(&proof);
	result_report(&proof);
	ending = verified->different == 0 ? END_WELL : END_REFUSED;
done:
	json_decref(proof.report);
	return ending;
}
