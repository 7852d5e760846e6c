/*
 * Tests of tools/senco-sync: files read into the agent's memory (reading.c,
 * csv_take.c, ndjson_take.c, state.c, store.c) without any server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../../tools/senco-sync/read_inbox.h"
#include "../../tools/senco-sync/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/sync state XXXXXX";

struct desk {
	struct store *store;
	struct mapping mapping;
	struct arena arena;
};

static int
desk_made(void **state)
{
	static struct desk desk;
	struct problem why = { 0 };

	unlink("state.sqlite");
	unlink("state.sqlite-wal");
	unlink("state.sqlite-shm");
	arena_init(&desk.arena);
	mapping_init(&desk.mapping, &desk.arena);
	desk.store = state_open("state.sqlite", true, &why);
	*state = &desk;
	return desk.store != NULL ? 0 : -1;
}

static int
desk_gone(void **state)
{
	struct desk *desk = *state;

	store_close(desk->store);
	mapping_release(&desk->mapping);
	arena_release(&desk->arena);
	return 0;
}

static struct reading
taken(struct desk *desk, const char *name, const char *text)
{
	struct reading reading = {
		.store = desk->store, .setting = "urn:106283", .file = name,
		.form = "csv", .mark = "1", .kind = csv_kind_of(name),
	};
	struct problem said = { 0 }, why = { 0 };
	bool is_csv = strstr(name, ".csv") != NULL;

	reading_begin(&reading);
	if (!(is_csv ? csv_take : ndjson_take)(&reading, &desk->mapping,
	    slice_of(text), &said))
		assert_true(reading_fail(&reading, &said, &why));
	else
		assert_true(reading_end(&reading, &why));
	return reading;
}

static int64_t
count(struct desk *desk, const char *sql)
{
	struct problem why = { 0 };
	int64_t number = store_number(desk->store, sql, "");

	if (!store_is_well(desk->store, &why))
		fail_msg("%s", why.detail);
	return number;
}

#define WAITING "SELECT count(*) FROM records WHERE state = 'w'"

/* As if the server had taken all that waits. */
static void
all_known(struct desk *desk)
{
	store_do(desk->store, "UPDATE records SET state = 'k',"
	    " known_hash = hash, known_revision = revision", "");
}

static void
only_what_differs_waits(void **state)
{
	struct desk *desk = *state;

	taken(desk, "children.csv", "source_id,born_on\r\na,2019-01-01\r\n"
	    "b,2019-01-02\r\n");
	assert_int_equal(count(desk, WAITING), 2);
	all_known(desk);
	taken(desk, "children.csv", "Born On,SOURCE-ID\na not a date,a\n"
	    "02/01/2019,b\n2019-01-03,c\n");
	assert_int_equal(count(desk, WAITING), 1); /* c; b is as it was */
	assert_int_equal(count(desk, "SELECT count(*) FROM unread"
	    " WHERE line = 2 AND source_id = 'a' AND field = 'born_on'"), 1);
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n"
	    "b,2019-02-02\n");
	assert_int_equal(count(desk, "SELECT revision FROM records"
	    " WHERE source_id = 'b' AND state = 'w'"), 2);
	assert_int_equal(count(desk, "SELECT count(*) FROM unread"), 0);
}

static void
a_record_that_changes_back_is_known_again(void **state)
{
	struct desk *desk = *state;

	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n");
	all_known(desk);
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-02\n");
	assert_int_equal(count(desk, WAITING), 1);
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n");
	assert_int_equal(count(desk, WAITING), 0);
	assert_int_equal(count(desk, "SELECT revision FROM records"), 1);
}

static void
a_record_in_flight_waits_for_its_answer(void **state)
{
	struct desk *desk = *state;

	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n");
	store_do(desk->store, "UPDATE records SET state = 'f'", "");
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-02\n");
	assert_int_equal(count(desk, WAITING), 0);
	assert_int_equal(count(desk, "SELECT revision FROM records"
	    " WHERE state = 'f'"), 2);
}

static void
numbers_go_on_above_what_the_authority_has(void **state)
{
	struct desk *desk = *state;

	store_do(desk->store, "INSERT INTO mirror (setting, kind, source_id,"
	    " revision, hash, data) VALUES ('urn:106283', 'child', 'a', 41,"
	    " x'00112233445566778899aabbccddeeff', '{}')", "");
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n"
	    "b,2019-01-01\n");
	assert_int_equal(count(desk, "SELECT revision FROM records"
	    " WHERE source_id = 'a' AND state = 'w'"), 42);
	assert_int_equal(count(desk, "SELECT revision FROM records"
	    " WHERE source_id = 'b'"), 1);
}

static void
a_record_twice_and_not_alike_is_nobody(void **state)
{
	struct desk *desk = *state;
	struct reading reading = taken(desk, "children.csv",
	    "source_id,born_on\na,2019-01-01\na,2019-01-02\nb,2019-01-01\n"
	    "b,2019-01-01\n");

	assert_int_equal(reading.refused, 2);
	assert_int_equal(count(desk, "SELECT count(*) FROM records"), 1);
	assert_int_equal(count(desk, "SELECT count(*) FROM unread"
	    " WHERE slug = 'record_twice' AND line IN (2, 3)"), 2);
	assert_int_equal(count(desk, "SELECT count(*) FROM seen"), 2);
}

static void
ndjson_keeps_its_revisions(void **state)
{
	struct desk *desk = *state;
	struct reading reading = taken(desk, "all.ndjson",
	    "{\"kind\":\"child\",\"source_id\":\"a\",\"revision\":7,"
	    "\"data\":{\"born_on\":\"2019-01-01\"}}\n"
	    "{\"kind\":\"child\",\"source_id\":\"a\",\"revision\":6,"
	    "\"data\":{\"born_on\":\"2019-01-02\"}}\n{broken\n"
	    "{\"kind\":\"need\",\"source_id\":\"n\",\"revision\":3,"
	    "\"op\":\"delete\"}\n");

	assert_int_equal(reading.records, 4);
	assert_false(reading.is_whole);
	assert_int_equal(count(desk, "SELECT revision FROM records"
	    " WHERE source_id = 'a'"), 7);
	assert_int_equal(count(desk, "SELECT count(*) FROM records"
	    " WHERE source_id = 'n' AND tail = ',\"op\":\"delete\"'"), 1);
	assert_int_equal(count(desk, "SELECT line FROM unread"
	    " WHERE slug = 'malformed_json'"), 3);
}

static void
lists_and_texts_come_between_bars(void **state)
{
	struct desk *desk = *state;
	struct query row;

	taken(desk, "plan.csv", "source_id,child,start_on,outcomes,"
	    "parent_involved\np,c,2025-09-01,\"speaks in turn | asks, and "
	    "waits\",Yes\n");
	query_start(&row, desk->store, "SELECT tail FROM records", "");
	assert_true(query_next(&row));
	assert_string_equal(query_string(&row, 0), ",\"data\":{\"child\":\"c\","
	    "\"start_on\":\"2025-09-01\",\"outcomes\":[\"speaks in turn\","
	    "\"asks, and waits\"],\"parent_involved\":true}");
	query_end(&row);
}

static void
a_file_that_fails_leaves_what_was_known(void **state)
{
	struct desk *desk = *state;

	taken(desk, "children.csv", "source_id,born_on\na,2019-01-01\n");
	taken(desk, "children.csv", "source_id,born_on\na,2019-01-02\nb,201");
	assert_int_equal(count(desk, "SELECT count(*) FROM records"), 1);
	assert_int_equal(count(desk, "SELECT count(*) FROM seen"), 1);
	assert_int_equal(count(desk, "SELECT count(*) FROM files"
	    " WHERE problem IS NOT NULL AND NOT is_whole"), 1);
}

static void
a_fault_undoes_its_transaction_and_is_told_once(void **state)
{
	struct desk *desk = *state;
	struct problem why = { 0 };

	store_begin(desk->store);
	state_set(desk->store, "cursor", "one");
	store_do(desk->store, "INSERT INTO files (name) VALUES ('x')", "");
	state_set(desk->store, "cursor", "two");
	assert_false(store_commit(desk->store, &why));
	assert_non_null(strstr(why.detail, "NOT NULL"));
	assert_int_equal(count(desk, "SELECT count(*) FROM facts"), 0);
}

static void
the_memory_of_a_newer_agent_is_left_alone(void **state)
{
	struct desk *desk = *state;
	struct problem why = { 0 };

	store_do(desk->store, "PRAGMA user_version = 2", "");
	assert_null(state_open("state.sqlite", true, &why));
	assert_non_null(strstr(why.detail, "newer senco-sync"));
}

static void
only_its_owner_may_read_the_memory(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat("state.sqlite", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define DESK(test) cmocka_unit_test_setup_teardown(test, desk_made, desk_gone)
		DESK(only_what_differs_waits),
		DESK(a_record_that_changes_back_is_known_again),
		DESK(a_record_in_flight_waits_for_its_answer),
		DESK(numbers_go_on_above_what_the_authority_has),
		DESK(a_record_twice_and_not_alike_is_nobody),
		DESK(ndjson_keeps_its_revisions),
		DESK(lists_and_texts_come_between_bars),
		DESK(a_file_that_fails_leaves_what_was_known),
		DESK(a_fault_undoes_its_transaction_and_is_told_once),
		DESK(the_memory_of_a_newer_agent_is_left_alone),
		DESK(only_its_owner_may_read_the_memory),
	};
	int failed;

	if (mkdtemp(folder) == NULL || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink("state.sqlite");
	unlink("state.sqlite-wal");
	unlink("state.sqlite-shm");
	return chdir("/") < 0 || rmdir(folder) < 0 ? 1 : failed;
}
