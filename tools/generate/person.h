/*
 * person.h — one invented child or member of staff: name, birthday, year
 * group and numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_PERSON_H
#define GENERATE_PERSON_H

#include "numbers.h"
#include "places.h"
#include "rng.h"
#include "world.h"
#include <stdint.h>

struct person {
	uint8_t id[16];
	const char *surname;  /* any text is NULL when there is none */
	const char *forename;
	const char *middle_names;
	const char *preferred_forename;
	const char *former_surname;
	const char *sex;
	const char *postcode;
	int32_t born_on;
	int ncy;              /* as taught: may differ from the birthday's */
	char upn[UPN_SIZE];   /* numbers are "" when there is none */
	char former_upn[UPN_SIZE];
	char uln[ULN_SIZE];
	char nhs_number[NHS_SIZE];
};

/* provision is 'N', 'K' or 'E': a plan brings a UPN even to a small child. */
void person_draw(struct person *, struct world *, const struct place *,
    struct rng *, char provision);
/* "Forename Surname" of somebody grown up, in the world's arena. */
const char *person_adult_name(struct world *, struct rng *);

#endif
