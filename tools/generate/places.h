/*
 * places.h — the settings to be filled with children: read from a dump of
 * core.settings, sorted into classes that decide ages, shares of SEN and
 * where a child moves next.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_PLACES_H
#define GENERATE_PLACES_H

#include "arena.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum place_class {
	PLACE_NONE,          /* no children of ours: clubs, home childcarers */
	PLACE_NURSERY,       /* group provider, full day or sessional */
	PLACE_CHILDMINDER,
	PLACE_NURSERY_SCHOOL,
	PLACE_INFANT,
	PLACE_JUNIOR,
	PLACE_PRIMARY,
	PLACE_MIDDLE,
	PLACE_SECONDARY,
	PLACE_ALL_THROUGH,
	PLACE_SPECIAL,
	PLACE_REFERRAL,      /* pupil referral units and alternative provision */
	PLACE_COLLEGE,
	PLACE_CLASSES
};

enum place_output { OUTPUT_SQL, OUTPUT_NDJSON, OUTPUT_CTF };

struct place {
	int id;
	enum place_class class;
	const char *ref;       /* "urn:106283" */
	const char *name;
	const char *laestab;   /* seven digits or "" */
	const char *outward;   /* "M33" or "" */
	int low_ncy, high_ncy; /* year groups: -4 (E1) to 20 */
	int roll;
	int support, plans;    /* children at K and at E */
	int32_t opened_on;     /* DATE_NONE when not known */
	bool is_independent;
	bool is_invented;
	enum place_output output;
	int told;              /* children written so far */
	struct buf *wire;      /* records by kind, or pupils of a CTF */
};

struct places {
	struct place *at; /* in the arena */
	size_t len, cap;
};

#define DATE_NONE INT32_MIN

bool places_read(struct places *, const char *path, struct arena *,
    struct problem *) must_check;
/* Sets roll, support and plans from a school census; matched by URN. */
bool places_take_census(struct places *, const char *path, struct arena *,
    struct problem *) must_check;
struct place *places_add(struct places *, struct arena *);
struct place *places_find(struct places *, const char *ref);

/* Shares of a class applied to the roll. */
void place_estimate(struct place *);
bool place_is_early_years(const struct place *);
bool place_is_school(const struct place *);

#endif
