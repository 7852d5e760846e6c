/*
 * Tests of protocol/record.c and protocol/record_reader.c: what one record
 * may look like, why it is refused, its hash and its printed form.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record.h"

#include "arena.h"
#include "batch.h"
#include "dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* A kind with every type of field, which no real kind has. */
static const char *const colours[] = { "red", "green", "blue", NULL };
static const struct field sample_fields[] = {
	{ "text",     FIELD_TEXT, REQUIRED, .max = 20 },
	{ "code",     FIELD_CODE, OPTIONAL, .codes = colours },
	{ "codes",    FIELD_CODES, OPTIONAL, .codes = colours },
	{ "date",     FIELD_DATE, OPTIONAL },
	{ "time",     FIELD_TIME, OPTIONAL },
	{ "int",      FIELD_INT, OPTIONAL, .max = 99 },
	{ "bool",     FIELD_BOOL, OPTIONAL },
	{ "uuid",     FIELD_UUID, OPTIONAL },
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "upn",      FIELD_UPN, OPTIONAL },
	{ "uln",      FIELD_ULN, OPTIONAL },
	{ "nhs",      FIELD_NHS, OPTIONAL },
	{ "postcode", FIELD_POSTCODE, OPTIONAL },
	{ "texts",    FIELD_TEXTS, OPTIONAL, .max = 20 },
	{ "decimal",  FIELD_DECIMAL, OPTIONAL, .max = 168 },
};
static const struct kind sample = {
	"sample", sample_fields, nitems(sample_fields)
};
static const struct kind *const kinds[] = { &sample, NULL };

static struct arena arena;
static struct problem why;

/* The one record of a line. */
static const struct record *
read_bytes(struct slice line)
{
	struct batch batch;

	assert_true(batch_read(&batch, kinds, line.at, line.len, BATCH_NDJSON,
	    &arena, &why));
	assert_int_equal(batch.len, 1);
	return &batch.records[0];
}

static const struct record *
read_line(const char *line)
{
	return read_bytes(slice_of(line));
}

/* A record whose data is given. */
static const struct record *
read_data(const char *data)
{
	return read_line(arena_print(&arena, "{\"kind\":\"sample\","
	    "\"source_id\":\"s-1\",\"revision\":1,\"data\":%s}", data));
}

static void
is_refused(const struct record *record, enum problem_slug slug,
    const char *where)
{
	assert_true(record->is_refused);
	assert_null(record->values);
	assert_string_equal(problem_name(record->why->slug), problem_name(slug));
	assert_string_equal(record->why->where, where);
}

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
equal_content_hashes_alike_in_any_order(void **state)
{
	static const char *const same[] = {
		"{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":1,"
		"\"data\":{\"text\":\"x\",\"int\":5,\"postcode\":\"M33 7ZZ\"}}",
		"{\"data\":{\"postcode\":\"m337zz\",\"int\":5,\"text\":\" x \"},"
		"\"revision\":2,\"source_id\":\" s\",\"kind\":\"sample\"}",
		" { \"data\" : { \"int\" : 5 , \"code\" : null , \"codes\" : [ ] ,"
		"\"text\" : \"\\u0078\", \"postcode\":\"M33 7ZZ\" } , \"op\" : null ,"
		"\"kind\" : \"sample\" ,\"source_id\":\"s\",\"revision\":1}\r",
	};
	static const char *const other[] = {
		"{\"text\":\"x\",\"int\":6,\"postcode\":\"M33 7ZZ\"}",
		"{\"text\":\"x\",\"postcode\":\"M33 7ZZ\"}",
		"{\"text\":\"x5\",\"postcode\":\"M33 7ZZ\"}",
		"{\"text\":\"x\",\"int\":5,\"postcode\":\"M33 7ZA\"}",
	};
	const struct record *first = read_line(same[0]), *record;

	(void)state;
	record = read_line("{\"kind\":\"sample\",\"source_id\":\"t\",\"revision\":1,"
	    "\"data\":{\"text\":\"x\",\"int\":5,\"postcode\":\"M33 7ZZ\"}}");
	assert_false(record->is_refused);
	assert_memory_not_equal(record->hash, first->hash, 16);
	for (size_t i = 0; i < nitems(same); i++) {
		record = read_line(same[i]);
		assert_false(record->is_refused);
		assert_memory_equal(record->hash, first->hash, 16);
	}
	for (size_t i = 0; i < nitems(other); i++) {
		record = read_data(other[i]);
		assert_false(record->is_refused);
		assert_memory_not_equal(record->hash, first->hash, 16);
	}
}

/* The layout is a contract with what is stored: spelled out byte by byte. */
static void
the_hash_is_over_kind_source_id_and_fields(void **state)
{
	static const uint8_t bytes[] = {
		1, 0, 0, 0, 6, 's', 'a', 'm', 'p', 'l', 'e',
		1, 0, 0, 0, 3, 's', '-', '1',
		1, 0, 0, 0, 1, 'x',                      /* text */
		0,                                       /* code */
		1, 0, 0, 0, 8, 'b', 'l', 'u', 'e', ',', 'r', 'e', 'd',
		1, 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff,   /* 1999-12-31 */
		0xff, 0xff, 0xff, 0xff,
		0,                                       /* time */
		1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 17,  /* int */
		1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0,   /* bool */
		0, 0, 0, 0, 0, 0,
		1, 0, 0, 0, 3, 'a', '\n', 'b',          /* texts */
		1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x07, 0x3a /* decimal: 1850 */
	};
	const struct record *record = read_data("{\"text\":\"x\","
	    "\"codes\":[\"blue\",\"red\"],\"date\":\"1999-12-31\","
	    "\"int\":17,\"bool\":false,\"texts\":[\"a\",\"b\"],\"decimal\":18.5}");
	uint8_t hash[DIGEST_SIZE];

	(void)state;
	digest_of(bytes, sizeof(bytes), hash);
	assert_memory_equal(record->hash, hash, sizeof(record->hash));
}

/* Whatever the order; what goes in twice is out again. */
static void
a_digest_is_the_xor_of_hashes(void **state)
{
	static const uint8_t a[HASH_SIZE] = { 0x0f, 1 }, b[HASH_SIZE] = { 0xf0 };
	uint8_t one[HASH_SIZE] = { 0 }, other[HASH_SIZE] = { 0 };

	(void)state;
	digest_xor(one, a);
	digest_xor(one, b);
	digest_xor(other, b);
	digest_xor(other, a);
	assert_memory_equal(one, other, HASH_SIZE);
	assert_int_equal(one[0], 0xff);
	assert_int_equal(one[1], 1);
	digest_xor(one, b);
	assert_memory_equal(one, a, HASH_SIZE);
	/* SHA-256 of "abc" begins with ba. */
	assert_int_equal(digest_bucket("abc", 3), 0xba);
	assert_int_equal(digest_bucket("", 0), 0xe3);
}

/* More than is gathered before libcrypto is called. */
static void
long_records_hash_as_short_ones_do(void **state)
{
	static const struct field fields[] = {
		{ "a", FIELD_TEXT, OPTIONAL }, { "b", FIELD_TEXT, OPTIONAL },
		{ "c", FIELD_TEXT, OPTIONAL, .max = 4000 },
	};
	static const struct kind kind = { "long", fields, nitems(fields) };
	static const size_t lens[] = { 700, 900, 3000 };
	struct value values[3];
	struct record record = { .kind = &kind, .source_id = SLICE("id"),
		                 .values = values };
	struct digest *digest = digest_new();
	uint8_t hash[DIGEST_SIZE];
	char text[3000];
	struct buf bytes;

	(void)state;
	buf_init(&bytes);
	buf_add(&bytes, "\1\0\0\0\4long\1\0\0\0\2id", 16);
	memset(text, 'y', sizeof(text));
	for (size_t i = 0; i < nitems(values); i++) {
		values[i] = (struct value){ .text = { text, lens[i] },
			                    .is_set = true };
		buf_add_char(&bytes, 1);
		buf_add_be32(&bytes, (uint32_t)lens[i]);
		buf_add(&bytes, text, lens[i]);
	}
	record_hash(&record, digest);
	digest_of(bytes.at, bytes.len, hash);
	assert_memory_equal(record.hash, hash, sizeof(record.hash));
	buf_release(&bytes);
	digest_free(digest);
}

static void
a_key_given_twice_is_no_key(void **state)
{
	const struct record *record = read_line("{\"kind\":\"sample\","
	    "\"source_id\":\"s\",\"revision\":0,\"data\":{\"text\":\"x\"},"
	    "\"source_id\":\"t\"}");

	(void)state;
	is_refused(record, PROBLEM_DUPLICATE_FIELD, "/records/0/source_id");
	assert_non_null(record->kind);
	assert_null(record->source_id.at);
	record = read_line("{\"data\":{},\"kind\":\"sample\",\"kind\":\"child\","
	    "\"source_id\":\"s\",\"revision\":0}");
	is_refused(record, PROBLEM_DUPLICATE_FIELD, "/records/0/kind");
	assert_null(record->kind);
}

static void
members_of_the_record_are_judged(void **state)
{
	static const struct {
		const char *line;
		enum problem_slug slug;
		const char *where;
	} cases[] = {
		{ "17", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "[]", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "null", PROBLEM_MALFORMED_FIELD, "/records/0" },
		{ "{}", PROBLEM_MISSING_FIELD, "/records/0/kind" },
		{ "{\"kind\":null}", PROBLEM_MISSING_FIELD, "/records/0/kind" },
		{ "{\"kind\":\"sample\"}", PROBLEM_MISSING_FIELD,
		  "/records/0/source_id" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\"}",
		  PROBLEM_MISSING_FIELD, "/records/0/revision" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0}",
		  PROBLEM_MISSING_FIELD, "/records/0/data" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":null}", PROBLEM_MISSING_FIELD, "/records/0/data" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":{}}", PROBLEM_MISSING_FIELD, "/records/0/data/text" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":{\"text\":null}}", PROBLEM_MISSING_FIELD,
		  "/records/0/data/text" },
		{ "{\"kind\":\"sample\",\"source_id\":\"s\",\"revision\":0,"
		  "\"data\":[]}", PROBLEM_MALFORMED_FIELD, "/records/0/data" },
		{ "{\"data\":7,\"kind\":\"sample\",\"source_id\":\"s\","
		  "\"revision\":0}", PROBLEM_MALFORMED_FIELD, "/records/0/data" },
		{ "{\"kind\":\"child\"}", PROBLEM_UNKNOWN_KIND,
		  "/records/0/kind" },
		{ "{\"kind\":\"child\",\"data\":{\"x\":[{}]},\"source_id\":\"s\"}",
		  PROBLEM_UNKNOWN_KIND, "/records/0/kind" },
		{ "{\"kind\":7}", PROBLEM_MALFORMED_FIELD, "/records/0/kind" },
		{ "{\"source_id\":7}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"a\\nb\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"source_id\":\"a\\u0000b\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/source_id" },
		{ "{\"revision\":\"1\"}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":-1}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":1.0}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":1e3}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"revision\":9223372036854775808}", PROBLEM_MALFORMED_FIELD,
		  "/records/0/revision" },
		{ "{\"op\":\"PUT\"}", PROBLEM_UNKNOWN_CODE, "/records/0/op" },
		{ "{\"op\":true}", PROBLEM_MALFORMED_FIELD, "/records/0/op" },
		{ "{\"extra\":{\"a\":[1,2]}}", PROBLEM_UNKNOWN_FIELD,
		  "/records/0/extra" },
		{ "{\"with blank\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"\\ud800\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0" },
		{ "{\"kin\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0/kin" },
		{ "{\"kinds\":1}", PROBLEM_UNKNOWN_FIELD, "/records/0/kinds" },
		{ "{\"kind\":\"sample\",\"kind\":\"sample\"}",
		  PROBLEM_DUPLICATE_FIELD, "/records/0/kind" },
		{ "{\"kind\":null,\"kind\":\"sample\"}",
		  PROBLEM_DUPLICATE_FIELD, "/records/0/kind" },
		{ "{\"data\":{},\"data\":{}}", PROBLEM_DUPLICATE_FIELD,
		  "/records/0/data" },
		{ "{\"op\":\"delete\",\"op\":\"put\"}", PROBLEM_DUPLICATE_FIELD,
		  "/records/0/op" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		is_refused(read_line(cases[i].line), cases[i].slug,
		    cases[i].where);
}

static void
fields_of_the_data_are_judged(void **state)
{
	static const struct {
		const char *data;
		enum problem_slug slug;
		const char *name;
	} cases[] = {
		{ "{\"text\":7}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":[\"x\"]}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":{}}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":true}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"123456789012345678901\"}",
		  PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"a\\tb\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\u0000\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\ud800\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\udc00\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"text\":\"\\ud800\\ud800\"}", PROBLEM_MALFORMED_FIELD,
		  "/text" },
		{ "{\"text\":\"\\ud800\\u0041\"}", PROBLEM_MALFORMED_FIELD,
		  "/text" },
		{ "{\"text\":\"\\ud800x\"}", PROBLEM_MALFORMED_FIELD, "/text" },
		{ "{\"code\":\"pink\"}", PROBLEM_UNKNOWN_CODE, "/code" },
		{ "{\"codes\":\"red\"}", PROBLEM_MALFORMED_FIELD, "/codes" },
		{ "{\"codes\":[\"red\",\"pink\"]}", PROBLEM_UNKNOWN_CODE,
		  "/codes" },
		{ "{\"codes\":[\"red,blue\"]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[\"red\",\"red\"]}", PROBLEM_MALFORMED_FIELD,
		  "/codes" },
		{ "{\"codes\":[\"\"]}", PROBLEM_MALFORMED_FIELD, "/codes" },
		{ "{\"codes\":[\"red\",\"\"]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[7]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[null]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"codes\":[[\"red\"]]}", PROBLEM_UNKNOWN_CODE, "/codes" },
		{ "{\"date\":20250903}", PROBLEM_MALFORMED_FIELD, "/date" },
		{ "{\"date\":\"2025-02-30\"}", PROBLEM_MALFORMED_FIELD,
		  "/date" },
		{ "{\"time\":\"2025-09-03\"}", PROBLEM_MALFORMED_FIELD,
		  "/time" },
		{ "{\"int\":\"17\"}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"decimal\":1.005}", PROBLEM_MALFORMED_FIELD, "/decimal" },
		{ "{\"decimal\":\"2\"}", PROBLEM_MALFORMED_FIELD, "/decimal" },
		{ "{\"int\":100}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":-1}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":1.5}", PROBLEM_MALFORMED_FIELD, "/int" },
		{ "{\"int\":99999999999999999999}", PROBLEM_MALFORMED_FIELD,
		  "/int" },
		{ "{\"bool\":1}", PROBLEM_MALFORMED_FIELD, "/bool" },
		{ "{\"bool\":\"true\"}", PROBLEM_MALFORMED_FIELD, "/bool" },
		{ "{\"uuid\":\"x\"}", PROBLEM_MALFORMED_FIELD, "/uuid" },
		{ "{\"setting\":\"106283\"}", PROBLEM_MALFORMED_FIELD,
		  "/setting" },
		{ "{\"upn\":\"A1\"}", PROBLEM_MALFORMED_FIELD, "/upn" },
		{ "{\"uln\":1000000000}", PROBLEM_MALFORMED_FIELD, "/uln" },
		{ "{\"nhs\":\"1000\"}", PROBLEM_MALFORMED_FIELD, "/nhs" },
		{ "{\"postcode\":\"M33\"}", PROBLEM_MALFORMED_FIELD,
		  "/postcode" },
		{ "{\"nothing\":1}", PROBLEM_UNKNOWN_FIELD, "/nothing" },
		{ "{\"Text\":\"x\"}", PROBLEM_UNKNOWN_FIELD, "/Text" },
		{ "{\"text\":\"x\",\"text\":\"x\"}", PROBLEM_DUPLICATE_FIELD,
		  "/text" },
		{ "{\"text\":\"x\",\"t\\u0065xt\":\"x\"}",
		  PROBLEM_DUPLICATE_FIELD, "/text" },
		{ "{\"text\":null,\"text\":\"x\"}", PROBLEM_DUPLICATE_FIELD,
		  "/text" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		is_refused(read_data(cases[i].data), cases[i].slug,
		    arena_print(&arena, "/records/0/data%s", cases[i].name));
		/* The same where the data comes before its kind. */
		is_refused(read_line(arena_print(&arena, "{\"data\":%s,"
		    "\"source_id\":\"s\",\"revision\":1,\"kind\":\"sample\"}",
		    cases[i].data)), cases[i].slug,
		    arena_print(&arena, "/records/0/data%s", cases[i].name));
	}
}

static void
the_first_fault_is_the_one_told(void **state)
{
	(void)state;
	is_refused(read_data("{\"int\":-1,\"nothing\":1,\"code\":\"pink\"}"),
	    PROBLEM_MALFORMED_FIELD, "/records/0/data/int");
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

/* A refusal names fields and rules, never what was sent. */
static void
a_detail_never_holds_the_value(void **state)
{
	static const char *const data[] = {
		"{\"text\":\"Testchild Testchild Testchild\"}",
		"{\"code\":\"Testchild\"}", "{\"codes\":[\"Testchild\"]}",
		"{\"date\":\"Testchild\"}", "{\"int\":\"Testchild\"}",
		"{\"upn\":\"Testchild\"}", "{\"postcode\":\"Testchild\"}",
		"{\"Testchild of Example Road\":1}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(data); i++) {
		const struct record *record = read_data(data[i]);

		assert_true(record->is_refused);
		assert_null(strstr(record->why->detail, "Testchild"));
		assert_null(strstr(record->why->where, "Testchild"));
	}
}

static int
release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(a_printed_record_reads_back_equal),
		cmocka_unit_test(equal_content_hashes_alike_in_any_order),
		cmocka_unit_test(the_hash_is_over_kind_source_id_and_fields),
		cmocka_unit_test(a_digest_is_the_xor_of_hashes),
		cmocka_unit_test(long_records_hash_as_short_ones_do),
		cmocka_unit_test(a_key_given_twice_is_no_key),
		cmocka_unit_test(members_of_the_record_are_judged),
		cmocka_unit_test(fields_of_the_data_are_judged),
		cmocka_unit_test(the_first_fault_is_the_one_told),
		cmocka_unit_test(limits_are_inclusive),
		cmocka_unit_test(a_delete_needs_no_data_and_keeps_none),
		cmocka_unit_test(absent_values_stay_absent),
		cmocka_unit_test(escapes_stand_for_their_characters),
		cmocka_unit_test(a_detail_never_holds_the_value),
	};

	return cmocka_run_group_tests_name("record", tests, NULL,
	    release_arena);
}
