/*
 * outcomes.h — what became of each record of a batch: as it is told to the
 * sender, and as it is stored so that a repeated batch gets the same answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_OUTCOMES_H
#define DAEMON_OUTCOMES_H

#include "arena.h"
#include "batch.h"
#include "buf.h"
#include <stdbool.h>
#include <stddef.h>

/* One letter a record, as stored. */
enum outcome_letter {
	OUTCOME_CREATED = 'c', OUTCOME_UPDATED = 'u', OUTCOME_UNCHANGED = '=',
	OUTCOME_STALE = 's', OUTCOME_REFUSED = 'r', OUTCOME_STAGED = 'g',
	OUTCOME_PROPOSED = 'p'
};

/* Why a record was refused, or (is_note) what was kept apart in it. */
struct remark {
	size_t number;       /* of the record, from 0 */
	bool is_note;
	const char *slug;
	const char *pointer; /* "/records/3/data/upn" */
	const char *detail;  /* "" when the slug says it all */
	struct remark *next;
};

struct outcomes {
	char *letters;       /* len of them, NUL-terminated */
	size_t len;
	struct remark *remarks, *last;
};

/* Everything unchanged to begin with; then what the reader already knows. */
void outcomes_init(struct outcomes *, const struct batch *, struct arena *);
/* What would be unchanged is kept for a snapshot instead. */
void outcomes_keep(struct outcomes *);
void outcomes_remark(struct outcomes *, struct arena *, const struct remark *);

/* As stored: the remarks as JSON. The letters are stored as they are. */
void outcomes_print_details(const struct outcomes *, struct buf *);
/* Back from storage; false when it is not what was stored. */
bool outcomes_read(struct outcomes *, const char *letters, size_t len,
    const char *details, size_t details_len, struct arena *) must_check;

/* The answer to the sender. */
void outcomes_print_answer(const struct outcomes *, struct slice setting,
    struct buf *);

size_t outcomes_count(const struct outcomes *, enum outcome_letter);

#endif
