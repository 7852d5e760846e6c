/*
 * Tests of protocol/identifiers.c against the published vectors in
 * tests/data/identifiers (read from the top of the project).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "identifiers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define DATA "tests/data/identifiers/"

static enum identifier_verdict
verdict_named(const char *name)
{
	if (strcmp(name, "valid") == 0)
		return IDENTIFIER_VALID;
	if (strcmp(name, "check") == 0 || strcmp(name, "invalid:check") == 0)
		return IDENTIFIER_WRONG_CHECK;
	return IDENTIFIER_MALFORMED;
}

/* Calls each for the first columns of each row behind the header. */
static int
each_row(const char *file, void (*each)(char *columns[3]))
{
	char line[512], *columns[3];
	FILE *in = fopen(file, "r");
	int rows = 0;

	if (in == NULL)
		fail_msg("%s cannot be opened", file);
	assert_non_null(fgets(line, sizeof(line), in));
	while (fgets(line, sizeof(line), in) != NULL) {
		char *rest = line;

		line[strcspn(line, "\r\n")] = '\0';
		for (int i = 0; i < 3; i++) {
			columns[i] = strsep(&rest, "\t");
			if (columns[i] == NULL)
				columns[i] = "";
		}
		each(columns);
		rows++;
	}
	fclose(in);
	return rows;
}

static void
check_vector(char *columns[3])
{
	struct slice text = slice_of(columns[1]);
	enum identifier_verdict found;

	if (strcmp(columns[0], "upn") == 0)
		found = upn_check(text);
	else if (strcmp(columns[0], "uln") == 0)
		found = uln_check(text);
	else
		found = nhs_check(text);
	if (found != verdict_named(columns[2]))
		fail_msg("%s %s: verdict %d", columns[0], columns[1], found);
}

static void
check_upn_row(char *columns[3])
{
	if (upn_check(slice_of(columns[0])) != verdict_named(columns[1]))
		fail_msg("%s should be %s", columns[0], columns[1]);
	if (columns[2][0] != '\0')
		assert_int_equal(upn_check_letter(columns[0] + 1),
		    columns[2][0]);
}

static void
check_nhs_row(char *columns[3])
{
	char digits[32];
	size_t len = 0;
	bool is_valid;

	for (const char *c = columns[0]; *c != '\0'; c++)
		if (*c != ' ' && *c != '-')
			digits[len++] = *c;
	is_valid = nhs_check((struct slice){ digits, len }) == IDENTIFIER_VALID;
	assert_int_equal(is_valid, strcmp(columns[1], "valid") == 0);
}

static void
published_vectors_hold(void **state)
{
	(void)state;
	assert_int_equal(each_row(DATA "vectors.tsv", check_vector), 44);
	assert_int_equal(each_row(DATA "upn.tsv", check_upn_row), 11);
	assert_int_equal(each_row(DATA "nhs.tsv", check_nhs_row), 14);
}

/* In the last place A stands for 0, B for 1 and so on: that one exchange is
 * beyond the scheme. */
static bool
is_same_value(char a, char b)
{
	static const char digits[] = "0123456789", letters[] = "ABCDEFGHJK";

	for (int i = 0; i < 10; i++)
		if ((a == digits[i] && b == letters[i]) ||
		    (b == digits[i] && a == letters[i]))
			return true;
	return false;
}

/* Any other character in any one position is noticed, 13 included. */
static void
every_single_change_of_a_upn_is_noticed(void **state)
{
	static const char *const valid[] = {
		"H801200001001", "X00180001701A", "X93630152503Z",
		"P207000016049"
	};
	char text[14];
	int changes = 0;

	(void)state;
	for (size_t i = 0; i < nitems(valid); i++) {
		for (int at = 0; at < 13; at++) {
			memcpy(text, valid[i], 14);
			for (int c = 1; c < 256; c++) {
				if ((char)c == valid[i][at] ||
				    (at == 12 && is_same_value((char)c,
					valid[i][at])))
					continue;
				text[at] = (char)c;
				assert_int_not_equal(upn_check(slice_of(text)),
				    IDENTIFIER_VALID);
				changes++;
			}
		}
	}
	/* Three of the four end in one of the first ten values. */
	assert_int_equal(changes, 4 * 13 * 254 - 3);
}

/* Modulus 11 with distinct weights finds every single wrong digit. */
static void
every_single_change_of_uln_and_nhs_is_noticed(void **state)
{
	static const char uln[] = "9023456784", nhs[] = "9434765919";
	char text[11];

	(void)state;
	for (int at = 0; at < 10; at++) {
		for (char c = '0'; c <= '9'; c++) {
			memcpy(text, uln, sizeof(text));
			text[at] = c;
			assert_int_equal(uln_check(slice_of(text)),
			    c == uln[at] ? IDENTIFIER_VALID :
			    IDENTIFIER_WRONG_CHECK);
			memcpy(text, nhs, sizeof(text));
			text[at] = c;
			assert_int_equal(nhs_check(slice_of(text)),
			    c == nhs[at] ? IDENTIFIER_VALID :
			    IDENTIFIER_WRONG_CHECK);
		}
	}
}

/* For each body one check digit holds, or none where the rule has none. */
static void
at_most_one_check_digit_holds(void **state)
{
	int without_uln = 0, without_nhs = 0;
	char text[24];

	(void)state;
	for (int body = 900000000; body < 900011000; body++) {
		int ulns = 0, nhss = 0;

		for (int digit = 0; digit < 10; digit++) {
			snprintf(text, sizeof(text), "%09d%d", body, digit);
			ulns += uln_check(slice_of(text)) == IDENTIFIER_VALID;
			nhss += nhs_check(slice_of(text)) == IDENTIFIER_VALID;
		}
		assert_in_range(ulns, 0, 1);
		assert_in_range(nhss, 0, 1);
		without_uln += ulns == 0;
		without_nhs += nhss == 0;
	}
	assert_in_range(without_uln, 900, 1100); /* one in eleven */
	assert_in_range(without_nhs, 900, 1100);
}

static void
temporary_upns_are_valid_and_end_in_a_letter(void **state)
{
	(void)state;
	assert_true(upn_is_temporary(SLICE("X00180001701A")));
	assert_false(upn_is_temporary(SLICE("H801200001001")));
	assert_false(upn_is_temporary(SLICE("X00180001701B")));
	assert_false(upn_is_temporary(SLICE("A")));
	assert_false(upn_is_temporary((struct slice){ NULL, 0 }));
	assert_int_equal(upn_check_letter("801200001001"), 'H');
	assert_int_equal(upn_check_letter("00180001701A"), 'X');
	assert_int_equal(upn_check_letter("0018000170A1"), 0);
	assert_int_equal(upn_check_letter("80120000100I"), 0);
}

static void
numbers_of_settings_have_their_shapes(void **state)
{
	(void)state;
	assert_true(urn_is_valid(SLICE("106283")));
	assert_false(urn_is_valid(SLICE("10628")));
	assert_false(urn_is_valid(SLICE("1062834")));
	assert_false(urn_is_valid(SLICE("10628x")));
	assert_true(ofsted_urn_is_valid(SLICE("123456")));
	assert_true(ofsted_urn_is_valid(SLICE("2512345")));
	assert_true(ofsted_urn_is_valid(SLICE("EY478461")));
	assert_true(ofsted_urn_is_valid(SLICE("CA000024")));
	assert_false(ofsted_urn_is_valid(SLICE("ey478461")));
	assert_false(ofsted_urn_is_valid(SLICE("EY47846")));
	assert_false(ofsted_urn_is_valid(SLICE("EY4784610")));
	assert_false(ofsted_urn_is_valid(SLICE("XX478461")));
	assert_false(ofsted_urn_is_valid(SLICE("12345678")));
	assert_true(laestab_is_valid(SLICE("3582000")));
	assert_false(laestab_is_valid(SLICE("358/2000")));
	assert_true(ukprn_is_valid(SLICE("10000001")));
	assert_false(ukprn_is_valid(SLICE("20000001")));
	assert_false(ukprn_is_valid(SLICE("1000000")));
	assert_true(la_code_is_valid(SLICE("358")));
	assert_false(la_code_is_valid(SLICE("E08")));
	assert_false(la_code_is_valid(SLICE("")));
}

static void
references_are_typed(void **state)
{
	static const char *const right[] = {
		"urn:106283", "ofsted:EY478461", "ofsted:2512345",
		"laestab:3582000", "ukprn:10000001", "id:1", "id:2147483647"
	};
	static const char *const wrong[] = {
		"", "urn", "urn:", "106283", "urn:10628", "URN:106283",
		"urn: 106283", "urn:106283 ", "ofsted:EY47846", "ukprn:2000000",
		"laestab:358", "id:0", "id:01", "id:-1", "id:2147483648",
		"id:", "id:1x", "x:1", ":1",
	};

	(void)state;
	for (size_t i = 0; i < nitems(right); i++)
		assert_true(setting_ref_is_valid(slice_of(right[i])));
	for (size_t i = 0; i < nitems(wrong); i++)
		assert_false(setting_ref_is_valid(slice_of(wrong[i])));
	assert_false(setting_ref_is_valid((struct slice){ NULL, 0 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors_hold),
		cmocka_unit_test(every_single_change_of_a_upn_is_noticed),
		cmocka_unit_test(every_single_change_of_uln_and_nhs_is_noticed),
		cmocka_unit_test(at_most_one_check_digit_holds),
		cmocka_unit_test(temporary_upns_are_valid_and_end_in_a_letter),
		cmocka_unit_test(numbers_of_settings_have_their_shapes),
		cmocka_unit_test(references_are_typed),
	};

	return cmocka_run_group_tests_name("identifiers", tests, NULL, NULL);
}
