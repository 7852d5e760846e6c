/*
 * Tests of protocol/dates.c; the C library's timegm is the oracle.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

/* Walks every day of the years 1 to 9999. */
static void
days_follow_one_another(void **state)
{
	int32_t expected = date_from_civil(1, 1, 1);
	int y, m, d;
	char text[DATE_TEXT_SIZE];
	int32_t back;

	(void)state;
	for (int year = 1; year <= 9999; year++) {
		for (int month = 1; month <= 12; month++) {
			for (int day = 1; date_is_valid(year, month, day); day++) {
				assert_int_equal(date_from_civil(year, month, day),
				    expected);
				date_to_civil(expected, &y, &m, &d);
				assert_true(y == year && m == month && d == day);
				date_print(expected, text);
				assert_true(date_read_iso(slice_of(text), &back));
				assert_int_equal(back, expected);
				expected++;
			}
		}
	}
	assert_int_equal(expected - date_from_civil(1, 1, 1), 3652059);
}

static void
days_count_from_2000_as_timegm_does(void **state)
{
	(void)state;
	assert_int_equal(date_from_civil(2000, 1, 1), 0);
	assert_int_equal(date_from_civil(1999, 12, 31), -1);
	for (int year = 1901; year < 2100; year++) {
		struct tm tm = { .tm_year = year - 1900, .tm_mon = 8, .tm_mday = 1 };

		assert_int_equal(date_from_civil(year, 9, 1),
		    timegm(&tm) / 86400 - 10957);
	}
}

static void
valid_days_are_those_of_the_calendar(void **state)
{
	(void)state;
	assert_true(date_is_valid(2024, 2, 29));
	assert_true(date_is_valid(2000, 2, 29));
	assert_false(date_is_valid(1900, 2, 29));
	assert_false(date_is_valid(2023, 2, 29));
	assert_false(date_is_valid(2023, 4, 31));
	assert_false(date_is_valid(0, 1, 1));
	assert_false(date_is_valid(10000, 1, 1));
	assert_false(date_is_valid(2023, 13, 1));
	assert_false(date_is_valid(2023, 0, 1));
	assert_false(date_is_valid(2023, 1, 0));
}

static void
dates_are_read_in_their_forms_only(void **state)
{
	static const char *const wrong[] = {
		"", "2025-9-03", "2025-09-3", "2025-09-031", "20250903",
		"2025/09/03", "2025-02-30", "0000-01-01", "+025-09-03",
		"2025-09-0x", " 2025-09-03", "2025-09-03 ", "9999-13-01",
	};
	int32_t date = 1, other = 2;

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++)
		assert_false(date_read_iso(slice_of(wrong[i]), &date));
	assert_true(date_read_iso(SLICE("2025-09-03"), &date));
	assert_true(date_read_register(SLICE("03/09/2025"), &other));
	assert_int_equal(date, other);
	assert_true(date_read_register(SLICE("03-09-2025"), &other));
	assert_int_equal(date, other);
	assert_true(date_read_register(SLICE("2025-09-03"), &other));
	assert_int_equal(date, other);
	assert_false(date_read_register(SLICE("03/09-2025"), &other));
	assert_false(date_read_register(SLICE("3/9/2025"), &other));
	assert_false(date_read_register(SLICE("31/02/2025"), &other));
	assert_false(date_read_iso(SLICE("03/09/2025"), &other));
}

static void
time_reads(const char *in, const char *out)
{
	char text[TIME_TEXT_SIZE];
	int64_t us;

	assert_true(time_read_rfc3339(slice_of(in), &us));
	time_print(us, text);
	assert_string_equal(text, out);
}

static void
times_are_turned_to_utc(void **state)
{
	(void)state;
	time_reads("2025-09-03T10:00:00Z", "2025-09-03T10:00:00Z");
	time_reads("2025-09-03t10:00:00z", "2025-09-03T10:00:00Z");
	time_reads("2025-07-01T00:30:00+01:00", "2025-06-30T23:30:00Z");
	time_reads("2025-12-31T23:30:00-05:30", "2026-01-01T05:00:00Z");
	time_reads("2025-09-03T10:00:00.5Z", "2025-09-03T10:00:00.500000Z");
	time_reads("2025-09-03T10:00:00.123456789Z",
	    "2025-09-03T10:00:00.123456Z");
	time_reads("1999-12-31T23:59:59.999999Z", "1999-12-31T23:59:59.999999Z");
	time_reads("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
	time_reads("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
}

static void
malformed_times_are_refused(void **state)
{
	static const char *const wrong[] = {
		"", "2025-09-03", "2025-09-03T10:00Z", "2025-09-03 10:00:00Z",
		"2025-09-03T10:00:00", "2025-09-03T24:00:00Z",
		"2025-09-03T10:60:00Z", "2025-09-03T10:00:60Z",
		"2025-09-03T10:00:00.Z", "2025-09-03T10:00:00.1234567890Z",
		"2025-09-03T10:00:00+0100", "2025-09-03T10:00:00+24:00",
		"2025-09-03T10:00:00+01:60", "2025-09-03T10:00:00ZZ",
		"2025-02-29T10:00:00Z", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01",
	};
	int64_t us;

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++)
		assert_false(time_read_rfc3339(slice_of(wrong[i]), &us));
}

static void
the_academic_year_turns_on_1_september(void **state)
{
	(void)state;
	assert_int_equal(date_academic_year(date_from_civil(2025, 8, 31)), 2025);
	assert_int_equal(date_academic_year(date_from_civil(2025, 9, 1)), 2026);
	assert_int_equal(date_academic_year(date_from_civil(2026, 1, 1)), 2026);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_follow_one_another),
		cmocka_unit_test(days_count_from_2000_as_timegm_does),
		cmocka_unit_test(valid_days_are_those_of_the_calendar),
		cmocka_unit_test(dates_are_read_in_their_forms_only),
		cmocka_unit_test(times_are_turned_to_utc),
		cmocka_unit_test(malformed_times_are_refused),
		cmocka_unit_test(the_academic_year_turns_on_1_september),
	};

	return cmocka_run_group_tests_name("dates", tests, NULL, NULL);
}
