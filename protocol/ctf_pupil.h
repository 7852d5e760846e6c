/*
 * ctf_pupil.h — one Pupil of a transfer file as records: the child, where it
 * is placed, and its periods of SEN provision. For ctf*.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CTF_PUPIL_H
#define PROTOCOL_CTF_PUPIL_H

#include "arena.h"
#include "common.h"
#include "digest.h"
#include "record.h"
#include "text.h"
#include <stddef.h>
#include <stdint.h>

struct _xmlNode;

/* What the header says about every pupil, and the records so far. */
struct ctf_reader {
	struct arena *arena;
	struct digest *digest;
	const char *laestab;    /* of the sending school, or "" */
	int64_t revision;       /* the file's DateTime as Unix seconds */
	int32_t year_start;     /* 1 September of the academic year */
	struct record *records; /* in the arena */
	unsigned *pupils;       /* the number of the pupil each is of */
	size_t records_len, records_cap;
};

/* Where a pupil's records are made; number counts from 1. */
struct ctf_pupil {
	struct ctf_reader *reader;
	const struct _xmlNode *node; /* libxml2's xmlNode */
	unsigned number;
	struct slice id;        /* source_id of the child */
};

void ctf_pupil_read(struct ctf_pupil *);

/* For ctf_pupil.c and ctf_needs.c: a record is begun, given its fields, and
 * added. Refused it stays from the first problem on, naming the element. */
void ctf_record_begin(const struct ctf_pupil *, struct record *,
    const char *kind, struct slice source_id);
void ctf_record_set(const struct ctf_pupil *, struct record *,
    const char *field, struct slice text, const char *element);
void ctf_record_refuse(const struct ctf_pupil *, struct record *,
    enum problem_slug, const char *element, const char *sentence);
void ctf_record_add(const struct ctf_pupil *, struct record *);
/* "2025-09-01T00:00:00" is a date here. */
struct slice ctf_date(struct slice);

void ctf_needs_read(const struct ctf_pupil *); /* ctf_needs.c */

#endif
