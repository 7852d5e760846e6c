/*
 * register_layout.h — what a layout of a register is made of: a table of its
 * columns and two functions for what a table cannot say. For gias.c,
 * ofsted.c and register*.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_REGISTER_LAYOUT_H
#define PROTOCOL_REGISTER_LAYOUT_H

#include "arena.h"
#include "common.h"
#include "problem.h"
#include "record.h"
#include "register.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGISTER_COLUMNS_MAX 40

enum column_need {
	COLUMN_OPTIONAL, /* the file may lack it, and so may a row */
	COLUMN_NEEDED,   /* a file without it is refused */
	COLUMN_KEY       /* the header is found by these */
};

struct register_column {
	const char *name;  /* as published today */
	const char *also;  /* an older or second-best column, or NULL */
	const char *field; /* of kind_setting, when the cell fills it as it is */
	enum column_need need;
};

struct register_row {
	const struct register_format *format;
	const struct slice *cells; /* by column; at == NULL when absent */
	struct record *record;
	struct arena *arena;
	const char *where;         /* "line 12" */
};

struct register_format {
	const char *title; /* "a GIAS extract", for sentences */
	const struct register_column *columns; /* the first is the identifier */
	size_t columns_len;
	unsigned name_column, postcode_column;
	/* Sets source_id and the identifier's field. */
	bool (*identify)(struct register_row *, struct problem *);
	/* Sets the fields that are no plain copy of a cell. */
	bool (*complete)(struct register_row *, struct problem *);
};

/* The cell, or at == NULL when it is empty or a placeholder. */
struct slice row_cell(const struct register_row *, unsigned column);
/* These name the column in the problem; all setters take an absent cell. */
bool row_refuse(const struct register_row *, enum problem_slug,
    unsigned column, const char *sentence, struct problem *);
bool row_set(struct register_row *, const char *field, struct slice text,
    unsigned column, struct problem *) must_check;
bool row_set_digits(struct register_row *, const char *field, unsigned column,
    struct problem *) must_check;
void row_set_bool(struct register_row *, const char *field, bool);

#endif
