/*
 * verdict.c — the server's answer to one batch. Its outcomes stand in the
 * order of the records; a note points at its record. Slugs become the titles
 * of the list of problems, and where the server adds no sentence of its own,
 * what to do about it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "verdict.h"

#include "advice.h"
#include "problem.h"

#include <jansson.h>
#include <string.h>

static const struct outcome {
	const char *word;
	size_t offset;   /* of its count in the tally */
	bool is_told;    /* in the outcome file */
	const char *detail;
} outcomes[] = {
	{ "created",   offsetof(struct tally, created),   false, NULL },
	{ "updated",   offsetof(struct tally, updated),   false, NULL },
	{ "unchanged", offsetof(struct tally, unchanged), false, NULL },
	{ "stale",     offsetof(struct tally, stale),     true,
	  "The authority already holds a later revision of this record; "
	  "nothing was changed." },
	{ "refused",   offsetof(struct tally, refused),   true, NULL },
};

static const char *
member_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

struct slice
verdict_where(const struct delivery *delivery, unsigned where,
    char out[static 24])
{
	int len = snprintf(out, 24, delivery->source->form == SOURCE_CTF ?
	    "Pupil %u" : "%u", where);

	return (struct slice){ out, (size_t)len };
}

/* The slug of a verdict in words, and what to do. */
static void
problem_words(const json_t *verdict, struct outcome_row *row)
{
	const char *slug = member_text(verdict, "slug");
	enum problem_slug known;

	row->detail = member_text(verdict, "detail");
	row->problem = slug;
	if (slug == NULL || !problem_find(slice_of(slug), &known))
		return;
	row->problem = problem_title(known);
	if (row->detail == NULL)
		row->detail = advice_of(known);
}

/* "/records/3/data/child": the record's number and the rest. */
static bool
pointer_split(const char *pointer, size_t *record, const char **rest)
{
	static const char before[] = "/records/";
	int64_t number;
	size_t len;

	if (pointer == NULL || strncmp(pointer, before, strlen(before)) != 0)
		return false;
	pointer += strlen(before);
	len = strcspn(pointer, "/");
	if (!text_read_uint((struct slice){ pointer, len }, &number))
		return false;
	*record = (size_t)number;
	*rest = pointer + len;
	return true;
}

/* The row of record i; kind and source_id are read from what was sent. */
static void
row_write(struct delivery *delivery, size_t i, const char *outcome,
    const json_t *verdict, const char *detail)
{
	struct slice line = batch_of_record(&delivery->batch, i);
	json_t *record = json_loadb(line.at, line.len, 0, NULL);
	const char *kind = member_text(record, "kind");
	const char *source_id = member_text(record, "source_id");
	const char *pointer = member_text(verdict, "pointer");
	char where[24];
	size_t number;
	struct outcome_row row = {
		.file = delivery->source->name,
		.line = verdict_where(delivery,
		    delivery->batch.records[i].where, where),
		.kind = slice_of(kind != NULL ? kind : ""),
		.source_id = slice_of(source_id != NULL ? source_id : ""),
		.outcome = outcome,
	};

	problem_words(verdict, &row);
	if (detail != NULL && row.detail == NULL)
		row.detail = detail;
	if (!pointer_split(pointer, &number, &row.pointer))
		row.pointer = pointer;
	outcome_file_add(&delivery->post->outcomes, &row);
	json_decref(record);
}

static void
outcome_take(struct delivery *delivery, size_t i, const json_t *verdict)
{
	const char *word = member_text(verdict, "outcome");

	delivery->tally.sent++;
	for (size_t o = 0; word != NULL && o < nitems(outcomes); o++) {
		if (strcmp(word, outcomes[o].word) != 0)
			continue;
		++*(size_t *)(void *)((char *)&delivery->tally +
		outcomes[o].offset);
		if (outcomes[o].is_told)
			row_write(delivery, i, word, verdict,
			    outcomes[o].detail);
		return;
	}
	/* A word of a later server is not swallowed. */
	row_write(delivery, i, word != NULL ? word : "unknown", verdict, NULL);
}

static void
note_take(struct delivery *delivery, const json_t *note)
{
	const char *rest;
	size_t i;

	if (!pointer_split(member_text(note, "pointer"), &i, &rest) ||
	    i >= delivery->batch.len)
		return;
	delivery->tally.notes++;
	row_write(delivery, i, "to check", note, NULL);
}

bool
verdict_read(struct delivery *delivery, const char *body, size_t len)
{
	json_t *answer = len > 0 ? json_loadb(body, len, 0, NULL) : NULL;
	const json_t *list = json_object_get(answer, "outcomes");
	const json_t *notes = json_object_get(answer, "notes");
	bool fits = json_array_size(list) == delivery->batch.len;

	for (size_t i = 0; fits && i < delivery->batch.len; i++)
		outcome_take(delivery, i, json_array_get(list, i));
	for (size_t i = 0; fits && i < json_array_size(notes); i++)
		note_take(delivery, json_array_get(notes, i));
	json_decref(answer);
	return fits;
}
