/*
 * json_rows.h — NDJSON rows into a table: which members become columns,
 * under which headings, in which order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_JSON_ROWS_H
#define TOOLS_JSON_ROWS_H

#include "problem.h"
#include "table.h"

#include <jansson.h>

/* A list of these ends with one without a name. */
struct json_column {
	const char *name;    /* of the member */
	const char *heading;
	bool is_whole;       /* never cut: a reference, an id */
};

struct json_rows {
	struct table *table;
	const struct json_column *columns; /* NULL: every plain member */
	struct arena *arena;
	bool is_found; /* the columns are the first row's */
};

/* Sets up the table's columns; without a list, the first row does. */
void json_rows_start(struct json_rows *, struct table *,
    const struct json_column *, struct arena *);
void json_rows_add(struct json_rows *, const json_t *row);
bool json_rows_read(struct json_rows *, struct slice line,
    struct problem *) must_check;

#endif
