/*
 * identifiers.c — check characters of UPN, ULN and NHS number, and the
 * shapes of the numbers of settings. Where each rule comes from: README.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "identifiers.h"

#include <string.h>

/* Values 0 to 22; I, O and S are left out. */
static const char upn_letters[] = "ABCDEFGHJKLMNPQRTUVWXYZ";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_digits(struct slice text, size_t len)
{
	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_digit(text.at[i]))
			return false;
	return true;
}

static int
upn_letter_value(char c)
{
	const char *found = memchr(upn_letters, c, sizeof(upn_letters) - 1);

	return found == NULL ? -1 : (int)(found - upn_letters);
}

char
upn_check_letter(const char body[static 12])
{
	int sum = 0, value;

	for (int i = 0; i < 12; i++) {
		if (is_digit(body[i]))
			value = body[i] - '0';
		else if (i == 11)
			value = upn_letter_value(body[i]); /* temporary UPN */
		else
			value = -1;
		if (value < 0)
			return 0;
		sum += value * (i + 2);
	}
	return upn_letters[sum % 23];
}

enum identifier_verdict
upn_check(struct slice text)
{
	char letter;

	if (text.len != 13 || upn_letter_value(text.at[0]) < 0)
		return IDENTIFIER_MALFORMED;
	letter = upn_check_letter(text.at + 1);
	if (letter == 0)
		return IDENTIFIER_MALFORMED;
	return letter == text.at[0] ? IDENTIFIER_VALID : IDENTIFIER_WRONG_CHECK;
}

bool
upn_is_temporary(struct slice text)
{
	return upn_check(text) == IDENTIFIER_VALID && !is_digit(text.at[12]);
}

/* Weights 10 down to 2 over the first nine digits. */
static int
weighted_sum(const char *at)
{
	int sum = 0;

	for (int i = 0; i < 9; i++)
		sum += (at[i] - '0') * (10 - i);
	return sum;
}

enum identifier_verdict
uln_check(struct slice text)
{
	int rest;

	if (!is_digits(text, 10) || slice_is(text, "9999999999"))
		return IDENTIFIER_MALFORMED;
	rest = weighted_sum(text.at) % 11;
	if (rest == 0 || text.at[9] - '0' != 10 - rest)
		return IDENTIFIER_WRONG_CHECK;
	return IDENTIFIER_VALID;
}

enum identifier_verdict
nhs_check(struct slice text)
{
	int check;

	if (!is_digits(text, 10))
		return IDENTIFIER_MALFORMED;
	check = (11 - weighted_sum(text.at) % 11) % 11;
	if (text.at[9] - '0' != check) /* 10 is no digit: never valid */
		return IDENTIFIER_WRONG_CHECK;
	return IDENTIFIER_VALID;
}

bool
urn_is_valid(struct slice text)
{
	return is_digits(text, 6);
}

bool
ofsted_urn_is_valid(struct slice text)
{
	if (is_digits(text, 6) || is_digits(text, 7))
		return true;
	if (text.len != 8 ||
	    (memcmp(text.at, "EY", 2) != 0 && memcmp(text.at, "CA", 2) != 0))
		return false;
	return is_digits((struct slice){ text.at + 2, 6 }, 6);
}

bool
laestab_is_valid(struct slice text)
{
	return is_digits(text, 7);
}

bool
ukprn_is_valid(struct slice text)
{
	return is_digits(text, 8) && text.at[0] == '1';
}

bool
la_code_is_valid(struct slice text)
{
	return is_digits(text, 3);
}

/* A positive 32-bit number without leading zeros. */
static bool
id_is_valid(struct slice text)
{
	int64_t number;

	return text.len > 0 && text.at[0] != '0' &&
	       text_read_uint(text, &number) && number <= INT32_MAX;
}

static const struct scheme {
	const char *prefix;
	bool (*is_valid)(struct slice);
} schemes[] = {
	{ "urn:",     urn_is_valid },
	{ "ofsted:",  ofsted_urn_is_valid },
	{ "laestab:", laestab_is_valid },
	{ "ukprn:",   ukprn_is_valid },
	{ "id:",      id_is_valid },
};

bool
setting_ref_is_valid(struct slice text)
{
	for (size_t i = 0; i < nitems(schemes); i++) {
		size_t len = strlen(schemes[i].prefix);

		if (text.len > len &&
		    memcmp(text.at, schemes[i].prefix, len) == 0)
			return schemes[i].is_valid(
			    (struct slice){ text.at + len, text.len - len });
	}
	return false;
}
