/*
 * dates.h — civil dates as days since 2000-01-01 (PostgreSQL's own count, so
 * a date goes to the database unchanged), and times as microseconds since
 * 2000-01-01T00:00:00Z. Proleptic Gregorian, years 1 to 9999.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_DATES_H
#define PROTOCOL_DATES_H

#include "text.h"
#include "common.h"
#include <stdbool.h>
#include <stdint.h>

#define DATE_TEXT_SIZE 11 /* YYYY-MM-DD and NUL */
#define TIME_TEXT_SIZE 28 /* YYYY-MM-DDThh:mm:ss.ffffffZ and NUL */

bool date_is_valid(int year, int month, int day);
int32_t date_from_civil(int year, int month, int day);
void date_to_civil(int32_t date, int *year, int *month, int *day);

bool date_read_iso(struct slice, int32_t *out) must_check;   /* YYYY-MM-DD */
/* dd/mm/yyyy or dd-mm-yyyy, as the registers print them; also ISO. */
bool date_read_register(struct slice, int32_t *out) must_check;
void date_print(int32_t date, char out[static DATE_TEXT_SIZE]);

/* RFC 3339; any offset is taken and turned to UTC. */
bool time_read_rfc3339(struct slice, int64_t *out_us) must_check;
void time_print(int64_t us, char out[static TIME_TEXT_SIZE]);

/* The academic year (1 September to 31 August) a date lies in, by the year it ends. */
int date_academic_year(int32_t date);

#endif
