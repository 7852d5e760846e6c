/*
 * record_reader.h — one record of the wire read at the place where a JSON
 * reader stands. Members come in any order. Split from record.c because a
 * record also comes from other files (CTF, registers) and is only hashed and
 * printed there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_RECORD_READER_H
#define PROTOCOL_RECORD_READER_H

#include "digest.h"
#include "json_reader.h"
#include "record.h"
#include <stddef.h>

struct record_reader {
	struct json_reader json;
	const struct kind *const *kinds;
	struct digest *digest;
	size_t index; /* N of the pointer /records/N */
};

/*
 * False when the bytes are no JSON (json.fault says why, json.at is where).
 * Whatever else is wrong makes the record a refused one, and true.
 */
bool record_read(struct record_reader *, struct record *) must_check;

/* Marks the record refused, if it is not already: the first reason stands.
 * below is the pointer's part after /records/N: "" or "/data/born_on". */
void record_refuse(struct record_reader *, struct record *, enum problem_slug,
    const char *below, const char *fmt, ...) printf_like(5, 6);

#endif
