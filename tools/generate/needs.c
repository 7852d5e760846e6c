/*
 * needs.c — types of need by provision, in the proportions DfE publishes
 * for England; early years and special schools have mixes of their own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include <string.h>

static const char *const types[] = {
	"ASD", "SLCN", "SEMH", "MLD", "SPLD", "SLD", "PMLD", "PD", "HI", "VI",
	"MSI", "DS", "OTH", "NSA"
};

enum { MIX_PLAN, MIX_SUPPORT, MIX_EARLY, MIX_SPECIAL, MIXES };

/* Children in 1,000 with that primary type. */
static const int mixes[MIXES][nitems(types)] = {
	[MIX_PLAN]    = { 334, 212, 206, 84, 35, 32, 12, 34, 11, 8, 3, 7, 22, 0 },
	[MIX_SUPPORT] = { 92, 262, 216, 146, 148, 3, 1, 19, 14, 8, 3, 2, 52, 34 },
	[MIX_EARLY]   = { 130, 610, 90, 25, 2, 15, 8, 35, 18, 10, 4, 8, 45, 0 },
	[MIX_SPECIAL] = { 430, 75, 130, 95, 8, 145, 65, 22, 8, 5, 4, 8, 5, 0 },
};

static const int *
mix_of(const struct place *place, int ncy, char provision)
{
	if (place->class == PLACE_SPECIAL)
		return mixes[MIX_SPECIAL];
	if (ncy < 0)
		return mixes[MIX_EARLY];
	return mixes[provision == 'E' ? MIX_PLAN : MIX_SUPPORT];
}

/* "Not assessed" stands alone; no type is named twice. */
const char *
need_types_draw(struct world *world, const struct place *place, int ncy,
    char provision, struct rng *rng)
{
	const int *mix = mix_of(place, ncy, provision);
	const char *first = types[rng_weighted(rng, mix, nitems(types))];
	const char *second = types[rng_weighted(rng, mix, nitems(types))];
	const char *third = types[rng_weighted(rng, mix, nitems(types))];

	if (strcmp(first, "NSA") == 0 || strcmp(second, "NSA") == 0 ||
	    strcmp(first, second) == 0 ||
	    rng_permille(rng, provision == 'E' ? 450 : 700))
		return first;
	if (strcmp(third, first) == 0 || strcmp(third, second) == 0 ||
	    strcmp(third, "NSA") == 0 || rng_permille(rng, 850))
		return arena_print(&world->scratch, "%s,%s", first, second);
	return arena_print(&world->scratch, "%s,%s,%s", first, second, third);
}
