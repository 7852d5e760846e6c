/*
 * text.h — pieces of text that live in somebody else's memory, and the few
 * questions asked of them. Nothing here allocates.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_TEXT_H
#define PROTOCOL_TEXT_H

#include "common.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes; not NUL-terminated. at == NULL means "not there". */
struct slice {
	const char *at;
	size_t len;
};

#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

struct slice slice_of(const char *text);
bool slice_is(struct slice, const char *text);
bool slice_is_caseless(struct slice, const char *text); /* ASCII only */
struct slice slice_trim(struct slice); /* without SP and HTAB at both ends */

/* Strict UTF-8: no overlong forms, surrogates or values past U+10FFFF. */
bool text_is_utf8(const char *at, size_t len);

/* Decimal digits only, whole slice, no sign; false past INT64_MAX. */
bool text_read_uint(struct slice, int64_t *out) must_check;
/* The same with an optional leading minus. */
bool text_read_int(struct slice, int64_t *out) must_check;

/* Digits, then if any a point and one or two digits; in hundredths. Printed
 * without needless zeros: 18.5. */
#define DECIMAL_TEXT_SIZE 24
bool text_read_decimal(struct slice, int64_t *hundredths) must_check;
void text_print_decimal(int64_t hundredths, char out[static DECIMAL_TEXT_SIZE]);

/* Lower-case hex; out is 2 * len + 1 bytes. Reading takes either case. */
void text_print_hex(const uint8_t *at, size_t len, char *out);
bool text_read_hex(struct slice, uint8_t *out, size_t len) must_check;

/* 8-4-4-4-12 form. */
void text_print_uuid(const uint8_t uuid[static 16], char out[static 37]);
bool text_read_uuid(struct slice, uint8_t out[static 16]) must_check;

/*
 * base64url without padding. Printing needs 4 * ((len + 2) / 3) + 1 bytes;
 * reading answers the number of bytes, or -1 for anything malformed.
 */
size_t text_print_base64url(const void *at, size_t len, char *out);
long text_read_base64url(struct slice, uint8_t *out, size_t max);

#endif
