/*
 * receipt.c — the answer to a batch taken into the agent's memory. What came
 * out of a record is noted only if it still is what was sent: it may have
 * changed in its file meanwhile, and then waits again, above what was sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "receipt.h"

#include <string.h>

static const struct outcome {
	const char *word;
	const char *state;
	bool is_known; /* the authority now holds what was sent */
	size_t offset; /* of its count */
} outcomes[] = {
	{ "created",   STATE_KNOWN,    true,  offsetof(struct tally, created) },
	{ "updated",   STATE_KNOWN,    true,  offsetof(struct tally, updated) },
	{ "unchanged", STATE_KNOWN,    true,  offsetof(struct tally, unchanged) },
	{ "stale",     STATE_STALE,    false, offsetof(struct tally, stale) },
	{ "proposed",  STATE_PROPOSED, false, offsetof(struct tally, proposed) },
	{ "refused",   STATE_REFUSED,  false, offsetof(struct tally, refused) },
};

/* A word of a later server is kept as a refusal: it is not swallowed. */
static const struct outcome *
outcome_find(const char *word)
{
	for (size_t i = 0; word != NULL && i < nitems(outcomes); i++)
		if (strcmp(outcomes[i].word, word) == 0)
			return &outcomes[i];
	return &outcomes[nitems(outcomes) - 1];
}

static const char *
member_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* The last member of "/records/3/data/child", or "". */
static const char *
field_of(const json_t *verdict)
{
	const char *pointer = member_text(verdict, "pointer");
	const char *data = pointer != NULL ? strstr(pointer, "/data/") : NULL;

	return data != NULL ? data + strlen("/data/") : "";
}

static void
outcome_note(struct store *store, int64_t batch, int64_t ordinal,
    const json_t *verdict)
{
	const char *word = member_text(verdict, "outcome");
	const struct outcome *outcome = outcome_find(word);
	const char *slug = member_text(verdict, "slug");

	store_do(store, "UPDATE records AS r SET"
	    "  known_hash = CASE WHEN ?4 THEN b.hash END,"
	    "  known_revision = CASE WHEN ?4 THEN"
	    "   max(coalesce(r.known_revision, 0), b.revision) END,"
	    "  state = CASE WHEN r.hash = b.hash THEN ?3 ELSE 'w' END,"
	    "  revision = CASE WHEN r.hash = b.hash OR NOT r.is_numbered"
	    "   THEN r.revision ELSE max(r.revision, b.revision + 1) END,"
	    "  outcome = ?5, slug = ?6, field = ?7, detail = ?8,"
	    "  told_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
	    " FROM batch_records AS b"
	    " WHERE b.batch = ?1 AND b.ordinal = ?2"
	    "  AND r.kind = b.kind AND r.source_id = b.source_id",
	    "iiti" "tttt", batch, ordinal, outcome->state,
	    (int64_t)outcome->is_known, word, slug, field_of(verdict),
	    member_text(verdict, "detail"));
}

static void
batch_forget(struct store *store, int64_t batch)
{
	store_do(store, "DELETE FROM batch_records WHERE batch = ?1", "i",
	    batch);
	store_do(store, "DELETE FROM batches WHERE id = ?1", "i", batch);
}

static void
tally_note(struct tally *tally, const json_t *verdict)
{
	const struct outcome *outcome =
	    outcome_find(member_text(verdict, "outcome"));

	tally->sent++;
	++*(size_t *)(void *)((char *)tally + outcome->offset);
}

/* Once a child is there, what was refused for want of it may be taken. */
static void
orphans_retry(struct store *store)
{
	store_do(store, "UPDATE records AS r SET state = 'w'"
	    " WHERE r.state = 'r' AND r.slug = 'unknown_child'"
	    "  AND EXISTS (SELECT 1 FROM records AS c"
	    "   WHERE c.kind = 'child' AND c.state = 'k' AND c.source_id ="
	    "    json_extract('{' || substr(r.tail, 2) || '}',"
	    "     '$.data.child'))", "");
}

/* What stood under a former key stands under the new one now. */
static void
former_forget(struct store *store, int64_t batch)
{
	store_do(store, "DELETE FROM records AS o WHERE EXISTS"
	    " (SELECT 1 FROM batch_records AS b JOIN records AS r"
	    "   ON r.kind = b.kind AND r.source_id = b.source_id"
	    "  WHERE b.batch = ?1 AND r.state = 'k' AND r.kind = o.kind"
	    "   AND r.was = o.source_id AND r.was <> r.source_id)", "i",
	    batch);
}

bool
receipt_take(struct agent *agent, int64_t batch, const json_t *answer,
    struct tally *tally, struct problem *why)
{
	struct store *store = agent->store;
	const json_t *list = json_object_get(answer, "outcomes");
	int64_t len = store_number(store, "SELECT count(*) FROM batch_records"
	    " WHERE batch = ?1", "i", batch);
	size_t made_before = tally->created;

	if ((int64_t)json_array_size(list) != len)
		return problem_set(why, PROBLEM_INTERNAL, NULL,
		    "the server's answer does not fit the batch sent");
	store_begin(store);
	for (size_t i = 0; i < (size_t)len; i++) {
		const json_t *verdict = json_array_get(list, i);

		outcome_note(store, batch, (int64_t)i, verdict);
		tally_note(tally, verdict);
	}
	if (tally->created > made_before)
		orphans_retry(store);
	former_forget(store, batch);
	batch_forget(store, batch);
	state_set_now(store, "push_at");
	tally->batches++;
	return store_commit(store, why);
}

bool
receipt_dissolve(struct agent *agent, int64_t batch, struct problem *why)
{
	struct store *store = agent->store;

	store_begin(store);
	store_do(store, "UPDATE records AS r SET state = 'w'"
	    " FROM batch_records AS b WHERE b.batch = ?1"
	    "  AND r.kind = b.kind AND r.source_id = b.source_id", "i", batch);
	batch_forget(store, batch);
	return store_commit(store, why);
}
