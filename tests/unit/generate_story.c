/*
 * Tests of tools/generate/story.c, moves.c, milestones.c and invent.c: dates
 * agree with each other and with the day it is, on any day of the year.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../tools/generate/story.h"

#include "../../tools/generate/invent.h"
#include "../../tools/generate/sql.h"
#include "../../tools/generate/years.h"
#include "dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct world world;

static struct place *
add_place(enum place_class class, int low_ncy, int high_ncy,
    const char *laestab)
{
	struct place *place = places_add(&world.places, &world.arena);

	place->id = (int)world.places.len;
	place->class = class;
	place->ref = arena_print(&world.arena, "urn:%d", 100000 + place->id);
	place->name = "School";
	place->laestab = laestab;
	place->outward = "M33";
	place->low_ncy = low_ncy;
	place->high_ncy = high_ncy;
	place->opened_on = DATE_NONE;
	place->roll = 100;
	return place;
}

static int
set_up(void **state)
{
	struct problem why = { 0 };

	(void)state;
	memset(&world, 0, sizeof(world));
	world.seed = 358;
	world.la = "358";
	world.today = date_from_civil(2026, 11, 25);
	world.year = 2027;
	arena_init(&world.arena);
	arena_init(&world.scratch);
	numbers_init(&world.numbers);
	add_place(PLACE_NURSERY, -4, -1, "");
	add_place(PLACE_INFANT, 0, 2, "3582000");
	add_place(PLACE_JUNIOR, 3, 6, "3582001");
	add_place(PLACE_PRIMARY, -1, 6, "3582002");
	add_place(PLACE_SECONDARY, 7, 11, "3584001");
	add_place(PLACE_SECONDARY, 7, 13, "3584002");
	add_place(PLACE_SPECIAL, -2, 14, "3587001");
	add_place(PLACE_COLLEGE, 12, 20, "");
	return !world_read_lists(&world, "config/demo", &why);
}

static int
tear_down(void **state)
{
	(void)state;
	world_release(&world);
	return 0;
}

static bool
is_in_order(int32_t earlier, int32_t later)
{
	return earlier == DATE_NONE || later == DATE_NONE || earlier <= later;
}

static bool
is_past(int32_t date)
{
	return date == DATE_NONE || date <= world.today;
}

static void
check_periods(const struct story *story, const struct person *person)
{
	assert_true(story->periods_len > 0);
	for (size_t i = 0; i < story->periods_len; i++) {
		const struct period *period = &story->periods[i];

		assert_true(period->start_on > person->born_on);
		assert_true(is_past(period->start_on));
		assert_true(is_in_order(period->start_on, period->end_on));
		if (i + 1 < story->periods_len)
			assert_int_equal(period->end_on + 1,
			    story->periods[i + 1].start_on);
		else
			assert_int_equal(period->end_on, DATE_NONE);
	}
}

static void
check_move(const struct move *move)
{
	if (move->kind == NULL)
		return;
	assert_true(is_past(move->parent_agreed_on));
	assert_true(is_past(move->form_sent_on));
	assert_true(is_past(move->form_acknowledged_on));
	assert_true(is_in_order(move->form_sent_on,
	    move->form_acknowledged_on));
	if (move->form_acknowledged_on != DATE_NONE)
		assert_non_null(move->to);
}

static void
check_transfer(const struct transfer *transfer)
{
	if (!transfer->is_set)
		return;
	assert_true(is_past(transfer->review_held_on));
	assert_true(is_past(transfer->amendment_noticed_on));
	assert_true(is_past(transfer->plan_final_on));
	assert_true(is_in_order(transfer->review_held_on,
	    transfer->amendment_noticed_on));
	assert_true(is_in_order(transfer->amendment_noticed_on,
	    transfer->plan_final_on));
}

static void
draw_at(struct place *place, struct rng *rng, char provision)
{
	struct person person;
	struct story story;

	person_draw(&person, &world, place, rng, provision);
	story_draw(&story, &world, place, &person, rng, provision);
	assert_in_range(person.ncy + 4, place->low_ncy + 4,
	    place->high_ncy + 4);
	assert_true(person.surname != NULL || person.forename != NULL);
	assert_true(person.born_on < world.today);
	assert_true(story.start_on >= person.born_on);
	assert_true(is_past(story.start_on));
	check_periods(&story, &person);
	check_move(&story.move);
	check_move(&story.past);
	check_transfer(&story.transfer);
}

/* Every ninth day of a school year, 1 September and 31 August included. */
static void
no_date_contradicts_another_on_any_day(void **state)
{
	static const char provisions[] = "KEN";
	int32_t first = year_first_day(2027), last = year_first_day(2028) - 1;
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "any day");
	for (int32_t day = first; day <= last; day += day + 9 > last &&
	    day < last ? last - day : 9) {
		world.today = day;
		for (size_t i = 0; i < world.places.len; i++)
			for (int n = 0; n < 12; n++)
				draw_at(&world.places.at[i], &rng,
				    provisions[n % 3]);
		arena_release(&world.scratch);
	}
}

static void
moves_follow_from_the_setting_and_the_year_group(void **state)
{
	static const struct {
		size_t place;
		int ncy;
		const char *kind; /* NULL: none */
	} cases[] = {
		{ 0, -1, "EYS" }, { 0, -2, NULL }, { 1, 2, "INJ" },
		{ 1, 1, NULL }, { 2, 6, "PRS" }, { 3, -1, "EYS" },
		{ 3, 6, "PRS" }, { 3, 5, NULL }, { 5, 13, NULL },
		{ 6, 6, NULL }, { 7, 12, NULL }, { 7, 20, NULL },
	};
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, "moves");
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *kind = move_kind(
		    &world.places.at[cases[i].place], cases[i].ncy, &rng);

		if (cases[i].kind == NULL)
			assert_null(kind);
		else
			assert_string_equal(kind, cases[i].kind);
	}
}

static void
a_destination_takes_the_year_above(void **state)
{
	struct rng rng;
	const struct place *to;

	(void)state;
	rng_init(&rng, 3, "to");
	for (int i = 0; i < 100; i++) {
		to = move_destination(&world, &world.places.at[1], "INJ",
		    &rng);
		assert_int_equal(to->class, PLACE_JUNIOR);
		to = move_destination(&world, &world.places.at[2], "PRS",
		    &rng);
		assert_int_equal(to->class, PLACE_SECONDARY);
		to = move_destination(&world, &world.places.at[4], "SEP",
		    &rng);
		assert_int_equal(to->class, PLACE_COLLEGE);
		to = move_destination(&world, &world.places.at[0], "EYS",
		    &rng);
		assert_true(to->low_ncy <= 0 && to->high_ncy >= 0);
	}
}

/* What the colours of a report need, whichever day it is. */
static void
every_stage_of_a_transfer_occurs_on_any_day(void **state)
{
	struct move move = { .kind = "PRS", .year = 2027 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 4, "stages");
	for (int month = 0; month < 5; month++) {
		int none = 0, fresh = 0, slow = 0, late = 0, refused = 0;

		world.today = year_first_day(2027) + month * 30;
		for (int i = 0; i < 2000; i++) {
			struct transfer t = { false, 0, DATE_NONE, DATE_NONE,
				              DATE_NONE, false };
			int32_t days;

			transfer_draw(&t, &move, &world, &rng);
			days = world.today - t.review_held_on;
			none += !t.is_set;
			refused += t.placement_refused;
			if (!t.is_set || t.review_held_on == DATE_NONE ||
			    t.amendment_noticed_on != DATE_NONE)
				continue;
			fresh += days <= 21;
			slow += days > 21 && days <= 28;
			late += days > 28;
		}
		assert_true(none > 0 && fresh > 0 && slow > 0 && late > 0);
		assert_true(refused > 0);
	}
}

static void
a_profile_has_exactly_its_numbers(void **state)
{
	static const char path[] = "/dev/null";
	struct problem why = { 0 };
	int plans = 0, support = 0;

	(void)state;
	for (size_t i = 0; i < world.places.len; i++)
		place_estimate(&world.places.at[i]);
	assert_false(profile_apply(&world, "huge", true, &why));
	assert_false(profile_apply(&world, "S", false, &why));
	assert_non_null(strstr(why.detail, "--invent"));
	world.sql = sql_open(path);
	assert_non_null(world.sql);
	assert_true(profile_apply(&world, "S", true, &why));
	assert_true(sql_close(world.sql));
	for (size_t i = 0; i < world.places.len; i++) {
		plans += world.places.at[i].plans;
		support += world.places.at[i].support;
	}
	assert_int_equal(world.places.len, 25 + 25 + 25 + 1);
	assert_int_equal(plans, 376);
	assert_int_equal(plans + support, 1500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    no_date_contradicts_another_on_any_day, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    moves_follow_from_the_setting_and_the_year_group, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_destination_takes_the_year_above, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    every_stage_of_a_transfer_occurs_on_any_day, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_profile_has_exactly_its_numbers, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("generate_story", tests, NULL,
	    NULL);
}
