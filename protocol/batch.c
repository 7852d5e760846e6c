/*
 * batch.c — the two forms a body of records comes in, and what becomes of
 * records of which a batch holds several.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batch.h"

#include "digest.h"
#include "json_reader.h"
#include "record_reader.h"

#include <string.h>

#define RECORDS_FIRST 64 /* room made at the start, doubled when full */

/* A batch on its way in. */
struct intake {
	struct batch *batch;
	size_t cap;
	struct record_reader reader;
	struct arena *arena;
	struct problem *why;
};

/* Room for one more record; NULL when the batch is full. */
static struct record *
next_record(struct intake *intake)
{
	struct batch *batch = intake->batch;
	struct record *wider;

	if (batch->len == BATCH_RECORDS_MAX) {
		problem_set(intake->why, PROBLEM_TOO_MANY_RECORDS, "/records",
		    "send the rest in another batch");
		return NULL;
	}
	if (batch->len == intake->cap) {
		intake->cap *= 2;
		if (intake->cap == 0)
			intake->cap = RECORDS_FIRST;
		wider = arena_array(intake->arena, intake->cap, sizeof(*wider));
		if (batch->len > 0)
			memcpy(wider, batch->records,
			    batch->len * sizeof(*wider));
		batch->records = wider;
	}
	intake->reader.index = batch->len;
	return &batch->records[batch->len++];
}

static bool
malformed(struct intake *intake)
{
	struct json_reader *json = &intake->reader.json;

	return problem_set(intake->why, PROBLEM_MALFORMED_JSON, NULL,
	    "%s at byte %zu", json->fault, (size_t)(json->at - json->start));
}

static bool
read_array(struct intake *intake)
{
	struct json_reader *json = &intake->reader.json;
	struct record *record;
	bool is_first = true;

	if (json_peek(json) != '[' && json_skip(json))
		return problem_set(intake->why, PROBLEM_MALFORMED_FIELD,
		    "/records", "records must be an array");
	if (!json_enter(json, '['))
		return malformed(intake);
	while (json_element(json, &is_first)) {
		record = next_record(intake);
		if (record == NULL)
			return false;
		if (!record_read(&intake->reader, record))
			return malformed(intake);
	}
	return json->fault == NULL || malformed(intake);
}

/* {"records":[…]} and nothing else. */
static bool
read_json(struct intake *intake)
{
	struct json_reader *json = &intake->reader.json;
	struct json_string name;
	bool is_first = true, is_seen = false;

	if (!json_enter(json, '{'))
		return malformed(intake);
	while (json_member(json, &is_first, &name)) {
		if (!slice_is(name.text, "records"))
			return problem_set(intake->why, PROBLEM_UNKNOWN_FIELD,
			    NULL, "a batch holds records and nothing else");
		if (is_seen)
			return problem_set(intake->why, PROBLEM_DUPLICATE_FIELD,
			    "/records", "a batch holds records once");
		is_seen = true;
		if (!read_array(intake))
			return false;
	}
	if (json->fault != NULL)
		return malformed(intake);
	if (!json_is_at_end(json)) {
		json_fail(json, "something follows the batch");
		return malformed(intake);
	}
	return is_seen || problem_set(intake->why, PROBLEM_MISSING_FIELD,
	    "/records", "a batch holds records");
}

/* A broken line is a refused record: the next line stands for itself. */
static bool
read_line(struct intake *intake, const char *at, size_t len)
{
	struct json_reader *json = &intake->reader.json;
	struct record *record;

	json_reader_init(json, at, len, intake->arena);
	if (json_is_at_end(json))
		return true; /* a blank line */
	record = next_record(intake);
	if (record == NULL)
		return false;
	if (record_read(&intake->reader, record) && !json_is_at_end(json))
		json_fail(json, "something follows the record");
	if (json->fault != NULL) {
		*record = (struct record){ .op = RECORD_PUT };
		record_refuse(&intake->reader, record, PROBLEM_MALFORMED_JSON,
		    "", "%s at byte %zu of the line", json->fault,
		    (size_t)(json->at - json->start));
	}
	return true;
}

static bool
read_ndjson(struct intake *intake, const char *body, size_t len)
{
	while (len > 0) {
		const char *newline = memchr(body, '\n', len);
		size_t line_len = newline == NULL ? len :
		    (size_t)(newline - body);

		if (!read_line(intake, body, line_len))
			return false;
		if (newline == NULL)
			break;
		body += line_len + 1;
		len -= line_len + 1;
	}
	return true;
}

/* What is known of one key (kind and source_id) of the batch. */
struct slot {
	struct record *best; /* the first of the highest revision */
	bool is_disputed;          /* another of it has other content */
};

/* Both halves of the product: ids of one sender differ in few bits. */
static uint64_t
mix(uint64_t hash, uint64_t word)
{
	unsigned __int128 product = (unsigned __int128)(hash ^ word) *
	    UINT64_C(0x9e3779b97f4a7c15);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
key_hash(const struct record *record, uint64_t seed)
{
	struct slice rest = record->source_id;
	uint64_t hash = mix(seed, (uintptr_t)record->kind), word;

	hash = mix(hash, rest.len);
	while (rest.len > 0) {
		size_t n = rest.len < sizeof(word) ? rest.len : sizeof(word);

		word = 0;
		memcpy(&word, rest.at, n);
		hash = mix(hash, word);
		rest.at += n;
		rest.len -= n;
	}
	return hash;
}

static bool
is_same_key(const struct record *a, const struct record *b)
{
	return a->kind == b->kind && a->source_id.len == b->source_id.len &&
	       memcmp(a->source_id.at, b->source_id.at, a->source_id.len) == 0;
}

static bool
is_same_content(const struct record *a, const struct record *b)
{
	return a->op == b->op && memcmp(a->hash, b->hash, sizeof(a->hash)) == 0;
}

/* Takes note of one record; true when its key was there before. */
static bool
slot_meet(struct slot *slot, struct record *record)
{
	if (slot->best == NULL) {
		slot->best = record;
		return false;
	}
	if (record->revision > slot->best->revision)
		*slot = (struct slot){ record, false };
	else if (record->revision == slot->best->revision &&
	    !is_same_content(record, slot->best))
		slot->is_disputed = true;
	return true;
}

/* Slots are open addressed; mask + 1 is at least twice the records. */
static struct slot *
slot_find(struct slot *slots, size_t mask, const struct record *record)
{
	/* Where the slots lie is nothing a sender can know. */
	size_t at = key_hash(record, (uintptr_t)slots);

	for (;; at++) {
		struct slot *slot = &slots[at & mask];

		if (slot->best == NULL || is_same_key(slot->best, record))
			return slot;
	}
}

static void
supersede(struct record *record, struct record *best)
{
	record->is_superseded = true;
	if (best->was.at == NULL)
		best->was = record->was;
}

static void
judge_twice(struct intake *intake, struct record *record,
    const struct slot *slot)
{
	if (record->revision < slot->best->revision) {
		supersede(record, slot->best);
	} else if (slot->is_disputed) {
		record_refuse(&intake->reader, record, PROBLEM_RECORD_TWICE, "",
		    "they differ, so neither was taken");
		record->values = NULL;
	} else if (record != slot->best) {
		supersede(record, slot->best);
	}
}

/* First the best of each key is found, then each record is held against it:
 * the order of records in the batch makes no difference. */
static void
settle_duplicates(struct intake *intake)
{
	struct batch *batch = intake->batch;
	struct slot *slots, **met;
	size_t mask = 1;
	bool has_twice = false;

	while (mask < 2 * batch->len)
		mask = mask * 2 + 1;
	slots = arena_array(intake->arena, mask + 1, sizeof(*slots));
	met = arena_array(intake->arena, batch->len, sizeof(struct slot *));
	for (size_t i = 0; i < batch->len; i++) {
		if (batch->records[i].is_refused)
			continue;
		met[i] = slot_find(slots, mask, &batch->records[i]);
		if (slot_meet(met[i], &batch->records[i]))
			has_twice = true;
	}
	for (size_t i = 0; has_twice && i < batch->len; i++) {
		intake->reader.index = i;
		if (met[i] != NULL)
			judge_twice(intake, &batch->records[i], met[i]);
	}
}

bool
batch_read(struct batch *batch, const struct kind *const kinds[],
    const char *body, size_t len, enum batch_form form, struct arena *arena,
    struct problem *why)
{
	struct intake intake = { .batch = batch, .arena = arena, .why = why };
	bool is_read;

	*batch = (struct batch){ NULL, 0 };
	if (len > BATCH_BYTES_MAX)
		return problem_set(why, PROBLEM_BODY_TOO_LARGE, NULL,
		    "a batch holds at most %d bytes", BATCH_BYTES_MAX);
	intake.reader.kinds = kinds;
	intake.reader.digest = digest_new();
	json_reader_init(&intake.reader.json, body, len, arena);
	if (form == BATCH_JSON)
		is_read = read_json(&intake);
	else
		is_read = read_ndjson(&intake, body, len);
	if (is_read)
		settle_duplicates(&intake);
	digest_free(intake.reader.digest);
	return is_read;
}
