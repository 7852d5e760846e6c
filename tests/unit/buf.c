/*
 * Tests of protocol/buf.c and protocol/digest.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "buf.h"

#include "digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
holds(const struct buf *buf, const char *text)
{
	assert_int_equal(buf->len, strlen(text));
	assert_memory_equal(buf->at, text, buf->len);
}

static void
text_and_numbers_are_appended(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	buf_add_text(&buf, "a");
	buf_add(&buf, NULL, 0);
	buf_add_char(&buf, ' ');
	buf_add_int(&buf, -42);
	buf_add_char(&buf, ' ');
	buf_add_uint(&buf, 0);
	buf_print(&buf, " %05.1f|%s", 1.25, "x");
	holds(&buf, "a -42 0 001.2|x");
	buf_drop(&buf, 2);
	holds(&buf, "-42 0 001.2|x");
	buf_clear(&buf);
	buf_add_int(&buf, INT64_MIN);
	buf_add_uint(&buf, UINT64_MAX);
	holds(&buf, "-922337203685477580818446744073709551615");
	buf_drop(&buf, buf.len);
	assert_int_equal(buf.len, 0);
	buf_release(&buf);
	assert_null(buf.at);
}

static void
numbers_go_in_network_order(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	buf_add_be32(&buf, 0);
	buf_add_be16(&buf, 0x0102);
	buf_add_be64(&buf, UINT64_C(0xfffefdfcfbfaf9f8));
	buf_set_be32(&buf, 0, 0x11223344);
	assert_int_equal(buf.len, 14);
	assert_memory_equal(buf.at,
	    "\x11\x22\x33\x44\x01\x02\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 14);
	buf_release(&buf);
}

static void
growth_keeps_what_was_there(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	for (unsigned i = 0; i < 100000; i++)
		buf_add_be32(&buf, i);
	for (unsigned i = 0; i < 100000; i += 997) {
		uint8_t expected[4] = {
			0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i
		};

		assert_memory_equal(buf.at + 4 * i, expected, 4);
	}
	buf_reserve(&buf, 1000000);
	assert_true(buf.cap >= buf.len + 1000000);
	buf_release(&buf);
}

static void
a_digest_is_sha256_and_can_be_used_again(void **state)
{
	static const uint8_t abc[DIGEST_SIZE] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41,
		0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3,
		0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00,
		0x15, 0xad
	};
	struct digest *digest = digest_new();
	uint8_t out[DIGEST_SIZE];

	(void)state;
	for (int round = 0; round < 3; round++) {
		digest_start(digest);
		digest_add(digest, "a", 1);
		digest_add(digest, NULL, 0);
		digest_add(digest, "bc", 2);
		digest_finish(digest, out);
		assert_memory_equal(out, abc, sizeof(abc));
	}
	digest_of("abc", 3, out);
	assert_memory_equal(out, abc, sizeof(abc));
	digest_free(digest);
	digest_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_numbers_are_appended),
		cmocka_unit_test(numbers_go_in_network_order),
		cmocka_unit_test(growth_keeps_what_was_there),
		cmocka_unit_test(a_digest_is_sha256_and_can_be_used_again),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
