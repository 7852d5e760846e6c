/*
 * problem.h — why something was refused. The list of problems is
 * problems.tsv (slug, status, title); build/problems.h is made from it.
 * A detail is one sentence for the caller and never holds a child's data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_PROBLEM_H
#define PROTOCOL_PROBLEM_H

#include "buf.h"
#include "common.h"
#include "problems.h" /* generated: enum problem_slug, PROBLEM_COUNT */
#include "text.h"
#include <stdbool.h>

struct problem {
	enum problem_slug slug; /* PROBLEM_NONE while nothing is wrong */
	char where[96];         /* JSON pointer, parameter or "line 12", or "" */
	char detail[224];       /* one sentence, or "" */
};

/* Always false, so that a refusal is one line. A NULL where means "". */
bool problem_set(struct problem *, enum problem_slug, const char *where,
    const char *fmt, ...) printf_like(4, 5);

const char *problem_name(enum problem_slug);  /* "setting_not_granted" */
const char *problem_title(enum problem_slug);
int problem_status(enum problem_slug);        /* HTTP status */
bool problem_find(struct slice name, enum problem_slug *out) must_check;

/* RFC 9457 document: type, title, status, detail, and pointer where known. */
void problem_print_json(const struct problem *, struct buf *out);

#endif
