/*
 * json_reader.h — JSON read from bytes in memory in one pass, without a
 * tree: the caller asks for what it expects next. Strict RFC 8259: UTF-8
 * only, nesting of at most 32, no comments, no trailing commas. After a
 * fault every call fails, so that a caller may look at the fault once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_JSON_READER_H
#define PROTOCOL_JSON_READER_H

#include "arena.h"
#include "text.h"
#include <stdbool.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 32

struct json_reader {
	const char *start, *at, *end;
	struct arena *arena; /* takes the strings that had escapes */
	int depth;
	const char *fault;   /* a sentence; NULL while nothing is wrong */
};

/* Borrowed from the bytes, or unescaped into the arena. A string that no
 * text may hold (escaped NUL, half a surrogate pair) is unfit: text is "". */
struct json_string {
	struct slice text;
	bool is_unfit;
};

void json_reader_init(struct json_reader *, const char *at, size_t len,
    struct arena *);

/* The next byte that is no white space, without taking it; 0 at the end. */
char json_peek(struct json_reader *);
/* Always false; the first fault stands. */
bool json_fail(struct json_reader *, const char *fault);
/* True when nothing but white space is left. */
bool json_is_at_end(struct json_reader *);

/*
 * Objects and arrays: enter, then ask for members or elements until false;
 * the end has been taken then, or fault is set. Each value must be read.
 *	bool is_first = true;
 *	while (json_member(json, &is_first, &key)) …
 */
bool json_enter(struct json_reader *, char bracket) must_check;
bool json_member(struct json_reader *, bool *is_first, struct json_string *key);
bool json_element(struct json_reader *, bool *is_first);

bool json_read_string(struct json_reader *, struct json_string *) must_check;
/* is_int is false for fractions, exponents and what int64 cannot hold. */
bool json_read_number(struct json_reader *, bool *is_int,
    int64_t *out) must_check;
/* Takes one word: true, false or null. */
bool json_read_word(struct json_reader *, const char *word) must_check;
/* Any value, judged but not kept. */
bool json_skip(struct json_reader *) must_check;

#endif
