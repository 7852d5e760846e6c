/*
 * value_reader.h — one JSON value read as what a field takes: the JSON type
 * must fit the field's type, and its content is judged by field_read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_VALUE_READER_H
#define PROTOCOL_VALUE_READER_H

#include "fields.h"
#include "json_reader.h"
#include "problem.h"

/*
 * False when the bytes are no JSON (json->fault says why). A value that does
 * not fit is passed over and told in why, whose slug is PROBLEM_NONE
 * otherwise; where stays "". null, [] and "none yet" leave out not set.
 */
bool value_read(struct json_reader *, const struct field *, struct value *out,
    struct problem *why) must_check;

/* Passes over a value that must be something else, and says so. */
bool value_refuse(struct json_reader *, const struct field *, const char *must,
    struct problem *why) must_check;

#endif
