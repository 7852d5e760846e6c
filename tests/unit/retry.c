/*
 * Tests of tools/lib/retry.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
waits_grow_to_the_most_and_no_further(void **state)
{
	static const int64_t ceilings[] = {
		500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000
	};
	struct retry retry;
	int64_t wait;

	(void)state;
	retry_start(&retry, 3600 * 1000);
	for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++) {
		/* The greatest random number below the ceiling is the wait. */
		assert_true(retry_wait(&retry, 0, 0,
		    (uint32_t)ceilings[i] - 1, &wait));
		assert_int_equal(wait, ceilings[i] - 1);
	}
	assert_true(retry_wait(&retry, 0, 0, 30000, &wait));
	assert_int_equal(wait, 0); /* full jitter begins at nothing */
	assert_int_equal(retry.attempts, 10);
}

static void
the_server_s_own_time_is_never_undercut(void **state)
{
	struct retry retry;
	int64_t wait;

	(void)state;
	retry_start(&retry, 60 * 1000);
	assert_true(retry_wait(&retry, 1000, 7000, 0, &wait));
	assert_int_equal(wait, 7000);
	assert_true(retry_wait(&retry, 1000, 7000, 999, &wait));
	assert_int_equal(wait, 7999);
}

static void
patience_runs_from_the_first_failure(void **state)
{
	struct retry retry;
	int64_t wait;

	(void)state;
	retry_start(&retry, 10 * 1000);
	assert_true(retry_wait(&retry, 50000, 0, 0, &wait));
	assert_true(retry_wait(&retry, 60000, 0, 0, &wait));
	assert_false(retry_wait(&retry, 60001, 0, 0, &wait));
	retry_start(&retry, 0);
	assert_false(retry_wait(&retry, 1, 0, 1, &wait));
}

static void
only_passing_failures_are_tried_again(void **state)
{
	static const int again[] = { 429, 500, 502, 503, 504 };
	static const int never[] = {
		200, 201, 302, 400, 403, 404, 409, 413, 422, 501, 505
	};

	(void)state;
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		assert_true(retry_is_worth(again[i]));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_false(retry_is_worth(never[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_grow_to_the_most_and_no_further),
		cmocka_unit_test(the_server_s_own_time_is_never_undercut),
		cmocka_unit_test(patience_runs_from_the_first_failure),
		cmocka_unit_test(only_passing_failures_are_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
