/*
 * Tests of protocol/record.c and protocol/record_reader.c: what one record
 * may look like, what is read from it, and its printed form.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record.h"

#include "../lib/record_sample.h"
#include "dates.h"

static const char full[] =
    "{\"kind\":\"sample\",\"source_id\":\"s-1\",\"revision\":42,\"data\":{"
    "\"text\":\"Zo\xc3\xab \\\"Q\\\" \\\\\",\"code\":\"red\","
    "\"codes\":[\"blue\",\"red\"],\"date\":\"2025-09-03\","
    "\"time\":\"2025-09-03T10:00:00.000001Z\",\"int\":17,\"bool\":true,"
    "\"uuid\":\"00112233-4455-6677-8899-aabbccddeeff\","
    "\"setting\":\"urn:106283\",\"upn\":\"H801200001001\","
    "\"uln\":\"1000000000\",\"nhs\":\"9434765918\","
    "\"postcode\":\"M33 7ZZ\",\"texts\":[\"a, b\",\"\\\"c\\\"\"],\"decimal\":18.5}}\n";

static void
every_type_is_read(void **state)
{
	const struct record *record = read_line(full);
	const struct value *values = record->values;

	(void)state;
	assert_false(record->is_refused);
	assert_ptr_equal(record->kind, &sample);
	assert_true(slice_is(record->source_id, "s-1"));
	assert_int_equal(record->revision, 42);
	assert_int_equal(record->op, RECORD_PUT);
	assert_true(slice_is(values[0].text, "Zo\xc3\xab \"Q\" \\"));
	assert_true(slice_is(values[1].text, "red"));
	assert_true(slice_is(values[2].text, "blue,red"));
	assert_int_equal(values[3].number, date_from_civil(2025, 9, 3));
	assert_int_equal(values[4].number % 1000000, 1);
	assert_int_equal(values[5].number, 17);
	assert_int_equal(values[6].number, 1);
	assert_int_equal(values[14].number, 1850);
	assert_true(slice_is(values[8].text, "urn:106283"));
	assert_false(values[9].is_suspect);
	assert_false(values[10].is_suspect);
	assert_true(values[11].is_suspect);
	assert_true(slice_is(values[12].text, "M33 7ZZ"));
	assert_true(slice_is(values[13].text, "a, b\n\"c\""));
	for (size_t i = 0; i < nitems(sample_fields); i++)
		assert_true(values[i].is_set);
}

static void
a_printed_record_reads_back_equal(void **state)
{
	const struct record *record = read_line(full), *back;
	struct buf out;

	(void)state;
	buf_init(&out);
	record_print_json(record, &out);
	assert_int_equal(out.len, strlen(full));
	assert_memory_equal(out.at, full, out.len);
	back = read_bytes((struct slice){ out.at, out.len });
	assert_memory_equal(back->hash, record->hash, sizeof(back->hash));
	buf_clear(&out);
	record = read_line("{\"op\":\"delete\",\"revision\":7,"
	    "\"source_id\":\"a\\u0022b\",\"kind\":\"sample\"}");
	record_print_json(record, &out);
	back = read_bytes((struct slice){ out.at, out.len });
	assert_int_equal(back->op, RECORD_DELETE);
	assert_int_equal(back->revision, 7);
	assert_true(slice_is(back->source_id, "a\"b"));
	assert_null(back->was.at);
	buf_clear(&out);
	record = read_line("{\"kind\":\"sample\",\"source_id\":\"a\",\"was\":\" b \","
	    "\"revision\":7,\"data\":{\"text\":\"x\"}}");
	record_print_json(record, &out);
	back = read_bytes((struct slice){ out.at, out.len });
	assert_true(slice_is(back->was, "b"));
	assert_memory_equal(back->hash, record->hash, sizeof(back->hash));
	assert_memory_equal(back->hash, read_line("{\"kind\":\"sample\","
	    "\"source_id\":\"a\",\"revision\":8,\"data\":{\"text\":\"x\"}}")->hash,
	    sizeof(back->hash));
	buf_release(&out);
	record = read_data("{\"text\":\"x\"}");
	buf_init(&out);
	record_print_json(record, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.at, "{\"kind\":\"sample\",\"source_id\":\"s-1\","
	    "\"revision\":1,\"data\":{\"text\":\"x\"}}\n");
	buf_release(&out);
}

static void
limits_are_inclusive(void **state)
{
	char id[131];
	const struct record *record;

	(void)state;
	memset(id, 'i', sizeof(id));
	id[128] = '\0';
	record = read_line(arena_print(&arena, "{\"kind\":\"sample\","
	    "\"source_id\":\"%s\",\"revision\":9223372036854775807,"
	    "\"data\":{\"text\":\"12345678901234567890\",\"int\":99}}", id));
	assert_false(record->is_refused);
	assert_int_equal(record->source_id.len, 128);
	assert_true(record->revision == INT64_MAX);
	id[128] = 'i';
	id[129] = '\0';
	is_refused(read_line(arena_print(&arena, "{\"source_id\":\"%s\"}", id)),
	    PROBLEM_MALFORMED_FIELD, "/records/0/source_id");
	record = read_data("{\"text\":\"x\",\"int\":0}");
	assert_false(record->is_refused);
	assert_true(record->values[5].is_set);
}

static void
a_delete_needs_no_data_and_keeps_none(void **state)
{
	static const uint8_t zero[16];
	static const char *const lines[] = {
		"{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":1,"
		"\"op\":\"delete\"}",
		"{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":1,"
		"\"op\":\"delete\",\"data\":{}}",
		"{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":1,"
		"\"data\":{\"text\":\"x\"},\"op\":\"delete\"}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(lines); i++) {
		const struct record *record = read_line(lines[i]);

		assert_false(record->is_refused);
		assert_int_equal(record->op, RECORD_DELETE);
		assert_null(record->values);
		assert_memory_equal(record->hash, zero, sizeof(zero));
	}
	is_refused(read_line("{\"kind\":\"sample\",\"source_id\":\"s\","
	    "\"revision\":1,\"op\":\"delete\",\"data\":{\"z\":1}}"),
	    PROBLEM_UNKNOWN_FIELD, "/records/0/data/z");
}

static void
absent_values_stay_absent(void **state)
{
	const struct record *record = read_data("{\"text\":\"x\",\"code\":null,"
	    "\"codes\":[],\"int\":null,\"uln\":\"9999999999\"}");

	(void)state;
	assert_false(record->is_refused);
	for (size_t i = 1; i < nitems(sample_fields); i++)
		assert_false(record->values[i].is_set);
}

static void
escapes_stand_for_their_characters(void **state)
{
	const struct record *record = read_data(
	    "{\"text\":\"\\u00e9\\u20ac\\ud83d\\ude00\\/\\\"\\\\A\"}");

	(void)state;
	assert_false(record->is_refused);
	assert_true(slice_is(record->values[0].text,
	    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/\"\\A"));
	record = read_data("{\"c\\u006fde\":\"r\\u0065d\",\"text\":\"x\"}");
	assert_false(record->is_refused);
	assert_true(slice_is(record->values[1].text, "red"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(a_printed_record_reads_back_equal),
		cmocka_unit_test(limits_are_inclusive),
		cmocka_unit_test(a_delete_needs_no_data_and_keeps_none),
		cmocka_unit_test(absent_values_stay_absent),
		cmocka_unit_test(escapes_stand_for_their_characters),
	};

	return cmocka_run_group_tests_name("record", tests, NULL,
	    release_arena);
}
