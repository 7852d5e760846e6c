/*
 * slice_check.h — a slice held against a text, for the tests of what
 * protocol/http1.c hands out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SLICE_CHECK_H
#define TESTS_SLICE_CHECK_H

#include "text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static inline void
assert_slice(struct slice slice, const char *expected)
{
	assert_non_null(slice.at);
	assert_int_equal(slice.len, strlen(expected));
	assert_memory_equal(slice.at, expected, slice.len);
}

#endif
