/*
 * ctf.h — DfE Common Transfer Files (CTF XML) read into sync records: for
 * each pupil a child, its SEN periods as needs, and its present placement.
 * Takes CTF 12 to 25: Sex or Gender, with or without namespace, UTF-8,
 * UTF-16 or Latin-1, missing optional parts.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CTF_H
#define PROTOCOL_CTF_H

#include "arena.h"
#include "batch.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

struct ctf {
	struct batch batch;     /* every pupil's records, refused ones included */
	char source_laestab[8]; /* "" when not given */
	char dest_laestab[8];
	char version[16];       /* "25.0" */
	size_t pupils_len;
};

/* False when the bytes are no CTF at all; a bad pupil is a refused record. */
bool ctf_read(struct ctf *, const char *at, size_t len, struct arena *,
    struct problem *) must_check;

#endif
