/*
 * years.h — year groups by number: -4 is E1, 0 Reception, 1 to 14 the school
 * years, 15 to 20 only with an EHC plan. Age on 31 August before the year
 * is the number plus four.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_YEARS_H
#define GENERATE_YEARS_H

#include "rng.h"
#include <stdint.h>

#define NCY_LOWEST (-4)
#define NCY_HIGHEST 20

/* "N2", "R", "7"; NULL past 14, where there is no code. */
const char *ncy_code(int ncy);

/* The academic year that ends in year: its first day. */
int32_t year_first_day(int year);
int ncy_of(int32_t born_on, int year);
/* A birthday that makes ncy the nominal year group in that academic year. */
int32_t ncy_birthday(struct rng *, int ncy, int year);
/* Born 1 April to 31 August: may start school a year later. */
bool is_summer_born(int32_t born_on);

#endif
