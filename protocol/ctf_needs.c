/*
 * ctf_needs.c — SENhistory as periods of provision. A transfer file gives
 * each period its start only, so it ends the day before the next; types of
 * need stand beside the periods, with dates of their own or none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_pupil.h"

#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "ctf_xml.h"
#include "dates.h"

/* Of one pupil: far more than a school career brings, and little to sort. */
#define PERIODS_MAX 200
#define TYPES_MAX 200
#define NO_DATE INT32_MIN
#define RANK_LAST INT64_MAX

struct period {
	const xmlNode *node;
	struct slice start;     /* as given, for the record to judge */
	int32_t start_on;       /* NO_DATE when it is none */
	int32_t end_on;         /* NO_DATE for the latest */
	struct slice provision;
	size_t order;           /* in the file */
};

struct need_type {
	const xmlNode *owner;   /* the SEN it stands in, or NULL */
	struct slice code;
	int64_t rank;
	int32_t start_on, end_on; /* NO_DATE when not given */
	size_t order;
};

struct history {
	struct period *periods;
	size_t periods_len;
	struct need_type *types;
	size_t types_len;
};

static size_t
count(const xmlNode *parent, const char *name)
{
	size_t n = 0;

	for (xmlNode *node = ctf_xml_first(parent, name); node != NULL;
	    node = ctf_xml_next(node, name))
		n++;
	return n;
}

static int32_t
date_of(const xmlNode *node, const char *element, struct arena *arena)
{
	struct slice text = ctf_xml_text(node, element, arena);
	int32_t date;

	return text.at != NULL && date_read_iso(ctf_date(text), &date) ?
	       date : NO_DATE;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_start(const void *left, const void *right)
{
	const struct period *a = left, *b = right;
	int order = compare(a->start_on, b->start_on);

	return order != 0 ? order : compare((int64_t)a->order,
	    (int64_t)b->order);
}

static int
by_rank(const void *left, const void *right)
{
	const struct need_type *a = left, *b = right;
	int order = compare(a->rank, b->rank);

	return order != 0 ? order : compare((int64_t)a->order,
	    (int64_t)b->order);
}

static void
end_periods(struct history *history)
{
	struct period *periods = history->periods;
	int32_t next = NO_DATE; /* start of the one after, if another day */

	for (size_t i = history->periods_len; i-- > 0;) {
		if (i + 1 < history->periods_len &&
		    periods[i + 1].start_on != periods[i].start_on)
			next = periods[i + 1].start_on;
		periods[i].end_on = next == NO_DATE ? NO_DATE : next - 1;
	}
}

static void
read_periods(struct history *history, const xmlNode *node, struct arena *arena)
{
	history->periods = arena_array(arena, count(node, "SEN"),
	    sizeof(*history->periods));
	for (node = ctf_xml_first(node, "SEN"); node != NULL;
	    node = ctf_xml_next(node, "SEN")) {
		size_t order = history->periods_len++;

		history->periods[order] = (struct period){
			.node = node, .order = order,
			.start = ctf_xml_text(node, "StartDate", arena),
			.start_on = date_of(node, "StartDate", arena),
			.provision = ctf_xml_text(node, "SENprovision", arena),
		};
	}
	qsort(history->periods, history->periods_len,
	    sizeof(*history->periods), by_start);
	end_periods(history);
}

static void
add_type(struct history *history, const xmlNode *node, const xmlNode *owner,
    struct arena *arena)
{
	struct need_type *type = &history->types[history->types_len];

	type->owner = owner;
	type->order = history->types_len++;
	type->code = ctf_xml_text(node, "SENtype", arena);
	type->start_on = date_of(node, "NeedStartDate", arena);
	type->end_on = date_of(node, "NeedEndDate", arena);
	if (!text_read_uint(ctf_xml_text(node, "SENtypeRank", arena),
	    &type->rank))
		type->rank = RANK_LAST;
}

static void
add_types(struct history *history, const xmlNode *parent, const xmlNode *owner,
    struct arena *arena)
{
	const xmlNode *node = ctf_xml_find(parent, "SENneeds/SENneed");

	for (; node != NULL; node = ctf_xml_next(node, "SENneed"))
		add_type(history, node, owner, arena);
}

static size_t
count_types(const xmlNode *node)
{
	size_t types = count(ctf_xml_find(node, "SENneeds"), "SENneed");

	for (xmlNode *sen = ctf_xml_first(node, "SEN"); sen != NULL;
	    sen = ctf_xml_next(sen, "SEN"))
		types += count(ctf_xml_find(sen, "SENneeds"), "SENneed");
	return types;
}

static void
read_types(struct history *history, const xmlNode *node, struct arena *arena)
{
	history->types = arena_array(arena, count_types(node),
	    sizeof(*history->types));
	add_types(history, node, NULL, arena);
	for (size_t i = 0; i < history->periods_len; i++)
		add_types(history, history->periods[i].node,
		    history->periods[i].node, arena);
	qsort(history->types, history->types_len, sizeof(*history->types),
	    by_rank);
}

/* "No SEN" has no types; what is undated belongs to the latest other. */
static size_t
latest_period(const struct history *history)
{
	for (size_t i = history->periods_len; i-- > 0;)
		if (!slice_is(history->periods[i].provision, "N"))
			return i;
	return history->periods_len - 1;
}

static bool
belongs(const struct need_type *type, const struct history *history, size_t at)
{
	const struct period *period = &history->periods[at];

	if (type->owner != NULL)
		return type->owner == period->node;
	if (type->start_on == NO_DATE && type->end_on == NO_DATE)
		return at == latest_period(history);
	return !slice_is(period->provision, "N") &&
	       period->start_on != NO_DATE &&
	       (type->end_on == NO_DATE || type->end_on >= period->start_on) &&
	       (type->start_on == NO_DATE || period->end_on == NO_DATE ||
	       type->start_on <= period->end_on);
}

static bool
is_listed(const struct buf *codes, struct slice code)
{
	size_t start = 0;

	for (size_t i = 0; i <= codes->len; i++) {
		if (i < codes->len && codes->at[i] != ',')
			continue;
		if (i - start == code.len && code.len > 0 &&
		    memcmp(codes->at + start, code.at, code.len) == 0)
			return true;
		start = i + 1;
	}
	return false;
}

/* "SLCN,ASD": in order of rank, each once. */
static struct slice
types_of(const struct history *history, size_t at, struct arena *arena)
{
	struct slice codes = { NULL, 0 };
	struct buf list;

	buf_init(&list);
	for (size_t i = 0; i < history->types_len; i++) {
		const struct need_type *type = &history->types[i];

		if (type->code.at == NULL || is_listed(&list, type->code) ||
		    !belongs(type, history, at))
			continue;
		if (list.len > 0)
			buf_add_char(&list, ',');
		buf_add(&list, type->code.at, type->code.len);
	}
	if (list.len > 0)
		codes = arena_slice(arena, (struct slice){ list.at, list.len });
	buf_release(&list);
	return codes;
}

static struct slice
date_text(int32_t date, struct arena *arena)
{
	char text[DATE_TEXT_SIZE];

	if (date == NO_DATE)
		return (struct slice){ NULL, 0 };
	date_print(date, text);
	return arena_slice(arena, slice_of(text));
}

static void
add_need(const struct ctf_pupil *pupil, const struct history *history,
    size_t at)
{
	const struct period *period = &history->periods[at];
	struct arena *arena = pupil->reader->arena;
	struct slice start = date_text(period->start_on, arena);
	struct record record;

	ctf_record_begin(pupil, &record, "need", slice_of(arena_print(arena,
	    "%s-need-%s", pupil->id.at, start.at != NULL ? start.at : "undated")));
	if (period->start.at == NULL)
		ctf_record_refuse(pupil, &record, PROBLEM_MISSING_FIELD,
		    "SEN StartDate", "is missing");
	if (period->provision.at == NULL)
		ctf_record_refuse(pupil, &record, PROBLEM_MISSING_FIELD,
		    "SENprovision", "is missing");
	ctf_record_set(pupil, &record, "child", pupil->id, "UPN");
	ctf_record_set(pupil, &record, "provision", period->provision,
	    "SENprovision");
	ctf_record_set(pupil, &record, "start_on", period->start,
	    "SEN StartDate");
	ctf_record_set(pupil, &record, "end_on",
	    date_text(period->end_on, arena), "SEN StartDate");
	ctf_record_set(pupil, &record, "types", types_of(history, at, arena),
	    "SENtype");
	ctf_record_add(pupil, &record);
}

/* One refused record in place of a history that gives none. */
static void
refuse_history(const struct ctf_pupil *pupil, enum problem_slug slug,
    const char *sentence)
{
	struct record record;

	ctf_record_begin(pupil, &record, "need", slice_of(arena_print(
	    pupil->reader->arena, "%s-need-undated", pupil->id.at)));
	ctf_record_refuse(pupil, &record, slug, "SENhistory", sentence);
	ctf_record_add(pupil, &record);
}

void
ctf_needs_read(const struct ctf_pupil *pupil)
{
	const xmlNode *node = ctf_xml_first(pupil->node, "SENhistory");
	struct arena *arena = pupil->reader->arena;
	struct history history = { 0 };
	size_t periods = count(node, "SEN"), types = count_types(node);

	if (periods > PERIODS_MAX || types > TYPES_MAX)
		return refuse_history(pupil, PROBLEM_MALFORMED_FIELD,
		    "there are more than 200 periods or types of need");
	if (periods == 0 && types > 0)
		return refuse_history(pupil, PROBLEM_MISSING_FIELD,
		    "there are types of need but no period of provision");
	read_periods(&history, node, arena);
	read_types(&history, node, arena);
	for (size_t i = 0; i < history.periods_len; i++)
		add_need(pupil, &history, i);
}
