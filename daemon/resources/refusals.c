/*
 * refusals.c — a refusal is noted by kind and source id, with its reason and
 * place and nothing of what was sent; one that has no id is only counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "refusals.h"

#include <string.h>

#include "arrays.h"

/* The refused, or those that came good, by their number in the batch. */
struct picked {
	size_t *numbers;
	size_t len;
};

static void
pick(struct picked *picked, size_t number)
{
	picked->numbers[picked->len++] = number;
}

static struct buf *
column(struct params *params, size_t len)
{
	params->starts[params->len++] = params->bytes.len;
	array_start(&params->bytes, OID_TEXT, len);
	return &params->bytes;
}

static void
add_names(struct params *params, const struct batch *batch,
    const struct picked *picked)
{
	struct buf *buf = column(params, picked->len);

	for (size_t i = 0; i < picked->len; i++) {
		const char *kind =
		    batch->records[picked->numbers[i]].kind->name;

		array_add_bytes(buf, kind, strlen(kind));
	}
	buf = column(params, picked->len);
	for (size_t i = 0; i < picked->len; i++) {
		struct slice id = batch->records[picked->numbers[i]].source_id;

		array_add_bytes(buf, id.at, id.len);
	}
}

/* "/records/17/data/upn" within the record: "/data/upn". */
static const char *
within_record(const char *pointer)
{
	const char *at = pointer + strspn(pointer, "/");

	at += strcspn(at, "/");
	at += strspn(at, "/");
	return at + strcspn(at, "/");
}

static void
add_reasons(struct params *params, const struct remark *const *by,
    const struct picked *picked)
{
	struct buf *buf = column(params, picked->len);

	for (size_t i = 0; i < picked->len; i++) {
		const struct remark *why = by[picked->numbers[i]];
		const char *slug = why != NULL ? why->slug : "";

		array_add_bytes(buf, slug, strlen(slug));
	}
	buf = column(params, picked->len);
	for (size_t i = 0; i < picked->len; i++) {
		const struct remark *why = by[picked->numbers[i]];
		const char *at = why != NULL ? within_record(why->pointer) : "";

		array_add_bytes(buf, at, strlen(at));
	}
}

static void
add_count(struct params *params, uint32_t count)
{
	params->starts[params->len++] = params->bytes.len;
	buf_add_be32(&params->bytes, count);
}

static bool
is_good(char letter)
{
	return letter != OUTCOME_REFUSED && letter != OUTCOME_STALE;
}

void
refusals_add(struct db_call *call, const struct batch *batch,
    const struct outcomes *outcomes, bool were_any, struct params *params,
    struct arena *arena)
{
	static const uint32_t types[] = { OID_TEXT_ARRAY, OID_TEXT_ARRAY,
		                          OID_TEXT_ARRAY, OID_TEXT_ARRAY, OID_INT4, OID_TEXT_ARRAY,
		                          OID_TEXT_ARRAY };
	static const struct statement *statement;
	struct picked refused = { 0 }, good = { 0 };
	const struct remark **by;
	uint32_t unreadable = 0;

	if (!were_any && outcomes_count(outcomes, OUTCOME_REFUSED) == 0)
		return;
	by = arena_array(arena, batch->len + 1, sizeof(*by));
	refused.numbers = arena_array(arena, batch->len + 1, sizeof(size_t));
	good.numbers = arena_array(arena, batch->len + 1, sizeof(size_t));
	for (size_t i = 0; i < batch->len; i++) {
		const struct record *record = &batch->records[i];

		if (record->kind == NULL || record->source_id.at == NULL)
			unreadable++;
		else if (outcomes->letters[i] == OUTCOME_REFUSED)
			pick(&refused, i);
		else if (were_any && is_good(outcomes->letters[i]))
			pick(&good, i);
	}
	for (const struct remark *remark = outcomes->remarks; remark != NULL;
	    remark = remark->next)
		if (!remark->is_note)
			by[remark->number] = remark;
	add_names(params, batch, &refused);
	add_reasons(params, by, &refused);
	add_count(params, unreadable);
	add_names(params, batch, &good);
	if (statement == NULL)
		statement = statement_new("SELECT api.sync_refused("
		    "$1, $2, $3, $4, $5, $6, $7)", 7, types);
	params_bind(params, db_call_add(call, statement));
}
