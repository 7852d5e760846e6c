/*
 * person.c — draws names from the lists, an age that fits the setting, and
 * the numbers a child of that age would have by now.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "person.h"

#include "dates.h"
#include "years.h"

#include <string.h>

static const char *
draw_surname(struct world *world, struct rng *rng, bool *is_single)
{
	const struct wordlist *names = &world->surnames;
	const char *name = names->at[rng_below(rng, (int)names->len)];
	const char *other = names->at[rng_below(rng, (int)names->len)];

	*is_single = name[0] == '!';
	if (*is_single)
		return name + 1;
	if (other[0] != '!' && strlen(name) + strlen(other) < 24 &&
	    strpbrk(name, " -") == NULL && rng_permille(rng, 60))
		return arena_print(&world->scratch, "%s-%s", name, other);
	return name;
}

static const char *
draw_forename(struct world *world, struct rng *rng, const char **sex)
{
	size_t index = rng_weighted(rng, world->forename_weights,
	    world->forenames.len);
	const char *line = world->forenames.at[index];
	const char *tab = strchr(line, '\t');

	if (sex != NULL)
		*sex = tab[1] == 'F' ? "F" : "M";
	return arena_text(&world->scratch, line, (size_t)(tab - line));
}

static void
draw_name(struct person *person, struct world *world, struct rng *rng)
{
	bool is_single;

	person->surname = draw_surname(world, rng, &is_single);
	person->forename = draw_forename(world, rng, &person->sex);
	if (is_single) {
		person->forename = NULL;
		return;
	}
	if (rng_permille(rng, 350))
		person->middle_names = draw_forename(world, rng, NULL);
	if (rng_permille(rng, 40))
		person->preferred_forename = draw_forename(world, rng, NULL);
	if (rng_permille(rng, 25))
		person->former_surname = draw_surname(world, rng, &is_single);
}

static const char *
draw_postcode(struct world *world, const char *outward, struct rng *rng)
{
	const struct wordlist *all = &world->postcodes;
	size_t len = strlen(outward);

	for (int tries = 0; tries < 40; tries++) {
		const char *one = all->at[rng_below(rng, (int)all->len)];

		if (len == 0 || rng_permille(rng, 80) ||
		    (strncmp(one, outward, len) == 0 && one[len] == ' '))
			return one;
	}
	return all->at[rng_below(rng, (int)all->len)];
}

/* In early years most known needs are of three-year-olds. */
static int
draw_nominal_year(const struct place *place, struct rng *rng)
{
	static const int early[] = { 3, 12, 33, 52 };
	int ncy;

	if (place_is_early_years(place))
		return NCY_LOWEST + (int)rng_weighted(rng, early, 4);
	ncy = rng_between(rng, place->low_ncy, place->high_ncy);
	if ((ncy < 0 || (ncy >= 12 && place->class != PLACE_COLLEGE)) &&
	    rng_permille(rng, 500))
		ncy = rng_between(rng, place->low_ncy, place->high_ncy);
	return ncy;
}

/*
 * Taught a year below: summer-born children who started late, and a few held
 * back. Taught a year above: fewer still.
 */
static int
taught_year(const struct place *place, int32_t born_on, int nominal,
    struct rng *rng)
{
	bool may_defer = is_summer_born(born_on) && nominal <= 6;

	if (place->class == PLACE_COLLEGE)
		return nominal;
	if (nominal >= place->low_ncy && nominal > -1 &&
	    rng_permille(rng, may_defer ? 60 : 6))
		return nominal - 1;
	if (nominal >= 1 && nominal <= 10 && rng_permille(rng, 2))
		return nominal + 1;
	return nominal;
}

static void
draw_age(struct person *person, struct world *world,
    const struct place *place, struct rng *rng)
{
	int nominal = draw_nominal_year(place, rng);

	/* A deferred child stays in nursery past its birthday's year. */
	if (place_is_early_years(place) && nominal == -1 &&
	    rng_permille(rng, 30))
		nominal = 0;
	do
		person->born_on = ncy_birthday(rng, nominal, world->year);
	while (nominal == 0 && place_is_early_years(place) &&
	!is_summer_born(person->born_on));
	if (person->born_on > world->today - 60)
		person->born_on = world->today - rng_between(rng, 60, 200);
	person->ncy = taught_year(place, person->born_on, nominal, rng);
	if (place_is_early_years(place) && person->ncy > -1)
		person->ncy = -1;
	if (person->ncy < place->low_ncy)
		person->ncy = place->low_ncy;
	if (person->ncy > place->high_ncy)
		person->ncy = place->high_ncy;
}

/* The school that allotted the UPN: this one, or a feeder of it. */
static const char *
upn_source(struct world *world, const struct place *place, struct rng *rng)
{
	const struct places *all = &world->places;

	if (place->low_ncy <= 0 && strlen(place->laestab) == 7)
		return place->laestab;
	for (int tries = 0; tries < 60; tries++) {
		const struct place *one =
		    &all->at[rng_below(rng, (int)all->len)];

		if (place_is_school(one) && one->low_ncy <= 0 &&
		    strlen(one->laestab) == 7)
			return one->laestab;
	}
	return NULL;
}

static void
draw_upn(struct person *person, struct world *world,
    const struct place *place, struct rng *rng, bool is_planned)
{
	int reception = date_academic_year(person->born_on) + 4;
	const char *source = upn_source(world, place, rng);
	char dummy[8];

	if (person->ncy < 0) { /* only the authority gives one so early */
		if (!is_planned && place_is_early_years(place))
			return;
		reception = world->year - 1;
		snprintf(dummy, sizeof(dummy), "%.3s39%02d", world->la,
		    rng_between(rng, 50, 99));
		if (place_is_early_years(place) || source == NULL)
			source = dummy;
	}
	if (source == NULL)
		return;
	if (rng_permille(rng, 8) && numbers_upn_temporary(&world->numbers,
	    source, reception % 100, person->former_upn))
		person->former_upn[UPN_SIZE - 1] = '\0';
	if (!numbers_upn(&world->numbers, source, reception % 100,
	    person->upn))
		person->upn[0] = '\0';
}

static void
draw_numbers(struct person *person, struct world *world,
    const struct place *place, struct rng *rng, char provision)
{
	bool is_early = place_is_early_years(place);

	draw_upn(person, world, place, rng, provision == 'E');
	if (person->ncy >= 9)
		numbers_uln(&world->numbers, person->uln);
	if (rng_permille(rng, is_early ? 350 : provision == 'E' ? 500 : 80) &&
	    !numbers_nhs(&world->numbers, person->nhs_number))
		person->nhs_number[0] = '\0';
}

void
person_draw(struct person *person, struct world *world,
    const struct place *place, struct rng *rng, char provision)
{
	memset(person, 0, sizeof(*person));
	rng_uuid(rng, person->id);
	draw_name(person, world, rng);
	draw_age(person, world, place, rng);
	person->postcode = draw_postcode(world, place->outward, rng);
	draw_numbers(person, world, place, rng, provision);
}

const char *
person_adult_name(struct world *world, struct rng *rng)
{
	bool is_single;
	const char *surname = draw_surname(world, rng, &is_single);
	const char *forename = draw_forename(world, rng, NULL);

	if (is_single)
		return arena_print(&world->arena, "%s", surname);
	return arena_print(&world->arena, "%s %s", forename, surname);
}
