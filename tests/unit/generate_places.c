/*
 * Tests of tools/generate: what class a row of the settings is, and that the
 * records of a setting pass the reader a sync would meet, with the content
 * hash the SQL script holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../tools/generate/draft.h"
#include "../../tools/generate/places.h"

#include "../../tools/generate/sql.h"
#include "../../tools/generate/tell.h"
#include "batch.h"
#include "dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char header[] =
    "id,urn,ofsted_urn,laestab,name,type,subtype,phase,status,low_age,"
    "high_age,roll,capacity,postcode,opened_on\n";

static char dir[64];

static const char *
in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
write_settings(const char *rows)
{
	FILE *file = fopen(in_dir("settings.csv"), "we");

	assert_non_null(file);
	fputs(header, file);
	fputs(rows, file);
	assert_int_equal(fclose(file), 0);
}

static char *
read_file(const char *name)
{
	FILE *file = fopen(in_dir(name), "re");
	char *text = NULL;
	size_t cap = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &cap, '\0', file) > 0);
	fclose(file);
	return text;
}

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/generate test.XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	(void)state;
	unlink(in_dir("settings.csv"));
	unlink(in_dir("out.sql"));
	return rmdir(dir);
}

static void
read_places(struct places *places, const char *rows, struct arena *arena)
{
	struct problem why = { 0 };

	write_settings(rows);
	assert_true(places_read(places, in_dir("settings.csv"), arena, &why));
}

static void
a_row_becomes_a_setting_of_its_class(void **state)
{
	static const struct {
		const char *row;
		enum place_class class;
		int low_ncy, high_ncy;
	} cases[] = {
		{ "1,100001,,,A,34,,2,open,3,11,200,,M33 1AA,", PLACE_PRIMARY, -1, 6 },
		{ "1,100001,,,A,1,,2,open,5,7,200,,,", PLACE_INFANT, 0, 2 },
		{ "1,100001,,,A,1,,2,open,7,11,200,,,", PLACE_JUNIOR, 3, 6 },
		{ "1,100001,,,A,34,,4,open,11,18,900,,,", PLACE_SECONDARY, 7, 13 },
		{ "1,100001,,,A,34,,4,closing,11,16,900,,,", PLACE_SECONDARY, 7, 11 },
		{ "1,100001,,,A,7,,0,open,2,11,90,,,", PLACE_SPECIAL, -2, 6 },
		{ "1,100001,,,A,14,,0,open,5,16,90,,,", PLACE_REFERRAL, 5, 11 },
		{ "1,100001,,,A,18,,6,open,16,99,,,,", PLACE_COLLEGE, 12, 20 },
		{ "1,100001,,,A,35,,7,open,4,18,,,,", PLACE_ALL_THROUGH, 0, 13 },
		{ "1,,EY1,,A,ofsted:non_domestic,Full day care,,open,,,,40,,", PLACE_NURSERY, -4, -1 },
		{ "1,,EY1,,A,ofsted:childminder,,,open,,,,6,,", PLACE_CHILDMINDER, -4, -1 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena arena;
		struct places places;

		arena_init(&arena);
		read_places(&places, cases[i].row, &arena);
		assert_int_equal(places.len, 1);
		assert_int_equal(places.at[0].class, cases[i].class);
		assert_int_equal(places.at[0].low_ncy, cases[i].low_ncy);
		assert_int_equal(places.at[0].high_ncy, cases[i].high_ncy);
		arena_release(&arena);
	}
}

static void
clubs_and_closed_schools_get_no_children(void **state)
{
	struct arena arena;
	struct places places;

	(void)state;
	arena_init(&arena);
	read_places(&places,
	    "1,,EY1,,A,ofsted:non_domestic,Out-of-school day care,,open,,,,9,,\n"
	    "2,,EY2,,A,ofsted:home_childcarer,,,open,,,,,,\n"
	    "3,100001,,,A,34,,2,closed,3,11,200,,,\n"
	    "4,100002,,,A,25,,0,open,3,11,200,,,\n", &arena);
	assert_int_equal(places.len, 0);
	arena_release(&arena);
}

static void
a_file_that_is_no_dump_is_named(void **state)
{
	struct arena arena;
	struct places places;
	struct problem why = { 0 };

	(void)state;
	arena_init(&arena);
	write_settings("x,100001\n");
	assert_false(places_read(&places, in_dir("settings.csv"), &arena,
	    &why));
	assert_non_null(strstr(why.detail, "line 2"));
	assert_false(places_read(&places, in_dir("none.csv"), &arena, &why));
	assert_non_null(strstr(why.detail, "none.csv"));
	arena_release(&arena);
}

static const char two_schools[] =
    "7,100001,,3582000,A,34,,2,open,3,11,420,,M33 1AA,\n"
    "8,100002,,3584001,B,34,,4,open,11,16,900,,M33 1AB,\n";

/* Generates both schools; the first goes where output says. */
static void
generate(struct world *world, enum place_output output)
{
	struct problem why = { 0 };

	memset(world, 0, sizeof(*world));
	world->seed = 358;
	world->today = date_from_civil(2026, 11, 25);
	world->year = 2027;
	world->la = "358";
	arena_init(&world->arena);
	arena_init(&world->scratch);
	numbers_init(&world->numbers);
	read_places(&world->places, two_schools, &world->arena);
	assert_true(world_read_lists(world, "config/demo", &why));
	world->places.at[0].output = output;
	world->sql = sql_open(in_dir("out.sql"));
	assert_non_null(world->sql);
	for (size_t i = 0; i < world->places.len; i++)
		tell_place(world, &world->places.at[i]);
	assert_true(sql_close(world->sql));
}

static void
release(struct world *world)
{
	for (size_t i = 0; i < world->places.len; i++)
		for (size_t j = 0; world->places.at[i].wire != NULL && j < KINDS;
		    j++)
			buf_release(&world->places.at[i].wire[j]);
	world_release(world);
}

/* "7<tab>c-1<tab>" up to the hash must stand in the script. */
static bool
script_has(const char *script, const struct record *record)
{
	char line[160], uuid[37];
	const char *at;

	snprintf(line, sizeof(line), "\n7\t%.*s\t",
	    (int)record->source_id.len, record->source_id.at);
	text_print_uuid(record->hash, uuid);
	for (at = strstr(script, line); at != NULL;
	    at = strstr(at + 1, line)) {
		const char *end = strchr(at + 1, '\n');
		const char *hash = strstr(at, uuid);

		if (hash != NULL && hash < end)
			return true;
	}
	return false;
}

static void
records_sent_later_would_be_unchanged(void **state)
{
	struct world rows, wire;
	char *script;
	size_t found = 0, all = 0;

	(void)state;
	generate(&rows, OUTPUT_SQL);
	script = read_file("out.sql");
	generate(&wire, OUTPUT_NDJSON);
	for (size_t kind = 0; kind < KINDS; kind++) {
		struct buf *body = &wire.places.at[0].wire[kind];
		struct problem why = { 0 };
		struct batch batch;

		assert_true(batch_read(&batch, sync_kinds, body->at,
		    body->len, BATCH_NDJSON, &wire.arena, &why));
		all += batch.len;
		for (size_t i = 0; i < batch.len; i++) {
			assert_false(batch.records[i].is_refused);
			found += script_has(script, &batch.records[i]);
		}
	}
	/* One UPN is spoilt on purpose when records are sent. */
	assert_true(all > 100);
	assert_int_equal(found, all - 1);
	free(script);
	release(&rows);
	release(&wire);
}

static void
the_same_seed_writes_the_same_script(void **state)
{
	struct world one, other;
	char *first, *second;

	(void)state;
	generate(&one, OUTPUT_SQL);
	first = read_file("out.sql");
	generate(&other, OUTPUT_SQL);
	second = read_file("out.sql");
	assert_string_equal(first, second);
	free(first);
	free(second);
	release(&one);
	release(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_becomes_a_setting_of_its_class),
		cmocka_unit_test(clubs_and_closed_schools_get_no_children),
		cmocka_unit_test(a_file_that_is_no_dump_is_named),
		cmocka_unit_test(records_sent_later_would_be_unchanged),
		cmocka_unit_test(the_same_seed_writes_the_same_script),
	};

	return cmocka_run_group_tests_name("generate_places", tests, make_dir,
	    remove_dir);
}
