/*
 * Tests of tools/senco-sync/mapping.c and csv_take.c: what a school's system
 * calls things, and which kind of record a file's name tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../tools/senco-sync/mapping.h"
#include "../../tools/senco-sync/read_inbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char path[] = "/tmp/sync mapping XXXXXX";

static void
file_write(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int
file_made(void **state)
{
	int file = mkstemp(path);

	(void)state;
	return file < 0 ? -1 : close(file);
}

static int
file_gone(void **state)
{
	(void)state;
	return unlink(path);
}

static void
assert_text(struct slice text, const char *expected)
{
	if (!slice_is(text, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)text.len, text.at,
		    expected);
}

static void
names_are_found_as_mapped_or_as_they_are(void **state)
{
	const struct kind *child = kind_find(sync_kinds, SLICE("child"));
	const struct kind *need = kind_find(sync_kinds, SLICE("need"));
	struct problem why = { 0 };
	struct mapping mapping;
	struct arena arena;

	(void)state;
	file_write("# ours\n[child]\nLegal Surname = surname\nHouse =\n"
	    "[child.sex]\nFemale = F\n[need.types]\nspeech = SLCN\n");
	arena_init(&arena);
	mapping_init(&mapping, &arena);
	assert_true(mapping_read(&mapping, path, &why));
	assert_text(mapping_column(&mapping, child, SLICE(" legal surname "),
	    &arena), "surname");
	assert_text(mapping_column(&mapping, child, SLICE("House"), &arena),
	    "");
	assert_text(mapping_column(&mapping, child, SLICE("Year Group"),
	    &arena), "year_group");
	assert_text(mapping_column(&mapping, need, SLICE("Legal Surname"),
	    &arena), "legal_surname");
	assert_text(mapping_code(&mapping, child, "sex", SLICE("FEMALE")), "F");
	assert_text(mapping_code(&mapping, child, "sex", SLICE("M")), "M");
	assert_text(mapping_code(&mapping, need, "types", SLICE("Speech")),
	    "SLCN");
	assert_text(mapping_code(&mapping, child, "surname", SLICE("Speech")),
	    "Speech");
	mapping_release(&mapping);
	arena_release(&arena);
}

static void
what_does_not_exist_is_refused_with_its_line(void **state)
{
	static const char *const wrong[][2] = {
		{ "DOB = born_on\n", "line 1: it stands before" },
		{ "[pupil]\na = b\n", "line 2: [pupil] is no kind" },
		{ "[child]\n\nDOB = birthday\n", "line 3: a child has no field" },
		{ "[child.house]\nRed = R\n", "line 2: a child has no field" },
		{ "[child\n", "line 1: a section is written [name]" },
		{ "[child]\nsurname\n", "line 2: not of the form" },
		{ "[child]\n= surname\n", "line 2: nothing stands before" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct problem why = { 0 };
		struct mapping mapping;
		struct arena arena;

		file_write(wrong[i][0]);
		arena_init(&arena);
		mapping_init(&mapping, &arena);
		assert_false(mapping_read(&mapping, path, &why));
		if (strstr(why.detail, wrong[i][1]) == NULL)
			fail_msg("%s", why.detail);
		mapping_release(&mapping);
		arena_release(&arena);
	}
}

static void
the_sample_is_all_comments(void **state)
{
	struct problem why = { 0 };
	struct mapping mapping;
	struct arena arena;

	(void)state;
	file_write(mapping_sample);
	arena_init(&arena);
	mapping_init(&mapping, &arena);
	assert_true(mapping_read(&mapping, path, &why));
	assert_int_equal(mapping.len, 0);
	mapping_release(&mapping);
	arena_release(&arena);
}

static void
a_name_tells_the_kind(void **state)
{
	static const struct {
		const char *name, *kind;
	} names[] = {
		{ "children.csv", "child" }, { "child.csv", "child" },
		{ "2026.09.Needs.CSV", "need" }, { "x.placement.csv", "placement" },
		{ "posts.csv", "post" }, { "rolls.csv", "roll" },
		{ "childs.csv", "child" }, { "pupils.csv", NULL },
		{ ".csv", NULL }, { "needsx.csv", NULL }, { "s.csv", NULL },
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		const struct kind *kind = csv_kind_of(names[i].name);

		if (names[i].kind == NULL)
			assert_null(kind);
		else
			assert_string_equal(kind->name, names[i].kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_as_mapped_or_as_they_are),
		cmocka_unit_test(what_does_not_exist_is_refused_with_its_line),
		cmocka_unit_test(the_sample_is_all_comments),
		cmocka_unit_test(a_name_tells_the_kind),
	};

	return cmocka_run_group_tests(tests, file_made, file_gone);
}
