/*
 * Tests of protocol/json_writer.c; jansson is the oracle.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "json_writer.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
strings_print_as_expected(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	json_add_text(&buf, NULL);
	json_add_text(&buf, "");
	json_add_text(&buf, "a\"b\\c/d");
	json_add_text(&buf, "\n\r\t\b\x1f\x7f");
	json_add_text(&buf, "Zo\xc3\xab");
	buf_add_char(&buf, '\0');
	assert_string_equal(buf.at, "null\"\"\"a\\\"b\\\\c/d\""
	    "\"\\n\\r\\t\\u0008\\u001f\x7f\"\"Zo\xc3\xab\"");
	buf_release(&buf);
}

static void
every_byte_below_128_survives_jansson(void **state)
{
	char text[128];
	struct buf buf;
	json_t *back;

	(void)state;
	for (int i = 0; i < 128; i++)
		text[i] = (char)i;
	buf_init(&buf);
	json_add_string(&buf, text, sizeof(text));
	back = json_loadb(buf.at, buf.len, JSON_DECODE_ANY | JSON_ALLOW_NUL,
	    NULL);
	assert_true(json_is_string(back));
	assert_int_equal(json_string_length(back), sizeof(text));
	assert_memory_equal(json_string_value(back), text, sizeof(text));
	json_decref(back);
	buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_print_as_expected),
		cmocka_unit_test(every_byte_below_128_survives_jansson),
	};

	return cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
}
