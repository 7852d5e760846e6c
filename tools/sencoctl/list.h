/*
 * list.h — a list of the server fetched page by page to its end, as a table
 * or as the server's own JSON, CSV or workbook (XLSX, to a file).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCOCTL_LIST_H
#define SENCOCTL_LIST_H

#include "json_rows.h"
#include "session.h"
#include "table.h"

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_XLSX };

struct list {
	const char *target;                /* the first page */
	const struct json_column *columns; /* NULL: as the server names them */
	const char *empty;                 /* said when there are no rows */
};

/* --format, table when not given. xlsx needs --output: it is a page to a file
 * that nobody else may read, and there whole or not at all. */
bool format_read(const struct options *, enum format *,
    struct problem *) must_check;

/* All rows into the table, nothing printed. */
enum ending list_gather(struct session *, const struct list *,
    struct table *);
enum ending list_print(struct session *, const struct list *, enum format);

#endif
