/*
 * posts.c — what a post is like and what its holder holds: mostly in order,
 * with the cases an officer looks for in between.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "posts.h"

#include "dates.h"
#include "person.h"
#include "sql.h"

#include <string.h>

int
staff_add(struct world *world, struct rng *rng)
{
	struct sql *sql = world->sql;
	int id = ++world->staff_len;

	sql_int(sql, SQL_STAFF, id);
	sql_text(sql, SQL_STAFF, person_adult_name(world, rng));
	sql_text(sql, SQL_STAFF, arena_print(&world->scratch,
	    "staff.%d@fictional.example", id));
	sql_end_row(sql, SQL_STAFF);
	return id;
}

static void
qualification_add(struct world *world, int staff, const char *kind,
    const char *state, int32_t began_on, int32_t completed_on)
{
	const enum sql_table t = SQL_QUALIFICATIONS;
	struct sql *sql = world->sql;

	if (began_on > world->today)
		return;
	if (completed_on != DATE_NONE && completed_on > world->today) {
		completed_on = DATE_NONE;
		state = "studying";
	}
	sql_int(sql, t, staff);
	sql_text(sql, t, kind);
	sql_text(sql, t, state);
	sql_date(sql, t, began_on);
	sql_date(sql, t, completed_on);
	sql_night(sql, t, completed_on != DATE_NONE ? completed_on :
	    began_on != DATE_NONE ? began_on : world->today - 30);
	sql_end_row(sql, t);
}

/* NASENCO before September 2024, NPQ since; 18 to 22 months of it. */
static void
course_add(struct world *world, const struct posting *post, struct rng *rng)
{
	int32_t npq_from = date_from_civil(2024, 9, 1);
	int32_t began_on = post->from_on + rng_between(rng, 30, 700);
	bool is_npq = began_on >= npq_from;

	if (rng_permille(rng, 120))
		return; /* nobody has begun one */
	qualification_add(world, post->staff, is_npq ? "npq_senco" :
	    "nasenco", "held", began_on,
	    began_on + rng_between(rng, 540, 670));
}

static void
service_add(struct world *world, const struct posting *post, struct rng *rng)
{
	const enum sql_table t = SQL_SERVICE;
	struct sql *sql = world->sql;
	int32_t to_on = post->from_on - rng_between(rng, 20, 900);

	sql_int(sql, t, post->staff);
	sql_text(sql, t, "A school elsewhere");
	sql_bool(sql, t, rng_permille(rng, 850));
	sql_date(sql, t, to_on - rng_between(rng, 100, 2500));
	sql_date(sql, t, to_on);
	sql_night(sql, t, post->from_on);
	sql_end_row(sql, t);
}

static void
school_holder_add(struct world *world, const struct posting *post,
    struct rng *rng)
{
	int drawn = rng_below(rng, 1000);

	if (drawn < 960)
		qualification_add(world, post->staff, "qts", "held",
		    DATE_NONE, DATE_NONE);
	else if (drawn < 975)
		qualification_add(world, post->staff, "qts", "not_held",
		    DATE_NONE, DATE_NONE);
	if (rng_permille(rng, 150))
		service_add(world, post, rng);
	course_add(world, post, rng);
}

static void
early_years_holder_add(struct world *world, const struct posting *post,
    struct rng *rng)
{
	if (rng_permille(rng, 880))
		qualification_add(world, post->staff, "level_3", "held",
		    DATE_NONE, DATE_NONE);
	if (rng_permille(rng, 450))
		qualification_add(world, post->staff, "early_years_senco",
		    "held", DATE_NONE, DATE_NONE);
}

/* Half hours; a large school's SENCO has most of a week. */
static const char *
hours_text(struct world *world, const struct place *place, struct rng *rng)
{
	int halves = 2 * (3 + place->roll / 45);

	if (place_is_early_years(place))
		halves = 4;
	halves += rng_between(rng, -halves / 3, halves / 2);
	if (halves > 65)
		halves = 65;
	return arena_print(&world->scratch, "%d%s", halves / 2,
	    halves % 2 ? ".5" : "");
}

static void
terms_add(struct world *world, const struct place *place,
    const struct posting *post, struct rng *rng)
{
	const enum sql_table t = SQL_POSTS;
	struct sql *sql = world->sql;
	bool is_school = place_is_school(place);
	bool is_head = is_school && place->roll < 220 &&
	    strcmp(post->arrangement, "own") == 0 && rng_permille(rng, 120);

	sql_text(sql, t, rng_permille(rng, 80) ? NULL :
	    hours_text(world, place, rng));
	sql_int(sql, t, is_school ? 10 * rng_below(rng, 8) : 0);
	sql_bool(sql, t, is_head);
	sql_bool(sql, t, is_head || rng_permille(rng, 550));
	sql_bool(sql, t, is_school && rng_permille(rng, 980));
}

void
post_add(struct world *world, const struct place *place,
    const struct posting *post)
{
	const enum sql_table t = SQL_POSTS;
	struct sql *sql = world->sql;
	bool is_new = post->staff > world->staff_told;
	struct rng rng;

	rng_init(&rng, world->seed, arena_print(&world->scratch,
	    "post of %d at %s", post->staff, place->ref));
	sql_int(sql, t, post->staff);
	sql_int(sql, t, place->id);
	sql_text(sql, t, post->kind);
	sql_text(sql, t, post->arrangement);
	sql_date(sql, t, post->from_on);
	sql_date(sql, t, post->to_on);
	sql_night(sql, t, post->from_on);
	terms_add(world, place, post, &rng);
	sql_end_row(sql, t);
	if (!is_new)
		return; /* a second school of the same person's */
	world->staff_told = post->staff;
	if (place_is_school(place))
		school_holder_add(world, post, &rng);
	else
		early_years_holder_add(world, post, &rng);
}
