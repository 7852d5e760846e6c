/*
 * Tests of tools/generate/numbers.c and years.c: identifiers pass their own
 * checks, none comes twice, and birthdays fit their year group.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../tools/generate/numbers.h"

#include "../../tools/generate/years.h"
#include "dates.h"
#include "identifiers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct numbers numbers;

static int
set_up(void **state)
{
	(void)state;
	numbers_init(&numbers);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	numbers_release(&numbers);
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
upns_of_a_school_are_valid_and_end_at_999(void **state)
{
	char upn[UPN_SIZE], last[UPN_SIZE] = "";

	(void)state;
	for (int i = 1; i <= 999; i++) {
		assert_true(numbers_upn(&numbers, "3582000", 25, upn));
		assert_int_equal(upn_check(slice_of(upn)), IDENTIFIER_VALID);
		assert_memory_equal(upn + 1, "358200025", 9);
		assert_string_not_equal(upn, last);
		memcpy(last, upn, sizeof(last));
	}
	assert_false(numbers_upn(&numbers, "3582000", 25, upn));
	assert_true(numbers_upn(&numbers, "3582000", 24, upn));
}

static void
a_temporary_upn_ends_in_a_letter(void **state)
{
	char upn[UPN_SIZE];

	(void)state;
	for (int i = 0; i < 250; i++) {
		assert_true(numbers_upn_temporary(&numbers, "3584001", 9,
		    upn));
		assert_true(upn_is_temporary(slice_of(upn)));
	}
}

static void
a_spoilt_upn_fails_its_check_only(void **state)
{
	char upn[UPN_SIZE];

	(void)state;
	for (int i = 0; i < 300; i++) {
		assert_true(numbers_upn(&numbers, "3582001", 20, upn));
		upn_spoil(upn);
		assert_int_equal(upn_check(slice_of(upn)),
		    IDENTIFIER_WRONG_CHECK);
	}
}

static void
ulns_and_nhs_numbers_are_valid_and_come_once(void **state)
{
	enum { COUNT = 20000 };
	static char ulns[COUNT][ULN_SIZE], nhs[COUNT][NHS_SIZE];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		numbers_uln(&numbers, ulns[i]);
		assert_int_equal(uln_check(slice_of(ulns[i])),
		    IDENTIFIER_VALID);
		assert_true(numbers_nhs(&numbers, nhs[i]));
		assert_int_equal(nhs_check(slice_of(nhs[i])),
		    IDENTIFIER_VALID);
		assert_memory_equal(nhs[i], "999", 3);
	}
	qsort(ulns, COUNT, sizeof(ulns[0]), by_text);
	qsort(nhs, COUNT, sizeof(nhs[0]), by_text);
	for (int i = 1; i < COUNT; i++) {
		assert_string_not_equal(ulns[i], ulns[i - 1]);
		assert_string_not_equal(nhs[i], nhs[i - 1]);
	}
}

static void
a_birthday_gives_its_year_group_back(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 358, "birthdays");
	for (int ncy = NCY_LOWEST; ncy <= NCY_HIGHEST; ncy++)
		for (int i = 0; i < 400; i++)
			assert_int_equal(ncy_of(ncy_birthday(&rng, ncy, 2027),
			    2027), ncy);
}

static void
the_year_group_turns_over_on_the_first_of_september(void **state)
{
	(void)state;
	/* Four on 31 August 2026 is Reception in 2026-27. */
	assert_int_equal(ncy_of(date_from_civil(2022, 8, 31), 2027), 0);
	assert_int_equal(ncy_of(date_from_civil(2022, 9, 1), 2027), -1);
	assert_int_equal(ncy_of(date_from_civil(2015, 9, 1), 2027), 6);
	assert_string_equal(ncy_code(0), "R");
	assert_string_equal(ncy_code(-1), "N2");
	assert_string_equal(ncy_code(14), "14");
	assert_null(ncy_code(15));
	assert_true(is_summer_born(date_from_civil(2022, 8, 31)));
	assert_true(is_summer_born(date_from_civil(2022, 4, 1)));
	assert_false(is_summer_born(date_from_civil(2022, 9, 1)));
	assert_false(is_summer_born(date_from_civil(2022, 3, 31)));
}

static void
the_same_seed_draws_the_same(void **state)
{
	struct rng one, same, other;
	int equal = 0;

	(void)state;
	rng_init(&one, 1, "urn:106283");
	rng_init(&same, 1, "urn:106283");
	rng_init(&other, 1, "urn:106284");
	for (int i = 0; i < 100; i++) {
		uint64_t drawn = rng_next(&one);

		assert_true(drawn == rng_next(&same));
		equal += drawn == rng_next(&other);
	}
	assert_int_equal(equal, 0);
	/* Fixed: a change here changes every generated authority. */
	rng_init(&one, 358, "");
	assert_true(rng_next(&one) == UINT64_C(0x17da92d737a3afd2));
}

static void
draws_stay_in_their_range(void **state)
{
	static const int weights[] = { 0, 3, 0, 1 };
	int seen[4] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 9, "range");
	for (int i = 0; i < 10000; i++) {
		int drawn = rng_between(&rng, -2, 2);

		assert_in_range(drawn + 2, 0, 4);
		seen[rng_weighted(&rng, weights, 4)]++;
	}
	assert_int_equal(seen[0] + seen[2], 0);
	assert_in_range(seen[1], 7200, 7800);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    upns_of_a_school_are_valid_and_end_at_999, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_temporary_upn_ends_in_a_letter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_spoilt_upn_fails_its_check_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    ulns_and_nhs_numbers_are_valid_and_come_once, set_up,
		    tear_down),
		cmocka_unit_test(a_birthday_gives_its_year_group_back),
		cmocka_unit_test(
		    the_year_group_turns_over_on_the_first_of_september),
		cmocka_unit_test(the_same_seed_draws_the_same),
		cmocka_unit_test(draws_stay_in_their_range),
	};

	return cmocka_run_group_tests_name("generate_numbers", tests, NULL,
	    NULL);
}
