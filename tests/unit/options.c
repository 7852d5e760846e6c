/*
 * Tests of tools/lib/options.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct option_row own[] = {
	{ "setting", "REF", "" }, { "cert", "FILE", "" },
	{ "dry-run", NULL, "" }, { NULL },
};
static const struct option_row shared[] = {
	{ "cert", "FILE", "" }, { "limit", "N", "" }, { NULL },
};
static const struct option_row *const tables[] = { own, shared, NULL };

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

static bool
words_read(struct options *options, char **words, struct problem *why)
{
	int len = 0;

	while (words[len] != NULL)
		len++;
	options_init(options, len);
	return options_read(options, tables, &words, false, why);
}

static void
values_follow_or_stand_behind_an_equals_sign(void **state)
{
	struct options options;
	struct problem why = { 0 };
	const char *refs[2];

	(void)state;
	assert_true(words_read(&options, WORDS("a", "--setting", "urn:1",
	    "--setting=urn:2=x", "--dry-run", "-", "--", "--b"), &why));
	assert_string_equal(options_text(&options, "setting"), "urn:2=x");
	assert_int_equal(options_list(&options, "setting", refs), 2);
	assert_string_equal(refs[0], "urn:1");
	assert_true(options_has(&options, "dry-run"));
	assert_false(options_has(&options, "limit"));
	assert_null(options_text(&options, "limit"));
	assert_int_equal(options.args_len, 3);
	assert_string_equal(options.args[1], "-");
	assert_string_equal(options.args[2], "--b");
	options_release(&options);
}

static void
mistakes_are_named(void **state)
{
	static const struct {
		char *words[3];
		const char *sentence;
	} cases[] = {
		{ { "--sett", "x" }, "there is no option --sett here" },
		{ { "-x" }, "there is no option -x here" },
		{ { "--setting" }, "--setting needs REF after it" },
		{ { "--dry-run=1" }, "--dry-run takes no value" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct options options;
		struct problem why = { 0 };

		assert_false(words_read(&options, (char **)cases[i].words,
		    &why));
		assert_string_equal(why.detail, cases[i].sentence);
		options_release(&options);
	}
}

static void
one_name_may_stand_in_two_tables(void **state)
{
	const struct option_row *const general[] = { shared, NULL };
	struct options options;
	struct problem why = { 0 };
	char **words = WORDS("--cert", "mine", "add", "--cert", "theirs");

	(void)state;
	options_init(&options, 5);
	assert_true(options_read(&options, general, &words, true, &why));
	assert_string_equal(*words++, "add");
	assert_true(options_read(&options, tables, &words, false, &why));
	assert_string_equal(options_text_in(&options, shared, "cert"), "mine");
	assert_string_equal(options_text_in(&options, own, "cert"), "theirs");
	assert_string_equal(options_text(&options, "cert"), "theirs");
	options_release(&options);
}

static void
numbers_keep_to_their_bounds(void **state)
{
	static const char *const bad[] = { "0", "11", "-1", "3x", "" };
	long limit = 7;
	struct options options;
	struct problem why = { 0 };

	(void)state;
	assert_true(words_read(&options, WORDS("x"), &why));
	assert_true(options_number(&options, "limit", 1, 10, &limit, &why));
	assert_int_equal(limit, 7);
	options_release(&options);
	assert_true(words_read(&options, WORDS("--limit", "10"), &why));
	assert_true(options_number(&options, "limit", 1, 10, &limit, &why));
	assert_int_equal(limit, 10);
	options_release(&options);
	for (size_t i = 0; i < nitems(bad); i++) {
		assert_true(words_read(&options, WORDS("--limit",
		    (char *)bad[i]), &why));
		assert_false(options_number(&options, "limit", 1, 10, &limit,
		    &why));
		options_release(&options);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_follow_or_stand_behind_an_equals_sign),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(one_name_may_stand_in_two_tables),
		cmocka_unit_test(numbers_keep_to_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
