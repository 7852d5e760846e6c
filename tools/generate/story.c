/*
 * story.c — the course of one child at one setting, told so that the dates
 * agree with each other and with the day it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include "dates.h"
#include "years.h"

#include <string.h>

static const struct move no_move = {
	.target_on = DATE_NONE, .parent_agreed_on = DATE_NONE,
	.meeting_on = DATE_NONE, .form_sent_on = DATE_NONE,
	.form_acknowledged_on = DATE_NONE
};
static const struct transfer no_transfer = {
	.review_held_on = DATE_NONE, .amendment_noticed_on = DATE_NONE,
	.plan_final_on = DATE_NONE
};

static int32_t
later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Most join when the school begins, in September; some in mid-year. */
static void
draw_placement(struct story *story, struct world *world,
    const struct place *place, const struct person *person, struct rng *rng)
{
	int first = place->low_ncy < -2 ? -2 : place->low_ncy;
	int joined = person->ncy, year, latest;

	if (place_is_early_years(place))
		joined -= rng_below(rng, 2);
	else if (rng_permille(rng, 850))
		joined = first;
	else
		joined = rng_between(rng, first, person->ncy > first ?
		    person->ncy : first);
	if (joined > person->ncy)
		joined = person->ncy;
	year = world->year - (person->ncy - joined);
	story->start_on = year_first_day(year) + rng_below(rng, 7);
	latest = year == world->year ? world->today - story->start_on : 300;
	if (latest > 20 && rng_permille(rng,
	    place_is_early_years(place) ? 700 : 120))
		story->start_on += rng_between(rng, 10,
		    latest < 290 ? latest - 8 : 280);
	story->start_on = later(story->start_on, person->born_on + 60);
	if (place->opened_on != DATE_NONE)
		story->start_on = later(story->start_on, place->opened_on);
	if (story->start_on > world->today - 3)
		story->start_on = world->today - rng_between(rng, 3, 20);
	story->end_on = DATE_NONE;
	story->enrolment = rng_permille(rng, 20) ? "main" : "current";
}

static void
add_period(struct story *story, char provision, int32_t start_on,
    int32_t end_on, const char *types)
{
	story->periods[story->periods_len++] = (struct period){
		provision, start_on, end_on, types
	};
}

/* K for a time, then a plan; or K still; or K that was ended. */
static void
draw_periods(struct story *story, struct world *world,
    const struct place *place, const struct person *person, struct rng *rng,
    char provision)
{
	int32_t first = person->born_on + 540;
	int32_t from = story->start_on - (provision == 'E' ? 1500 : 400);
	int32_t support, plan;
	const char *types = need_types_draw(world, place, person->ncy,
	    provision, rng);

	from = later(from, first);
	if (from > world->today - 40)
		from = world->today - 40;
	support = rng_between(rng, from, world->today - 30);
	if (provision == 'K') {
		add_period(story, 'K', support, DATE_NONE, types);
		return;
	}
	plan = rng_between(rng, support + 20, world->today - 5);
	if (provision == 'E') {
		add_period(story, 'K', support, plan - 1, types);
		add_period(story, 'E', plan, DATE_NONE, types);
		return;
	}
	add_period(story, 'K', support, plan - 1, types);
	add_period(story, 'N', plan, DATE_NONE, NULL);
}

/* One in eight has no plan for the move yet, one in seven no destination. */
static void
draw_move(struct story *story, struct world *world,
    const struct place *place, const struct person *person, struct rng *rng,
    char provision)
{
	struct move *move = &story->move;
	const struct place *to;
	bool may_defer = person->ncy == -1 && is_summer_born(person->born_on) &&
	    ncy_of(person->born_on, world->year) == -1;

	*move = no_move;
	move->kind = move_kind(place, person->ncy, rng);
	if (move->kind == NULL)
		return;
	move->year = world->year + (may_defer && rng_permille(rng, 60));
	to = move_destination(world, place, move->kind, rng);
	if (to != NULL && !rng_permille(rng, 150)) {
		move->to = to->ref;
		move->to_id = to->id;
	}
	move_draw_support(move, world, rng, provision == 'E');
	if (provision == 'E' && move->year == world->year)
		transfer_draw(&story->transfer, move, world, rng);
	if (rng_permille(rng, 125))
		move->kind = NULL;
}

/* From the nursery class to Reception, from Year 11 to the sixth form. */
static void
draw_past(struct story *story, struct world *world,
    const struct place *place, const struct person *person, struct rng *rng,
    char provision)
{
	struct move *past = &story->past;

	*past = no_move;
	if (!place_is_school(place) || place->low_ncy >= person->ncy ||
	    (person->ncy != 0 && person->ncy != 12) ||
	    story->start_on >= year_first_day(world->year))
		return;
	past->kind = person->ncy == 0 ? "EYS" : "6FS";
	past->year = world->year - 1;
	past->to = place->ref;
	past->to_id = place->id;
	move_draw_past(past, world, rng);
	if (provision == 'E')
		transfer_draw_past(&story->transfer, past, rng);
}

void
story_draw(struct story *story, struct world *world,
    const struct place *place, const struct person *person, struct rng *rng,
    char provision)
{
	memset(story, 0, sizeof(*story));
	story->transfer = no_transfer;
	draw_placement(story, world, place, person, rng);
	if (provision == 'E' && place_is_school(place) &&
	    place->class != PLACE_SPECIAL && place->id % 9 == 0 &&
	    rng_permille(rng, 550))
		story->sen_place = place->id % 2 == 0 ? "unit" :
		    "resourced_provision";
	draw_periods(story, world, place, person, rng, provision);
	draw_move(story, world, place, person, rng, provision);
	draw_past(story, world, place, person, rng, provision);
}

static const char *
kind_into(const struct place *before, const struct place *here, int ncy)
{
	if (place_is_early_years(before) || ncy == 0)
		return "EYS";
	if (ncy == 3)
		return "INJ";
	if (ncy == 7)
		return "PRS";
	return here->class == PLACE_COLLEGE ? "SEP" : "6FS";
}

/* What the former setting knew when the child left it. */
static void
forget_later_periods(struct story *story)
{
	size_t kept = 0;

	while (kept < story->periods_len &&
	    story->periods[kept].start_on < story->end_on)
		kept++;
	story->periods_len = kept;
	if (kept > 0 && story->periods[kept - 1].end_on > story->end_on)
		story->periods[kept - 1].end_on = DATE_NONE;
}

void
story_draw_before(struct story *story, const struct story *now,
    struct world *world, const struct place *here,
    const struct place *before, struct rng *rng)
{
	int ncy = before->high_ncy + 1;
	struct move *move = &story->move;

	*story = *now;
	story->transfer = no_transfer;
	story->past.kind = NULL;
	story->sen_place = NULL;
	story->start_on = year_first_day(world->year - rng_between(rng, 1, 3));
	story->end_on = year_first_day(world->year) - rng_between(rng, 30, 45);
	*move = no_move;
	move->kind = kind_into(before, here, ncy);
	move->year = world->year - 1;
	move->to = here->ref;
	move->to_id = here->id;
	move_draw_past(move, world, rng);
	forget_later_periods(story);
	if (story->periods_len > 0 &&
	    story->periods[story->periods_len - 1].provision == 'E')
		transfer_draw_past(&story->transfer, move, rng);
}
