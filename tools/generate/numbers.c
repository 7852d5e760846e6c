/*
 * numbers.c — counts up and adds the check character. Numbers are walked
 * through with a stride, so that neighbours do not look alike.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "numbers.h"

#include "identifiers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESTABLISHMENTS 10000
#define YEARS 100
#define NHS_MAX 1000000u
#define ULN_FIRST 960000000u /* of nine digits; stays below 999999999 */
#define ULN_MAX 39000000u

static const char letters[] = "ABCDEFGHJKLMNPQRTUVWXYZ";

void
numbers_init(struct numbers *numbers)
{
	memset(numbers, 0, sizeof(*numbers));
	numbers->serials = calloc((size_t)ESTABLISHMENTS * YEARS,
	    sizeof(*numbers->serials));
	if (numbers->serials == NULL)
		abort();
}

void
numbers_release(struct numbers *numbers)
{
	free(numbers->serials);
	numbers->serials = NULL;
}

static int
next_serial(struct numbers *numbers, const char *laestab, int year)
{
	int establishment = atoi(laestab + 3);
	uint16_t *serial;

	assert(strlen(laestab) == 7 && year >= 0 && year < YEARS);
	serial = &numbers->serials[establishment * YEARS + year];
	return *serial >= 999 ? 0 : ++*serial;
}

static void
upn_finish(char upn[static UPN_SIZE], const char body[static 13])
{
	upn[0] = upn_check_letter(body);
	memcpy(upn + 1, body, 13);
	assert(upn_check(slice_of(upn)) == IDENTIFIER_VALID);
}

bool
numbers_upn(struct numbers *numbers, const char *laestab, int year,
    char out[static UPN_SIZE])
{
	int serial = next_serial(numbers, laestab, year);
	char body[32];

	if (serial == 0)
		return false;
	snprintf(body, sizeof(body), "%s%02d%03d", laestab, year, serial);
	upn_finish(out, body);
	return true;
}

/* Two digits and a letter hold 2,300, well past the serials there are. */
bool
numbers_upn_temporary(struct numbers *numbers, const char *laestab, int year,
    char out[static UPN_SIZE])
{
	int serial = next_serial(numbers, laestab, year);
	char body[32];

	if (serial == 0)
		return false;
	snprintf(body, sizeof(body), "%s%02d%02d%c", laestab, year,
	    serial % 100, letters[serial / 100]);
	upn_finish(out, body);
	return true;
}

void
upn_spoil(char upn[static UPN_SIZE])
{
	size_t index = (size_t)(strchr(letters, upn[0]) - letters);

	upn[0] = letters[(index + 1) % (sizeof(letters) - 1)];
}

/* Sum of nine digits weighted 10 to 2, modulo 11. */
static unsigned
weighted(const char *nine)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 9; i++)
		sum += (unsigned)(nine[i] - '0') * (10 - i);
	return sum % 11;
}

static void
add_check(char out[static ULN_SIZE], const char *nine, unsigned check)
{
	memcpy(out, nine, 9);
	out[9] = (char)('0' + check);
	out[10] = '\0';
}

void
numbers_uln(struct numbers *numbers, char out[static ULN_SIZE])
{
	char nine[16];

	do {
		uint64_t drawn = (uint64_t)++ numbers->ulns * 7654321u % ULN_MAX;

		snprintf(nine, sizeof(nine), "%09u",
		    ULN_FIRST + (unsigned)drawn);
	} while (weighted(nine) == 0);
	add_check(out, nine, 10 - weighted(nine));
	assert(uln_check(slice_of(out)) == IDENTIFIER_VALID);
}

bool
numbers_nhs(struct numbers *numbers, char out[static NHS_SIZE])
{
	char nine[16];
	unsigned check;

	do {
		uint64_t drawn = (uint64_t)numbers->nhs++ *654321u % NHS_MAX;

		if (numbers->nhs > NHS_MAX)
			return false;
		snprintf(nine, sizeof(nine), "999%06u", (unsigned)drawn);
		check = 11 - weighted(nine);
	} while (check == 10);
	add_check(out, nine, check % 11);
	assert(nhs_check(slice_of(out)) == IDENTIFIER_VALID);
	return true;
}
