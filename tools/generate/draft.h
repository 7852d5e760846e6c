/*
 * draft.h — a record being written: fields given as text are checked and
 * normalised by the same code that reads a batch, so that its content hash
 * is the one a later sync of the same record would have.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_DRAFT_H
#define GENERATE_DRAFT_H

#include "arena.h"
#include "record.h"
#include <stdint.h>

struct draft {
	struct record record;
	struct value values[FIELDS_MAX];
	struct arena *arena;
};

/* The kind by its place in sync_kinds. */
enum {
	KIND_CHILD, KIND_PLACEMENT, KIND_NEED, KIND_TRANSITION, KIND_PLAN, KINDS
};

void draft_start(struct draft *, int kind, const char *source_id,
    struct arena *);
void draft_text(struct draft *, const char *field, const char *text); /* NULL, "": absent */
void draft_date(struct draft *, const char *field, int32_t date); /* DATE_NONE: absent */
void draft_int(struct draft *, const char *field, int number);
void draft_finish(struct draft *); /* the hash */

#endif
