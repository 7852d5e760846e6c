/*
 * moves.c — who moves where: the kind of move by class of setting and year
 * group, and a destination near by that takes the year above.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include <string.h>

static const char *
after_year_eleven(const struct place *place, struct rng *rng)
{
	if (place->high_ncy >= 12)
		return rng_permille(rng, 620) ? "6FS" : "SEP";
	return rng_permille(rng, 150) ? "6FS" : "SEP";
}

const char *
move_kind(const struct place *place, int ncy, struct rng *rng)
{
	if (ncy == -1)
		return "EYS";
	if (ncy == 11 && place->class != PLACE_COLLEGE)
		return after_year_eleven(place, rng);
	if (ncy != place->high_ncy)
		return NULL;
	if (place->class == PLACE_INFANT)
		return "INJ";
	if (place->class == PLACE_MIDDLE)
		return "MDS";
	if (ncy == 6)
		return "PRS";
	if (ncy == 4 || ncy == 5)
		return "PRM";
	return NULL;
}

static bool
has_year(const struct place *place, int ncy)
{
	return place->low_ncy <= ncy && ncy <= place->high_ncy;
}

/* Special schools hand on to special schools, four times in five. */
static bool
suits(const struct place *to, const struct place *from, const char *kind,
    struct rng *rng)
{
	bool wants_special = from->class == PLACE_SPECIAL &&
	    !rng_permille(rng, 200);

	if (strcmp(kind, "SEP") == 0)
		return to->class == PLACE_COLLEGE;
	if ((to->class == PLACE_SPECIAL) != wants_special ||
	    !place_is_school(to) || to->class == PLACE_REFERRAL)
		return false;
	if (strcmp(kind, "EYS") == 0)
		return has_year(to, 0);
	if (strcmp(kind, "INJ") == 0)
		return has_year(to, 3) && to->low_ncy == 3;
	if (strcmp(kind, "PRS") == 0 || strcmp(kind, "MDS") == 0)
		return has_year(to, 9) && to->class != PLACE_MIDDLE;
	if (strcmp(kind, "PRM") == 0)
		return to->class == PLACE_MIDDLE;
	return has_year(to, 12); /* 6FS */
}

static bool
stays(const struct place *place, const char *kind, struct rng *rng)
{
	if (strcmp(kind, "EYS") == 0)
		return place_is_school(place) && has_year(place, 0) &&
		       rng_permille(rng, 780);
	return strcmp(kind, "6FS") == 0 && has_year(place, 12);
}

const struct place *
move_destination(struct world *world, const struct place *from,
    const char *kind, struct rng *rng)
{
	const struct places *all = &world->places;
	const struct place *far = NULL;

	if (stays(from, kind, rng))
		return from;
	for (int tries = 0; tries < 400; tries++) {
		const struct place *to =
		    &all->at[rng_below(rng, (int)all->len)];

		if (to == from || !suits(to, from, kind, rng))
			continue;
		if (strcmp(to->outward, from->outward) == 0 ||
		    rng_permille(rng, 150))
			return to;
		far = to;
	}
	return far;
}

/* Entrants come to Reception, to Year 3, 7 and 12. */
struct place *
move_origin(struct world *world, const struct place *here, int ncy,
    struct rng *rng)
{
	struct places *all = &world->places;

	if ((ncy != 0 && ncy != 3 && ncy != 7 && ncy != 12) ||
	    (ncy != here->low_ncy && !(ncy == 0 && here->low_ncy < 0)))
		return NULL;
	for (int tries = 0; tries < 200; tries++) {
		struct place *one = &all->at[rng_below(rng, (int)all->len)];

		if (one == here || one->output != OUTPUT_SQL ||
		    one->class == PLACE_REFERRAL || one->class == PLACE_COLLEGE)
			continue;
		if (one->high_ncy == ncy - 1 &&
		    (ncy != 3 || one->class == PLACE_INFANT) &&
		    (one->class == PLACE_SPECIAL) ==
		    (here->class == PLACE_SPECIAL))
			return one;
	}
	return NULL;
}
