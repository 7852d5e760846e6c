/*
 * invent.c — the profiles, and settings named "Fictional ..." with URNs from
 * 900001 on, where neither DfE nor Ofsted has given any.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "invent.h"

#include "rng.h"
#include "sql.h"

#include <string.h>

enum group { NURSERIES, CHILDMINDERS, SCHOOLS, COLLEGES, GROUPS };

static const struct profile {
	const char *name;
	int settings[GROUPS];
	int children, plans; /* with a SEN record; of these with a plan */
} profiles[] = {
	{ "S",  { 25, 25, 25, 1 },           1500,    376 },
	{ "M",  { 180, 165, 160, 5 },       12000,   3300 },
	{ "L",  { 740, 680, 600, 15 },      60000,  20700 },
	{ "XL", { 5000, 5000, 5000, 120 }, 500000, 150000 },
};

/* What a fictional setting of a class looks like in the register. */
static const struct model {
	enum group group;
	enum place_class class;
	int share; /* in 100 of the group */
	const char *type, *title;
	int phase, low_age, high_age, low_ncy, high_ncy;
} models[] = {
	{ NURSERIES, PLACE_NURSERY, 100, "ofsted:non_domestic", "Nursery", -1, -1, -1, -4, -1 },
	{ CHILDMINDERS, PLACE_CHILDMINDER, 100, "ofsted:childminder", "Childminder", -1, -1, -1, -4, -1 },
	{ SCHOOLS, PLACE_PRIMARY, 70, "34", "Primary School", 2, 3, 11, -1, 6 },
	{ SCHOOLS, PLACE_INFANT, 4, "1", "Infant School", 2, 3, 7, -1, 2 },
	{ SCHOOLS, PLACE_JUNIOR, 4, "1", "Junior School", 2, 7, 11, 3, 6 },
	{ SCHOOLS, PLACE_SECONDARY, 15, "34", "Academy", 4, 11, 18, 7, 13 },
	{ SCHOOLS, PLACE_SPECIAL, 6, "7", "Special School", 0, 2, 19, -2, 14 },
	{ SCHOOLS, PLACE_REFERRAL, 1, "14", "Centre", 0, 5, 16, 5, 11 },
	{ COLLEGES, PLACE_COLLEGE, 100, "18", "College", 6, 16, 99, 12, 20 },
};

static enum group
group_of(const struct place *place)
{
	if (place->class == PLACE_NURSERY)
		return NURSERIES;
	if (place->class == PLACE_CHILDMINDER)
		return CHILDMINDERS;
	return place->class == PLACE_COLLEGE ? COLLEGES : SCHOOLS;
}

/* The nth of a group by the shares of its models, the same every time. */
static const struct model *
model_of(enum group group, int n)
{
	int at = n * 37 % 100; /* 37 and 100 share no divisor: no run of one */
	size_t i = 0;

	for (; models[i].group != group || at >= models[i].share; i++)
		if (models[i].group == group)
			at -= models[i].share;
	return &models[i];
}

static void
tell_setting(struct world *world, const struct place *place,
    const struct model *model)
{
	const enum sql_table t = SQL_SETTINGS;
	bool is_school = model->phase >= 0;
	const char *urn = strchr(place->ref, ':') + 1;

	sql_int(world->sql, t, place->id);
	sql_text(world->sql, t, place->name);
	sql_text(world->sql, t, model->type);
	sql_text(world->sql, t, model->class == PLACE_NURSERY ?
	    "Full day care" : NULL);
	if (is_school)
		sql_int(world->sql, t, model->phase);
	else
		sql_text(world->sql, t, NULL);
	sql_text(world->sql, t, "open");
	sql_text(world->sql, t, world->la);
	sql_text(world->sql, t, is_school ? urn : NULL);
	sql_text(world->sql, t, is_school ? NULL : urn);
	sql_text(world->sql, t, NULL); /* its numbers are not registered */
	for (int i = 0; i < 2; i++)
		if (is_school)
			sql_int(world->sql, t, i == 0 ? model->low_age :
			    model->high_age);
		else
			sql_text(world->sql, t, NULL);
	sql_int(world->sql, t, place->roll);
	sql_text(world->sql, t, arena_print(&world->scratch, "%s 9ZZ",
	    place->outward));
	sql_text(world->sql, t, "local");
	sql_end_row(world->sql, t);
	sql_text(world->sql, SQL_SETTING_IDENTIFIERS,
	    is_school ? "urn" : "ofsted");
	sql_text(world->sql, SQL_SETTING_IDENTIFIERS, urn);
	sql_int(world->sql, SQL_SETTING_IDENTIFIERS, place->id);
	sql_end_row(world->sql, SQL_SETTING_IDENTIFIERS);
}

static const char *
outward_at(struct world *world, struct rng *rng)
{
	const char *postcode = world->postcodes.at[
		rng_below(rng, (int)world->postcodes.len)];

	return arena_text(&world->arena, postcode, strcspn(postcode, " "));
}

static void
invent_one(struct world *world, enum group group, int n, int number,
    int id, struct rng *rng)
{
	const struct model *model = model_of(group, n);
	struct place *place = places_add(&world->places, &world->arena);
	const char *word = world->surnames.at[
		rng_below(rng, (int)world->surnames.len)];

	if (*word == '!')
		word++;
	place->id = id;
	place->class = model->class;
	place->is_invented = true;
	place->ref = arena_print(&world->arena, model->phase >= 0 ?
	    "urn:%d" : "ofsted:9%d", 900000 + number);
	place->name = arena_print(&world->arena, "Fictional %s %s %d", word,
	    model->title, number);
	place->laestab = group == SCHOOLS && number < 8000 ?
	    arena_print(&world->arena, "%s%04d", world->la, 2000 + number) :
	    "";
	place->outward = outward_at(world, rng);
	place->low_ncy = model->low_ncy;
	place->high_ncy = model->high_ncy;
	place->opened_on = DATE_NONE;
	place->roll = -1;
	place_estimate(place);
	place->roll = place->roll * rng_between(rng, 50, 150) / 100;
	place_estimate(place);
	tell_setting(world, place, model);
}

static void
invent_missing(struct world *world, const struct profile *profile,
    const int found[GROUPS])
{
	struct rng rng;
	int number = 0, id = 0;

	rng_init(&rng, world->seed, "invent");
	for (size_t i = 0; i < world->places.len; i++)
		if (world->places.at[i].id > id)
			id = world->places.at[i].id;
	id += 100000; /* clear of settings that were not dumped */
	for (enum group g = 0; g < GROUPS; g++)
		for (int n = found[g]; n < profile->settings[g]; n++)
			invent_one(world, g, n, ++number, ++id, &rng);
}

/* The first of each group stay, in the order of the dump. */
static void
keep_first(struct world *world, const struct profile *profile,
    int found[GROUPS])
{
	struct places *places = &world->places;
	size_t kept = 0;

	for (size_t i = 0; i < places->len; i++) {
		enum group group = group_of(&places->at[i]);

		if (found[group] >= profile->settings[group])
			continue;
		found[group]++;
		places->at[kept++] = places->at[i];
	}
	places->len = kept;
}

/* Shares by weight, whose sum is exactly total. */
static void
scale(struct world *world, int total, int (*get)(const struct place *),
    void (*set)(struct place *, int))
{
	int64_t sum = 0, seen = 0, given = 0;

	for (size_t i = 0; i < world->places.len; i++)
		sum += get(&world->places.at[i]);
	for (size_t i = 0; i < world->places.len && sum > 0; i++) {
		int64_t upto;

		seen += get(&world->places.at[i]);
		upto = seen * total / sum;
		set(&world->places.at[i], (int)(upto - given));
		given = upto;
	}
}

static int
get_plans(const struct place *place)
{
	return place->plans;
}

static void
set_plans(struct place *place, int plans)
{
	place->plans = plans;
}

static int
get_support(const struct place *place)
{
	return place->support;
}

static void
set_support(struct place *place, int support)
{
	place->support = support;
}

bool
profile_apply(struct world *world, const char *name, bool may_invent,
    struct problem *why)
{
	const struct profile *profile = NULL;
	int found[GROUPS] = { 0 };

	for (size_t i = 0; i < nitems(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			profile = &profiles[i];
	if (profile == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_CODE, "",
		    "--profile is S, M, L or XL, not %.20s", name);
	keep_first(world, profile, found);
	for (int g = 0; g < GROUPS && !may_invent; g++)
		if (found[g] < profile->settings[g])
			return problem_set(why, PROBLEM_UNKNOWN_SETTING, "",
			    "the authority has too few settings for profile "
			    "%s; --invent makes up the number", name);
	invent_missing(world, profile, found);
	scale(world, profile->plans, get_plans, set_plans);
	scale(world, profile->children - profile->plans, get_support,
	    set_support);
	return true;
}
