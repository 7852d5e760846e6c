/*
 * sql.h — the script a generated authority is loaded by: COPY blocks in an
 * order that satisfies the foreign keys, written out whenever enough rows
 * have come together. Columns as in sql/migrations.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_SQL_H
#define GENERATE_SQL_H

#include "buf.h"
#include "common.h"
#include "draft.h"
#include "person.h"
#include "places.h"
#include "story.h"
#include <stdbool.h>
#include <stdint.h>

enum sql_table {
	SQL_SETTINGS, SQL_SETTING_IDENTIFIERS, SQL_STAFF, SQL_POSTS,
	SQL_QUALIFICATIONS, SQL_SERVICE,
	SQL_CASELOADS, SQL_CASELOAD_SETTINGS, SQL_CONTACTS, SQL_CHILDREN,
	SQL_IDENTIFIERS, SQL_CHILD_RECORDS, SQL_PLACEMENTS, SQL_NEEDS,
	SQL_TRANSITIONS, SQL_PLANS, SQL_TRANSFERS, SQL_TABLES
};

struct sql;

/* NULL, with errno set, when the file cannot be made. */
struct sql *sql_open(const char *path);
bool sql_close(struct sql *) must_check; /* false when anything failed to be written */

/* One row, cell by cell; the last call ends it. */
void sql_text(struct sql *, enum sql_table, const char *); /* NULL: NULL */
void sql_int(struct sql *, enum sql_table, int64_t);
void sql_bool(struct sql *, enum sql_table, bool);
void sql_date(struct sql *, enum sql_table, int32_t);      /* DATE_NONE: NULL */
void sql_night(struct sql *, enum sql_table, int32_t);     /* two o'clock that day */
void sql_uuid(struct sql *, enum sql_table, const uint8_t uuid[static 16]);
void sql_end_row(struct sql *, enum sql_table);

/* sql_rows.c: whole rows of the larger tables. */
void sql_add_child(struct sql *, const struct person *, int32_t known_on);
void sql_add_record(struct sql *, const struct place *, const struct draft *,
    const uint8_t child_id[static 16], int to_setting_id, int32_t known_on);
void sql_add_transfer(struct sql *, const struct transfer *,
    const uint8_t child_id[static 16], int32_t known_on);

#endif
