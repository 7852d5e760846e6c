/*
 * dates.c — civil dates and times read, printed and counted. The day count
 * is the usual one over eras of 400 years that begin on 1 March, so that the
 * leap day is the last of its year and needs no case of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dates.h"

#include <assert.h>

#define DAYS_TO_2000 730425 /* from 0000-03-01 to 2000-01-01 */
#define DAY_US INT64_C(86400000000)
#define YEAR_1_DAY (-730119)   /* 0001-01-01 */
#define YEAR_10000_DAY 2921940 /* 10000-01-01 */

bool
date_is_valid(int year, int month, int day)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

int32_t
date_from_civil(int year, int month, int day)
{
	int era, year_of_era, day_of_year, day_of_era;

	assert(date_is_valid(year, month, day));
	year -= month <= 2;
	era = year / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year;
	return era * 146097 + day_of_era - DAYS_TO_2000;
}

void
date_to_civil(int32_t date, int *year, int *month, int *day)
{
	int64_t days = (int64_t)date + DAYS_TO_2000;
	int era = (int)((days >= 0 ? days : days - 146096) / 146097);
	int day_of_era = (int)(days - (int64_t)era * 146097);
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	    day_of_era / 146096) / 365;
	int day_of_year = day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted = (5 * day_of_year + 2) / 153; /* March is 0 */

	*day = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* A number of exactly len digits; -1 when it is none. */
static int
digits(const char *at, size_t len)
{
	int number = 0;

	for (size_t i = 0; i < len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return -1;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

static bool
date_make(int year, int month, int day, int32_t *out)
{
	if (!date_is_valid(year, month, day))
		return false;
	*out = date_from_civil(year, month, day);
	return true;
}

bool
date_read_iso(struct slice text, int32_t *out)
{
	const char *at = text.at;

	if (text.len != 10 || at[4] != '-' || at[7] != '-')
		return false;
	return date_make(digits(at, 4), digits(at + 5, 2), digits(at + 8, 2),
	    out);
}

bool
date_read_register(struct slice text, int32_t *out)
{
	const char *at = text.at;

	if (text.len != 10)
		return false;
	if (at[2] != at[5] || (at[2] != '/' && at[2] != '-'))
		return date_read_iso(text, out);
	return date_make(digits(at + 6, 4), digits(at + 3, 2), digits(at, 2),
	    out);
}

/* len digits with leading zeros. */
static char *
print_digits(char *out, int number, int len)
{
	for (int i = len - 1; i >= 0; i--) {
		out[i] = (char)('0' + number % 10);
		number /= 10;
	}
	return out + len;
}

void
date_print(int32_t date, char out[static DATE_TEXT_SIZE])
{
	int year, month, day;

	date_to_civil(date, &year, &month, &day);
	assert(year >= 1 && year <= 9999);
	out = print_digits(out, year, 4);
	*out++ = '-';
	out = print_digits(out, month, 2);
	*out++ = '-';
	out = print_digits(out, day, 2);
	*out = '\0';
}

/* "+01:00", "-05:30" or "Z" as minutes east. */
static bool
read_offset(struct slice text, int *minutes)
{
	int hour, minute;

	if (text.len == 1 && (text.at[0] == 'Z' || text.at[0] == 'z')) {
		*minutes = 0;
		return true;
	}
	if (text.len != 6 || text.at[3] != ':' ||
	    (text.at[0] != '+' && text.at[0] != '-'))
		return false;
	hour = digits(text.at + 1, 2);
	minute = digits(text.at + 4, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = hour * 60 + minute;
	if (text.at[0] == '-')
		*minutes = -*minutes;
	return true;
}

/* ".5" to ".123456789"; digits past the sixth are cut off. */
static size_t
read_fraction(struct slice text, int *micros)
{
	size_t len = 1;
	int unit = 100000;

	*micros = 0;
	if (text.len == 0 || text.at[0] != '.')
		return 0;
	for (; len < text.len && len <= 9; len++) {
		if (text.at[len] < '0' || text.at[len] > '9')
			break;
		*micros += (text.at[len] - '0') * unit;
		unit /= 10;
	}
	return len > 1 ? len : 0;
}

bool
time_read_rfc3339(struct slice text, int64_t *out_us)
{
	const char *at = text.at;
	int hour, minute, second, micros, offset;
	int32_t date;
	size_t used;

	if (text.len < 20 || (at[10] != 'T' && at[10] != 't') ||
	    at[13] != ':' || at[16] != ':' ||
	    !date_read_iso((struct slice){ at, 10 }, &date))
		return false;
	hour = digits(at + 11, 2);
	minute = digits(at + 14, 2);
	second = digits(at + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 || second > 59)
		return false;
	used = 19 + read_fraction((struct slice){ at + 19, text.len - 19 },
	    &micros);
	if (!read_offset((struct slice){ at + used, text.len - used }, &offset))
		return false;
	*out_us = date * DAY_US + micros +
	    ((hour * 60 + minute - offset) * 60 + second) * INT64_C(1000000);
	/* An offset may lead out of the years that can be printed. */
	return *out_us >= YEAR_1_DAY * DAY_US &&
	       *out_us < YEAR_10000_DAY * DAY_US;
}

void
time_print(int64_t us, char out[static TIME_TEXT_SIZE])
{
	int64_t date = us / DAY_US;
	int64_t rest = us % DAY_US;
	int seconds, micros;

	if (rest < 0) {
		rest += DAY_US;
		date--;
	}
	seconds = (int)(rest / 1000000);
	micros = (int)(rest % 1000000);
	date_print((int32_t)date, out);
	out += DATE_TEXT_SIZE - 1;
	*out++ = 'T';
	out = print_digits(out, seconds / 3600, 2);
	*out++ = ':';
	out = print_digits(out, seconds / 60 % 60, 2);
	*out++ = ':';
	out = print_digits(out, seconds % 60, 2);
	if (micros != 0) {
		*out++ = '.';
		out = print_digits(out, micros, 6);
	}
	*out++ = 'Z';
	*out = '\0';
}

int
date_academic_year(int32_t date)
{
	int year, month, day;

	date_to_civil(date, &year, &month, &day);
	return month >= 9 ? year + 1 : year;
}
