/*
 * numbers.h — identifiers that pass their checks and belong to nobody: UPNs
 * numbered per school and year, ULNs from a block of their own, NHS numbers
 * from the range 999 that is kept for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_NUMBERS_H
#define GENERATE_NUMBERS_H

#include "common.h"
#include <stdbool.h>
#include <stdint.h>

#define UPN_SIZE 14
#define ULN_SIZE 11
#define NHS_SIZE 11

struct numbers {
	uint16_t *serials; /* of UPNs: [establishment][year of allocation] */
	uint32_t ulns, nhs;
};

void numbers_init(struct numbers *);
void numbers_release(struct numbers *);

/* laestab is seven digits; year the two-digit one the year began in. False
 * when that school has allotted its 999 of the year. */
bool numbers_upn(struct numbers *, const char *laestab, int year,
    char out[static UPN_SIZE]) must_check;
/* The last place a letter: given by a school that waits for the real one. */
bool numbers_upn_temporary(struct numbers *, const char *laestab, int year,
    char out[static UPN_SIZE]) must_check;
void numbers_uln(struct numbers *, char out[static ULN_SIZE]);
bool numbers_nhs(struct numbers *, char out[static NHS_SIZE]) must_check;

/* The same UPN with a check letter that does not hold. */
void upn_spoil(char upn[static UPN_SIZE]);

#endif
