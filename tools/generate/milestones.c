/*
 * milestones.c — how far a move has come by today. Shares grow as the day
 * draws near, and some cases are always late, so that a report made on any
 * day of the year shows what going well and going badly look like.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include "dates.h"
#include "years.h"

#include <string.h>

/* Days ago, never before the child could have been at the setting. */
static int32_t
ago(struct world *world, struct rng *rng, int low, int high)
{
	return world->today - rng_between(rng, low, high);
}

/* How much of the way from first to last today is, in thousandths. */
static int
progress(const struct world *world, int32_t first, int32_t last)
{
	if (world->today <= first)
		return 0;
	if (world->today >= last)
		return 1000;
	return (int)((int64_t)(world->today - first) * 1000 / (last - first));
}

static void
take_hand_over(struct move *move, struct world *world, struct rng *rng,
    bool is_acknowledged)
{
	int sent = is_acknowledged ? rng_between(rng, 8, 20) :
	    rng_between(rng, 3, 30);

	if (!rng_permille(rng, 25)) /* else sent without asking */
		move->parent_agreed_on =
		    world->today - sent - rng_between(rng, 5, 40);
	move->meeting_on = world->today - sent - rng_between(rng, 0, 4);
	move->form_sent_on = world->today - sent;
	if (is_acknowledged)
		move->form_acknowledged_on =
		    world->today - rng_between(rng, 0, sent - 1);
}

/* Share of children whose papers are through, sent, agreed to. */
void
move_draw_support(struct move *move, struct world *world, struct rng *rng,
    bool has_plan)
{
	int32_t end = date_from_civil(move->year, 7, 10);
	int done = progress(world, year_first_day(move->year), end);
	int drawn = rng_below(rng, 1000);

	move->target_on = date_from_civil(move->year, 9,
	    rng_between(rng, 1, 6));
	if (move->to != NULL && drawn < 60 + done * 82 / 100)
		take_hand_over(move, world, rng, true);
	else if (move->to != NULL && drawn < 100 + done * 86 / 100)
		take_hand_over(move, world, rng, false);
	else if (drawn < 300 + done * 66 / 100)
		move->parent_agreed_on = ago(world, rng, 2, 60);
	if (move->meeting_on == DATE_NONE && has_plan && rng_permille(rng, 300))
		move->meeting_on = world->today + rng_between(rng, 7, 60);
}

/* Last summer's move: nearly all went well. */
void
move_draw_past(struct move *move, struct world *world, struct rng *rng)
{
	int32_t june = date_from_civil(move->year, 6, 1);
	int32_t latest;

	(void)world;
	move->target_on = date_from_civil(move->year, 9, 1);
	if (rng_permille(rng, 950))
		move->parent_agreed_on = june - rng_between(rng, 20, 90);
	if (rng_permille(rng, 60))
		return; /* never sent */
	move->meeting_on = june - rng_between(rng, 5, 30);
	move->form_sent_on = june + rng_between(rng, -20, 20);
	latest = move->form_sent_on + rng_between(rng, 1, 14);
	if (rng_permille(rng, 920))
		move->form_acknowledged_on = latest;
}

static int32_t
deadline_of(const struct move *move)
{
	if (strcmp(move->kind, "SEP") == 0 || strcmp(move->kind, "6FS") == 0)
		return date_from_civil(move->year, 3, 31);
	return date_from_civil(move->year, 2, 15);
}

/* Final plans in 1,000 by how much of the time to the deadline is gone. */
static int
final_share(int done)
{
	if (done < 300)
		return 30;
	if (done < 800)
		return 30 + (done - 300) * 3 / 10;
	return done >= 1000 ? 930 : 180 + (done - 800) * 3;
}

static void
take_final(struct transfer *transfer, const struct move *move,
    struct world *world, struct rng *rng)
{
	int32_t due = deadline_of(move), final;

	final = ago(world, rng, 1, 20);
	if (final >= due)
		final = due - rng_between(rng, 1, 25);
	transfer->plan_final_on = final;
	transfer->amendment_noticed_on = final - rng_between(rng, 20, 45);
	transfer->review_held_on =
	    transfer->amendment_noticed_on - rng_between(rng, 9, 26);
}

/*
 * Out of 1,000 cases without a final plan: refused places, notices in time,
 * reviews fresh, reviews without a notice for three weeks, for four; the
 * rest have had no review.
 */
static void
take_stage(struct transfer *transfer, struct world *world, struct rng *rng,
    int done)
{
	int drawn = rng_below(rng, 1000);
	int noticed = 120 + done * 5 / 10;

	if (drawn < 25)
		transfer->placement_refused = true;
	if (drawn < 25 + noticed) {
		transfer->review_held_on = ago(world, rng, 29, 60);
		transfer->amendment_noticed_on = transfer->review_held_on +
		    rng_between(rng, 10, 27);
	} else if (drawn < 145 + noticed) {
		transfer->review_held_on = ago(world, rng, 1, 19);
	} else if (drawn < 215 + noticed) {
		transfer->review_held_on = ago(world, rng, 22, 27);
	} else if (drawn < 265 + noticed) {
		transfer->review_held_on = ago(world, rng, 30, 75);
	} else {
		transfer->is_set = false;
	}
}

void
transfer_draw(struct transfer *transfer, const struct move *move,
    struct world *world, struct rng *rng)
{
	int done = progress(world, year_first_day(move->year),
	    deadline_of(move));

	transfer->is_set = true;
	transfer->year = move->year;
	if (rng_permille(rng, final_share(done)))
		take_final(transfer, move, world, rng);
	else
		take_stage(transfer, world, rng, done);
}

void
transfer_draw_past(struct transfer *transfer, const struct move *move,
    struct rng *rng)
{
	int32_t due = deadline_of(move);

	transfer->is_set = true;
	transfer->year = move->year;
	transfer->review_held_on = due - rng_between(rng, 85, 150);
	transfer->amendment_noticed_on =
	    transfer->review_held_on + rng_between(rng, 10, 28);
	if (rng_permille(rng, 900))
		transfer->plan_final_on = due - rng_between(rng, 1, 20);
	else if (rng_permille(rng, 700))
		transfer->plan_final_on = due + rng_between(rng, 0, 60);
}
