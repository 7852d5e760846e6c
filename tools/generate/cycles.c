/*
 * cycles.c — assess, plan, do, review, three or four times a year while
 * support lasts. Some settings review late as a habit, most now and then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include "common.h"

static const char *const aims[] = {
	"Joins in at group time for five minutes",
	"Asks for help with a sign or a word",
	"Follows an instruction of two steps",
	"Plays beside another child for ten minutes",
	"Puts a coat on with one prompt",
	"Reads ten of the first hundred words",
	"Writes a sentence with a word bank",
	"Stays in class through the morning on four days of five",
};
static const char *const progress[] = { "none", "some", "expected", "better" };

/* In 1,000: reviews that are late or missing at this setting. */
static int
lateness(const struct world *world, const struct place *place)
{
	struct rng rng;
	int drawn;

	rng_init(&rng, world->seed ^ (uint64_t)place->id, "lateness");
	drawn = rng_below(&rng, 1000);
	return drawn < 700 ? 120 : drawn < 920 ? 350 : 700;
}

/* The period of support the child is in today or was in last. */
static const struct period *
support_period(const struct story *story)
{
	for (size_t i = story->periods_len; i > 0; i--)
		if (story->periods[i - 1].provision != 'N')
			return &story->periods[i - 1];
	return NULL;
}

static void
cycle_draw(struct cycle *cycle, int32_t start_on, int32_t today, int late,
    struct rng *rng)
{
	const int weights[] = { 10, 35, 40, 15 };
	bool is_late = rng_permille(rng, late);

	cycle->start_on = start_on;
	cycle->review_due_on = start_on + rng_between(rng, 84, 126);
	cycle->reviewed_on = cycle->review_due_on +
	    (is_late ? rng_between(rng, 5, 90) : -rng_below(rng, 10));
	cycle->aims[0] = aims[rng_below(rng, (int)nitems(aims))];
	cycle->aims[1] = aims[rng_below(rng, (int)nitems(aims))];
	cycle->progress = progress[rng_weighted(rng, weights, 4)];
	cycle->parent_involved = rng_permille(rng, 850);
	if (cycle->reviewed_on > today) {
		cycle->reviewed_on = DATE_NONE;
		cycle->progress = NULL;
	}
}

size_t
cycles_draw(struct cycle cycles[static CYCLES_MAX], const struct story *story,
    const struct world *world, const struct place *place, struct rng *rng)
{
	const struct period *period = support_period(story);
	int32_t until = world->today, start_on;
	int late = lateness(world, place);
	size_t len = 0;

	if (period == NULL)
		return 0;
	if (story->end_on != DATE_NONE && story->end_on < until)
		until = story->end_on;
	if (period->end_on != DATE_NONE && period->end_on < until)
		until = period->end_on;
	start_on = period->start_on > story->start_on ? period->start_on :
	    story->start_on;
	if (start_on < world->today - 400)
		start_on = world->today - 400 + rng_below(rng, 60);
	while (len < CYCLES_MAX && start_on < until) {
		struct cycle *cycle = &cycles[len++];

		cycle_draw(cycle, start_on, until, late, rng);
		cycle->end_on = until < world->today &&
		    cycle->reviewed_on == DATE_NONE ? until : DATE_NONE;
		if (cycle->reviewed_on == DATE_NONE)
			break;
		start_on = cycle->reviewed_on + rng_between(rng, 1, 14);
	}
	return len;
}
