/*
 * years.c — birthdays and year groups; the academic year is named by the
 * calendar year it ends in, as in dates.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "years.h"

#include "common.h"
#include "dates.h"

#include <stddef.h>

static const char *const codes[] = {
	"E1", "E2", "N1", "N2", "R", "1", "2", "3", "4", "5", "6", "7", "8",
	"9", "10", "11", "12", "13", "14"
};

const char *
ncy_code(int ncy)
{
	int index = ncy - NCY_LOWEST;

	return index >= 0 && index < (int)nitems(codes) ? codes[index] : NULL;
}

int32_t
year_first_day(int year)
{
	return date_from_civil(year - 1, 9, 1);
}

int
ncy_of(int32_t born_on, int year)
{
	return year - date_academic_year(born_on) - 5;
}

int32_t
ncy_birthday(struct rng *rng, int ncy, int year)
{
	int born_in = year - ncy - 5;
	int32_t first = year_first_day(born_in);
	int32_t last = year_first_day(born_in + 1) - 1;

	return rng_between(rng, first, last);
}

bool
is_summer_born(int32_t born_on)
{
	int year, month, day;

	date_to_civil(born_on, &year, &month, &day);
	return month >= 4 && month <= 8;
}
