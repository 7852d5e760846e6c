/*
 * mapping.h — what a school's own system calls columns and codes. In
 * mapping.conf a section [child] holds lines "Legal Surname = surname", a
 * section [child.sex] lines "Female = F"; a column set to nothing is passed
 * over in silence.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_MAPPING_H
#define SENCO_SYNC_MAPPING_H

#include "arena.h"
#include "fields.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

struct mapping_row {
	const struct kind *kind;
	const char *field;    /* of the code, or NULL: the row is of a column */
	struct slice theirs;
	struct slice ours;
};

struct mapping {
	struct mapping_row *rows;
	size_t len, cap;
	struct arena *arena;
};

void mapping_init(struct mapping *, struct arena *);
void mapping_release(struct mapping *);
/* A file that is not there maps nothing. */
bool mapping_read(struct mapping *, const char *path,
    struct problem *) must_check;

/* The name here of a column there: mapped, else the heading itself with
 * small letters and '_' for blanks and hyphens. In the arena. */
struct slice mapping_column(const struct mapping *, const struct kind *,
    struct slice heading, struct arena *);
/* The code here of a value there; the value itself when none is mapped. */
struct slice mapping_code(const struct mapping *, const struct kind *,
    const char *field, struct slice value);

/* A column every kind has beside its fields: source_id, was, revision, op. */
bool mapping_is_common(struct slice column);

/* The sample that `init` writes. */
extern const char mapping_sample[];

#endif
