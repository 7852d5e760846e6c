/*
 * tell.c — one child after the other: K, E, and some whose support ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tell.h"

#include "after.h"
#include "ctf_writer.h"
#include "draft.h"
#include "sql.h"
#include "story.h"
#include "years.h"

#include <string.h>

/* One child at one setting, while its records are being written. */
struct telling {
	struct world *world;
	struct place *place;
	const struct person *person;
	const struct story *story;
	char child[16]; /* source_id */
};

static void
tell_record(struct telling *telling, struct draft *draft, int kind,
    int to_setting_id, int32_t known_on)
{
	struct place *place = telling->place;

	draft_finish(draft);
	if (known_on > telling->world->today)
		known_on = telling->world->today;
	if (place->output == OUTPUT_NDJSON)
		record_print_json(&draft->record, &place->wire[kind]);
	else
		sql_add_record(telling->world->sql, place, draft,
		    telling->person->id, to_setting_id, known_on);
}

static void
tell_child(struct telling *telling)
{
	const struct person *person = telling->person;
	struct draft draft;

	draft_start(&draft, KIND_CHILD, telling->child,
	    &telling->world->scratch);
	draft_text(&draft, "surname", person->surname);
	draft_text(&draft, "forename", person->forename);
	draft_text(&draft, "middle_names", person->middle_names);
	draft_text(&draft, "preferred_forename", person->preferred_forename);
	draft_text(&draft, "former_surname", person->former_surname);
	draft_date(&draft, "born_on", person->born_on);
	draft_text(&draft, "sex", person->sex);
	draft_text(&draft, "upn", person->upn);
	draft_text(&draft, "former_upn", person->former_upn);
	draft_text(&draft, "uln", person->uln);
	draft_text(&draft, "nhs_number", person->nhs_number);
	draft_text(&draft, "postcode", person->postcode);
	draft_text(&draft, "year_group", ncy_code(person->ncy));
	tell_record(telling, &draft, KIND_CHILD, 0, telling->story->start_on);
}

static void
tell_placement(struct telling *telling)
{
	const struct story *story = telling->story;
	struct draft draft;

	draft_start(&draft, KIND_PLACEMENT, arena_print(
	    &telling->world->scratch, "p-%s", telling->child + 2),
	    &telling->world->scratch);
	draft_text(&draft, "child", telling->child);
	draft_date(&draft, "start_on", story->start_on);
	draft_date(&draft, "end_on", story->end_on);
	draft_text(&draft, "enrolment", story->enrolment);
	draft_text(&draft, "sen_place", story->sen_place);
	tell_record(telling, &draft, KIND_PLACEMENT, 0, story->start_on);
}

static void
tell_need(struct telling *telling, size_t index)
{
	const struct period *period = &telling->story->periods[index];
	struct arena *arena = &telling->world->scratch;
	char provision[2] = { period->provision, '\0' };
	struct draft draft;

	draft_start(&draft, KIND_NEED, arena_print(arena, "n-%s-%zu",
	    telling->child + 2, index + 1), arena);
	draft_text(&draft, "child", telling->child);
	draft_text(&draft, "provision", provision);
	draft_date(&draft, "start_on", period->start_on);
	draft_date(&draft, "end_on", period->end_on);
	draft_text(&draft, "types", period->types);
	tell_record(telling, &draft, KIND_NEED, 0, period->start_on);
}

static void
tell_move(struct telling *telling, const struct move *move)
{
	struct world *world = telling->world;
	struct draft draft;

	if (move->kind == NULL)
		return;
	draft_start(&draft, KIND_TRANSITION, arena_print(&world->scratch,
	    "t-%s-%d", telling->child + 2, move->year), &world->scratch);
	draft_text(&draft, "child", telling->child);
	draft_text(&draft, "kind", move->kind);
	draft_int(&draft, "year", move->year);
	draft_text(&draft, "to_setting", move->to);
	draft_date(&draft, "target_on", move->target_on);
	draft_date(&draft, "parent_agreed_on", move->parent_agreed_on);
	draft_date(&draft, "meeting_on", move->meeting_on);
	draft_date(&draft, "form_sent_on", move->form_sent_on);
	draft_date(&draft, "form_acknowledged_on", move->form_acknowledged_on);
	tell_record(telling, &draft, KIND_TRANSITION,
	    move->to == NULL ? 0 : move->to_id, year_first_day(move->year));
	world->moves_len++;
}

static void
tell_cycle(struct telling *telling, const struct cycle *cycle, size_t index)
{
	struct arena *arena = &telling->world->scratch;
	struct draft draft;

	draft_start(&draft, KIND_PLAN, arena_print(arena, "a-%s-%zu",
	    telling->child + 2, index + 1), arena);
	draft_text(&draft, "child", telling->child);
	draft_date(&draft, "start_on", cycle->start_on);
	draft_date(&draft, "review_due_on", cycle->review_due_on);
	draft_date(&draft, "reviewed_on", cycle->reviewed_on);
	draft_date(&draft, "end_on", cycle->end_on);
	draft_text(&draft, "outcomes", cycle->aims[0] == cycle->aims[1] ?
	    cycle->aims[0] : arena_print(arena, "%s\n%s", cycle->aims[0],
	    cycle->aims[1]));
	draft_text(&draft, "progress", cycle->progress);
	draft_text(&draft, "parent_involved",
	    cycle->parent_involved ? "true" : "false");
	tell_record(telling, &draft, KIND_PLAN, 0,
	    cycle->reviewed_on != DATE_NONE ? cycle->reviewed_on :
	    cycle->start_on);
}

/* From a stream of its own: whoever has no plan changes nobody else. */
static void
tell_cycles(struct telling *telling)
{
	struct cycle cycles[CYCLES_MAX];
	struct rng rng;
	size_t len;

	rng_init(&rng, telling->world->seed, arena_print(
	    &telling->world->scratch, "cycles of %s at %s", telling->child,
	    telling->place->ref));
	len = cycles_draw(cycles, telling->story, telling->world,
	    telling->place, &rng);
	for (size_t i = 0; i < len; i++)
		tell_cycle(telling, &cycles[i], i);
}

/* All of one child's records at one setting. */
static void
tell_records(struct world *world, struct place *place,
    const struct person *person, const struct story *story)
{
	struct telling telling = { world, place, person, story, "" };

	snprintf(telling.child, sizeof(telling.child), "c-%d",
	    ++place->told);
	tell_child(&telling);
	tell_placement(&telling);
	for (size_t i = 0; i < story->periods_len; i++)
		tell_need(&telling, i);
	tell_move(&telling, &story->move);
	tell_move(&telling, &story->past);
	tell_cycles(&telling);
	if (place->output != OUTPUT_SQL)
		after_add(&world->after, place, telling.child, person,
		    &story->transfer);
	else if (story->transfer.is_set)
		sql_add_transfer(world->sql, &story->transfer, person->id,
		    world->today);
}

/* Most of those who are new this year are known to the setting they left. */
static void
tell_before(struct world *world, const struct place *here,
    const struct person *person, const struct story *now, uint64_t seed)
{
	struct person then = *person;
	struct place *before;
	struct story story;
	struct rng rng;

	rng_init(&rng, seed, "before");
	if (now->start_on < year_first_day(world->year) ||
	    rng_permille(&rng, 100))
		return;
	before = move_origin(world, here, person->ncy, &rng);
	if (before == NULL)
		return;
	story_draw_before(&story, now, world, here, before, &rng);
	then.ncy = person->ncy - 1;
	if (place_is_early_years(before))
		then.upn[0] = then.former_upn[0] = '\0';
	if (then.ncy < 9)
		then.uln[0] = '\0';
	tell_records(world, before, &then, &story);
}

static void
tell_one(struct world *world, struct place *place, struct rng *rng,
    char provision)
{
	struct person person;
	struct story story;
	uint64_t seed = rng_next(rng); /* drawn whether it is used or not */

	person_draw(&person, world, place, rng, provision);
	story_draw(&story, world, place, &person, rng, provision);
	world->children_len++;
	world->plans_len += provision == 'E';
	if (place->output == OUTPUT_CTF) {
		place->told++;
		ctf_add_pupil(&place->wire[0], place, &person, &story);
		after_add(&world->after, place, NULL, &person,
		    &story.transfer);
		return;
	}
	if (place->output == OUTPUT_NDJSON && place->told == 2 &&
	    person.upn[0] != '\0')
		upn_spoil(person.upn); /* typed in wrongly by somebody */
	if (place->output == OUTPUT_SQL)
		sql_add_child(world->sql, &person, story.start_on);
	tell_records(world, place, &person, &story);
	if (place->output == OUTPUT_SQL)
		tell_before(world, place, &person, &story, seed);
}

void
tell_place(struct world *world, struct place *place)
{
	struct rng rng;
	int ended = (place->plans + place->support) * 8 / 100;

	rng_init(&rng, world->seed, place->ref);
	if (place->output != OUTPUT_SQL && place->wire == NULL)
		place->wire = arena_array(&world->arena, KINDS,
		    sizeof(*place->wire));
	if (place->output == OUTPUT_CTF)
		ctf_add_head(&place->wire[0], world, place);
	for (int i = 0; i < place->support; i++)
		tell_one(world, place, &rng, 'K');
	for (int i = 0; i < place->plans; i++)
		tell_one(world, place, &rng, 'E');
	for (int i = 0; i < ended; i++)
		tell_one(world, place, &rng, 'N');
	if (place->output == OUTPUT_CTF)
		ctf_add_foot(&place->wire[0]);
	arena_release(&world->scratch);
}
