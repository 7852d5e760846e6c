/*
 * staffing.c — one SENCO a setting, some posts vacant, some shared by two
 * small primaries, deputies in large secondaries; caseloads of about forty
 * neighbouring nurseries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "staffing.h"

#include "posts.h"
#include "rng.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

#define CASELOAD_NURSERIES 40
#define CASELOAD_CHILDMINDERS 80
#define SMALL_ROLL 260

struct staffing {
	struct world *world;
	struct rng rng;
	int caseloads;
	int shared; /* who still has room for a second small primary, or 0 */
	bool is_shared; /* the SENCO just drawn is or will be */
};

static void
add_post(struct staffing *staffing, int staff, const struct place *place,
    const char *kind, int32_t from_on, int32_t to_on)
{
	const struct posting post = {
		.staff = staff, .kind = kind,
		.arrangement = staffing->is_shared ? "shared" : "own",
		.from_on = from_on, .to_on = to_on
	};

	post_add(staffing->world, place, &post);
	staffing->is_shared = false;
}

static bool
is_small_primary(const struct place *place)
{
	return (place->class == PLACE_PRIMARY ||
	       place->class == PLACE_INFANT || place->class == PLACE_JUNIOR) &&
	       !place->is_independent && place->roll < SMALL_ROLL;
}

/* In 1,000: settings of the class that have a SENCO at all. */
static int
senco_share(const struct place *place)
{
	if (place->class == PLACE_CHILDMINDER)
		return 180;
	if (place->class == PLACE_NURSERY)
		return 860;
	return 940;
}

/* The second school of a pair takes the first one's SENCO. */
static int
senco_of(struct staffing *staffing, const struct place *place)
{
	int staff = staffing->shared;

	if (!is_small_primary(place))
		return staff_add(staffing->world, &staffing->rng);
	if (staff != 0) {
		staffing->shared = 0;
		staffing->is_shared = true;
		return staff;
	}
	staff = staff_add(staffing->world, &staffing->rng);
	if (rng_permille(&staffing->rng, 350)) {
		staffing->shared = staff;
		staffing->is_shared = true;
	}
	return staff;
}

static void
tell_posts(struct staffing *staffing, const struct place *place)
{
	struct rng *rng = &staffing->rng;
	int32_t today = staffing->world->today;
	int32_t from = today - rng_between(rng, 60, 2600);
	const char *kind = place->class == PLACE_COLLEGE ? "named_person" :
	    "senco";

	if (rng_permille(rng, senco_share(place))) {
		add_post(staffing, senco_of(staffing, place), place, kind,
		    from, DATE_NONE);
	} else if (place_is_school(place)) {
		from = today - rng_between(rng, 10, 140); /* vacant since */
	} else {
		return;
	}
	if (place_is_school(place) && rng_permille(rng, 400))
		add_post(staffing, staff_add(staffing->world, rng), place,
		    kind, from - rng_between(rng, 300, 2000), from - 1);
	if (place->class == PLACE_SECONDARY && rng_permille(rng, 500))
		add_post(staffing, staff_add(staffing->world, rng), place,
		    "deputy", today - rng_between(rng, 60, 1500), DATE_NONE);
}

/* Nine in ten sent something this week; some are silent; a few always were. */
static void
tell_contact(struct staffing *staffing, const struct place *place)
{
	struct sql *sql = staffing->world->sql;
	struct rng *rng = &staffing->rng;
	int days = rng_below(rng, 4), drawn = rng_below(rng, 1000);

	if (place->output != OUTPUT_SQL || drawn < 30)
		return;
	if (drawn < 120)
		days = rng_between(rng, 10, 95);
	sql_int(sql, SQL_CONTACTS, place->id);
	sql_night(sql, SQL_CONTACTS, staffing->world->today - days);
	sql_night(sql, SQL_CONTACTS, staffing->world->today - days);
	sql_end_row(sql, SQL_CONTACTS);
}

static int
add_caseload(struct staffing *staffing, const char *name)
{
	struct sql *sql = staffing->world->sql;
	int id = ++staffing->caseloads;

	sql_int(sql, SQL_CASELOADS, id);
	sql_text(sql, SQL_CASELOADS, name);
	sql_int(sql, SQL_CASELOADS, staff_add(staffing->world, &staffing->rng));
	sql_end_row(sql, SQL_CASELOADS);
	return id;
}

static void
add_caseload_setting(struct staffing *staffing, int caseload,
    const struct place *place, int32_t from_on, int32_t to_on)
{
	struct sql *sql = staffing->world->sql;

	sql_int(sql, SQL_CASELOAD_SETTINGS, caseload);
	sql_int(sql, SQL_CASELOAD_SETTINGS, place->id);
	sql_date(sql, SQL_CASELOAD_SETTINGS, from_on);
	sql_date(sql, SQL_CASELOAD_SETTINGS, to_on);
	sql_night(sql, SQL_CASELOAD_SETTINGS, from_on);
	sql_end_row(sql, SQL_CASELOAD_SETTINGS);
}

static int
by_neighbourhood(const void *a, const void *b)
{
	const struct place *one = *(const struct place *const *)a;
	const struct place *other = *(const struct place *const *)b;
	int order = strcmp(one->outward, other->outward);

	return order != 0 ? order : (one->id > other->id) -
	       (one->id < other->id);
}

/* The settings of a class in order of neighbourhood; how many there are. */
static size_t
neighbours(struct world *world, enum place_class class,
    const struct place ***out)
{
	size_t len = 0;

	*out = arena_array(&world->scratch, world->places.len + 1,
	    sizeof(**out));
	for (size_t i = 0; i < world->places.len; i++)
		if (world->places.at[i].class == class)
			(*out)[len++] = &world->places.at[i];
	qsort(*out, len, sizeof(**out), by_neighbourhood);
	return len;
}

/* Cut into equal runs; one setting in ten came from the caseload before. */
static void
tell_caseloads(struct staffing *staffing, enum place_class class, int size,
    const char *title)
{
	struct world *world = staffing->world;
	const struct place **list;
	int len = (int)neighbours(world, class, &list);
	int count = (len + size - 1) / size, current = 0, id = 0;

	for (int i = 0; i < len; i++) {
		int32_t from = world->today - rng_between(&staffing->rng, 90,
		    700);

		if (i * count / len + 1 != current) {
			current = i * count / len + 1;
			id = add_caseload(staffing, arena_print(
			    &world->scratch, "%s %d", title, current));
		}
		if (current > 1 && rng_permille(&staffing->rng, 100))
			add_caseload_setting(staffing, id - 1, list[i],
			    from - 500, from - 1);
		add_caseload_setting(staffing, id, list[i], from, DATE_NONE);
	}
}

void
staffing_tell(struct world *world)
{
	struct staffing staffing = { .world = world };

	rng_init(&staffing.rng, world->seed, "staffing");
	for (size_t i = 0; i < world->places.len; i++) {
		tell_posts(&staffing, &world->places.at[i]);
		tell_contact(&staffing, &world->places.at[i]);
	}
	tell_caseloads(&staffing, PLACE_NURSERY, CASELOAD_NURSERIES,
	    "Nurseries");
	tell_caseloads(&staffing, PLACE_CHILDMINDER, CASELOAD_CHILDMINDERS,
	    "Childminders");
	arena_release(&world->scratch);
}
