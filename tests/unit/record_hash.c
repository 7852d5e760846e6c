/*
 * Tests of the hash in protocol/record.c and of protocol/digest.c: what it is
 * over, byte by byte, and what it is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "digest.h"

#include "../lib/record_sample.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_content_hashes_alike_in_any_order),
		cmocka_unit_test(the_hash_is_over_kind_source_id_and_fields),
		cmocka_unit_test(a_digest_is_the_xor_of_hashes),
		cmocka_unit_test(long_records_hash_as_short_ones_do),
	};

	return cmocka_run_group_tests_name("record_hash", tests, NULL,
	    release_arena);
}
