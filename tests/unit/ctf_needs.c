/*
 * ctf_needs — the SEN history of a transfer file: its periods, and which types
 * of need belong to which. All children here are fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include "../lib/ctf_file.h"

static void
dated_types_belong_to_the_periods_they_overlap(void **state)
{
	(void)state;
	pupil(NAMES "<SENhistory>"
	    "<SEN><StartDate>2022-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN>"
	    "<SEN><StartDate>2023-09-01</StartDate>"
	    "<SENprovision>N</SENprovision></SEN>"
	    "<SEN><StartDate>2024-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN><SENneeds>"
	    "<SENneed><NeedStartDate>2022-09-01</NeedStartDate>"
	    "<SENtypeRank>2</SENtypeRank><SENtype>VI</SENtype></SENneed>"
	    "<SENneed><NeedEndDate>2023-08-31</NeedEndDate>"
	    "<SENtypeRank>1</SENtypeRank><SENtype>HI</SENtype></SENneed>"
	    "<SENneed><SENtype>HI</SENtype></SENneed>"
	    "<SENneed><SENtype>VI</SENtype></SENneed>"
	    "</SENneeds></SENhistory>");
	assert_string_equal(field_text(nth("need", 0), "types"), "HI,VI");
	assert_string_equal(field_text(nth("need", 1), "types"), "");
	assert_string_equal(field_text(nth("need", 2), "types"), "VI,HI");
}

static void
undated_types_pass_over_a_last_period_of_no_sen(void **state)
{
	(void)state;
	pupil(NAMES "<SENhistory>"
	    "<SEN><StartDate>2022-09-01</StartDate>"
	    "<SENprovision>K</SENprovision></SEN>"
	    "<SEN><StartDate>2023-09-01</StartDate>"
	    "<SENprovision>N</SENprovision></SEN><SENneeds>"
	    "<SENneed><SENtypeRank>1</SENtypeRank><SENtype>MLD</SENtype>"
	    "</SENneed></SENneeds></SENhistory>");
	assert_string_equal(field_text(nth("need", 0), "types"), "MLD");
	assert_string_equal(field_text(nth("need", 1), "types"), "");
}

static void
two_periods_of_one_day_are_refused_unless_equal(void **state)
{
#define PERIOD(code) "<SEN><StartDate>2022-09-01</StartDate>" \
	"<SENprovision>" code "</SENprovision></SEN>"
	(void)state;
	pupil(NAMES "<SENhistory>" PERIOD("K") PERIOD("K") "</SENhistory>");
	assert_false(nth("need", 0)->is_refused);
	assert_true(nth("need", 1)->is_superseded);
	pupil(NAMES "<SENhistory>" PERIOD("K") PERIOD("E") "</SENhistory>");
	is_refused("need", 0, PROBLEM_RECORD_TWICE, "Pupil 1");
	is_refused("need", 1, PROBLEM_RECORD_TWICE, "Pupil 1");
#undef PERIOD
}

static void
an_endless_history_is_refused_and_not_sorted(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text);
	buf_add_text(&text, OPEN "<Pupil>" NAMES "<SENhistory>");
	for (int i = 0; i < 201; i++)
		buf_add_text(&text, "<SEN/>");
	buf_add_text(&text, "</SENhistory></Pupil>" CLOSE);
	assert_true(read_bytes(text.at, text.len));
	assert_int_equal(ctf.batch.len, 3);
	is_refused("need", 0, PROBLEM_MALFORMED_FIELD, "Pupil 1, SENhistory");
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dated_types_belong_to_the_periods_they_overlap),
		TEST(undated_types_pass_over_a_last_period_of_no_sen),
		TEST(two_periods_of_one_day_are_refused_unless_equal),
		TEST(an_endless_history_is_refused_and_not_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
