/*
 * outcomes.c — the answer to a batch is made from one letter a record and
 * the remarks, whether they come fresh or from storage, so that a repeated
 * batch cannot be told anything else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "outcomes.h"

#include <jansson.h>
#include <string.h>

#include "common.h"
#include "json_writer.h"
#include "mem.h"
#include "problem.h"

static const struct {
	enum outcome_letter letter;
	const char *word;
} words[] = {
	{ OUTCOME_CREATED, "created" },
	{ OUTCOME_UPDATED, "updated" },
	{ OUTCOME_UNCHANGED, "unchanged" },
	{ OUTCOME_STALE, "stale" },
	{ OUTCOME_REFUSED, "refused" },
	{ OUTCOME_STAGED, "staged" },
	{ OUTCOME_PROPOSED, "proposed" },
};

static const char *
word_of(char letter)
{
	for (size_t i = 0; i < nitems(words); i++)
		if (words[i].letter == (enum outcome_letter)letter)
			return words[i].word;
	return "refused";
}

void
outcomes_remark(struct outcomes *outcomes, struct arena *arena,
    const struct remark *remark)
{
	struct remark *copy = arena_alloc(arena, sizeof(*copy));
	*copy = *remark;
	copy->next = NULL;
	if (outcomes->last != NULL)
		outcomes->last->next = copy;
	else
		outcomes->remarks = copy;
	outcomes->last = copy;
}

static enum problem_slug
suspect_slug(enum field_type type)
{
	return type == FIELD_UPN ? PROBLEM_UPN_CHECK_LETTER :
	       type == FIELD_ULN ? PROBLEM_ULN_CHECK_DIGIT :
	       PROBLEM_NHS_CHECK_DIGIT;
}

/* Identifiers whose check character does not hold are kept apart. */
static void
note_suspects(struct outcomes *outcomes, const struct record *record,
    size_t number, struct arena *arena)
{
	const struct kind *kind = record->kind;
	for (size_t i = 0; record->values != NULL && i < kind->fields_len; i++) {
		struct remark note = { number, true, NULL, NULL, "", NULL };
		if (!record->values[i].is_suspect)
			continue;
		note.slug = problem_name(suspect_slug(kind->fields[i].type));
		note.pointer = arena_print(arena, "/records/%zu/data/%s",
		    number, kind->fields[i].name);
		outcomes_remark(outcomes, arena, &note);
	}
}

void
outcomes_init(struct outcomes *outcomes, const struct batch *batch,
    struct arena *arena)
{
	memset(outcomes, 0, sizeof(*outcomes));
	outcomes->len = batch->len;
	outcomes->letters = arena_alloc(arena, batch->len + 1);
	memset(outcomes->letters, OUTCOME_UNCHANGED, batch->len);
	for (size_t i = 0; i < batch->len; i++) {
		const struct record *record = &batch->records[i];
		if (record->is_refused) {
			struct remark remark = { i, false,
				                 problem_name(record->why->slug),
				                 record->why->where, record->why->detail, NULL };
			outcomes->letters[i] = OUTCOME_REFUSED;
			outcomes_remark(outcomes, arena, &remark);
			continue;
		}
		if (record->is_superseded)
			outcomes->letters[i] = OUTCOME_STALE;
		note_suspects(outcomes, record, i, arena);
	}
}

void
outcomes_keep(struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->len; i++)
		if (outcomes->letters[i] == OUTCOME_UNCHANGED)
			outcomes->letters[i] = OUTCOME_STAGED;
}

size_t
outcomes_count(const struct outcomes *outcomes, enum outcome_letter letter)
{
	size_t n = 0;
	for (size_t i = 0; i < outcomes->len; i++)
		n += outcomes->letters[i] == (char)letter;
	return n;
}

/* ---- storage: [[number, is_note, slug, pointer, detail], ...] ---- */

void
outcomes_print_details(const struct outcomes *outcomes, struct buf *buf)
{
	buf_add_char(buf, '[');
	for (const struct remark *remark = outcomes->remarks; remark != NULL;
	    remark = remark->next) {
		buf_print(buf, "%s[%zu,%d,", remark == outcomes->remarks ?
		    "" : ",", remark->number, remark->is_note);
		json_add_text(buf, remark->slug);
		buf_add_char(buf, ',');
		json_add_text(buf, remark->pointer);
		buf_add_char(buf, ',');
		json_add_text(buf, remark->detail);
		buf_add_char(buf, ']');
	}
	buf_add_char(buf, ']');
}

static const char *
copy_text(struct arena *arena, const char *text)
{
	return arena_text(arena, text, strlen(text));
}

static bool
remark_read(struct outcomes *outcomes, json_t *item, struct arena *arena)
{
	struct remark remark = { 0 };
	json_int_t number;
	int is_note;
	const char *slug, *pointer, *detail;
	if (json_unpack(item, "[I,i,s,s,s]", &number, &is_note, &slug,
	    &pointer, &detail) != 0 || number < 0 ||
	    (size_t)number >= outcomes->len)
		return false;
	remark.number = (size_t)number;
	remark.is_note = is_note != 0;
	remark.slug = copy_text(arena, slug);
	remark.pointer = copy_text(arena, pointer);
	remark.detail = copy_text(arena, detail);
	outcomes_remark(outcomes, arena, &remark);
	return true;
}

bool
outcomes_read(struct outcomes *outcomes, const char *letters, size_t len,
    const char *details, size_t details_len, struct arena *arena)
{
	json_t *list = json_loadb(details, details_len, 0, NULL), *item;
	bool ok = json_is_array(list);
	size_t i;
	memset(outcomes, 0, sizeof(*outcomes));
	outcomes->letters = arena_text(arena, letters, len);
	outcomes->len = len;
	json_array_foreach(list, i, item)
	ok = ok && remark_read(outcomes, item, arena);
	json_decref(list);
	return ok;
}

/* ---- the answer ---- */

static void
print_remark(const struct remark *remark, struct buf *buf)
{
	buf_add_text(buf, "\"slug\":");
	json_add_text(buf, remark->slug);
	buf_add_text(buf, ",\"pointer\":");
	json_add_text(buf, remark->pointer);
	if (remark->detail[0] != '\0') {
		buf_add_text(buf, ",\"detail\":");
		json_add_text(buf, remark->detail);
	}
}

/* Refusals by the database come kind by kind: found, not walked beside. */
static const struct remark **
refusals_by_number(const struct outcomes *outcomes)
{
	const struct remark **by = mem_alloc((outcomes->len + 1) * sizeof(*by));
	for (const struct remark *remark = outcomes->remarks;
	    remark != NULL; remark = remark->next)
		if (!remark->is_note)
			by[remark->number] = remark;
	return by;
}

static void
print_notes(const struct outcomes *outcomes, struct buf *buf)
{
	bool is_first = true;
	buf_add_text(buf, "],\"notes\":[");
	for (const struct remark *remark = outcomes->remarks; remark != NULL;
	    remark = remark->next) {
		if (!remark->is_note)
			continue;
		buf_add_text(buf, is_first ? "{" : ",{");
		print_remark(remark, buf);
		buf_add_char(buf, '}');
		is_first = false;
	}
	buf_add_text(buf, "]}\n");
}

void
outcomes_print_answer(const struct outcomes *outcomes, struct slice setting,
    struct buf *buf)
{
	const struct remark **refusals = refusals_by_number(outcomes);
	buf_add_text(buf, "{\"setting\":");
	json_add_string(buf, setting.at, setting.len);
	buf_print(buf, ",\"records\":%zu", outcomes->len);
	for (size_t i = 0; i < nitems(words); i++)
		buf_print(buf, ",\"%s\":%zu", words[i].word,
		    outcomes_count(outcomes, words[i].letter));
	buf_add_text(buf, ",\"outcomes\":[");
	for (size_t i = 0; i < outcomes->len; i++) {
		buf_add_text(buf, i > 0 ? ",{\"outcome\":\"" : "{\"outcome\":\"");
		buf_add_text(buf, word_of(outcomes->letters[i]));
		buf_add_char(buf, '"');
		if (refusals != NULL && refusals[i] != NULL) {
			buf_add_char(buf, ',');
			print_remark(refusals[i], buf);
		}
		buf_add_char(buf, '}');
	}
	print_notes(outcomes, buf);
	free(refusals);
}
