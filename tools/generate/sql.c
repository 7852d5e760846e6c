/*
 * sql.c — text COPY as psql reads it. Everything is one transaction: a
 * script that breaks off leaves nothing behind.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sql.h"

#include "dates.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

#define FLUSH_BYTES ((size_t)4 * 1024 * 1024)

#define RECORD_COLUMNS \
	"setting_id, source_id, child_id, revision, content_hash, known_from, "

static const char *const tables[SQL_TABLES] = {
	[SQL_SETTINGS] = "core.settings (id, name, type, subtype, phase, "
	    "status, la_code, urn, ofsted_urn, laestab, low_age, high_age, "
	    "roll, postcode, register)",
	[SQL_SETTING_IDENTIFIERS] =
	    "core.setting_identifiers (scheme, value, setting_id)",
	[SQL_STAFF] = "core.staff (id, name, email)",
	[SQL_POSTS] = "core.posts (staff_id, setting_id, kind, arrangement, "
	    "from_on, to_on, known_from, hours_per_week, teaching_percent, "
	    "is_head, on_leadership, is_teacher_here)",
	[SQL_QUALIFICATIONS] = "core.qualifications (staff_id, kind, state, "
	    "began_on, completed_on, known_from)",
	[SQL_SERVICE] = "core.service (staff_id, place, is_relevant_school, "
	    "from_on, to_on, known_from)",
	[SQL_CASELOADS] = "core.caseloads (id, name, staff_id)",
	[SQL_CASELOAD_SETTINGS] = "core.caseload_settings (caseload_id, "
	    "setting_id, from_on, to_on, known_from)",
	[SQL_CONTACTS] =
	    "core.setting_contacts (setting_id, last_data_at, last_batch_at)",
	[SQL_CHILDREN] = "core.children (id, surname, forename, middle_names, "
	    "preferred_forename, born_on, sex, upn, uln, nhs_number, "
	    "postcode, year_group, known_from)",
	[SQL_IDENTIFIERS] =
	    "core.child_identifiers (scheme, value, born_on, child_id)",
	[SQL_CHILD_RECORDS] = "core.child_records (" RECORD_COLUMNS
	    "surname, forename, middle_names, preferred_surname, "
	    "preferred_forename, former_surname, born_on, sex, upn, "
	    "former_upn, uln, nhs_number, postcode, year_group)",
	[SQL_PLACEMENTS] = "core.placements (" RECORD_COLUMNS
	    "child, start_on, end_on, enrolment, sen_place)",
	[SQL_NEEDS] = "core.needs (" RECORD_COLUMNS
	    "child, provision, start_on, end_on, types)",
	[SQL_TRANSITIONS] = "core.transitions (" RECORD_COLUMNS
	    "child, kind, year, to_setting, target_on, parent_agreed_on, "
	    "meeting_on, form_sent_on, form_acknowledged_on, to_setting_id)",
	[SQL_PLANS] = "core.plans (" RECORD_COLUMNS
	    "child, start_on, review_due_on, reviewed_on, end_on, outcomes, "
	    "provision, progress, parent_involved, child_involved)",
	[SQL_TRANSFERS] = "core.ehc_transfers (child_id, year, "
	    "review_held_on, amendment_noticed_on, plan_final_on, "
	    "placement_refused, changed_at)",
};

struct sql {
	FILE *file;
	bool is_mid_row[SQL_TABLES];
	struct buf rows[SQL_TABLES];
	size_t bytes;
};

struct sql *
sql_open(const char *path)
{
	struct sql *sql = calloc(1, sizeof(*sql));

	if (sql == NULL)
		abort();
	sql->file = fopen(path, "we");
	if (sql->file == NULL) {
		free(sql);
		return NULL;
	}
	fputs("-- Invented people. Load with psql as a superuser.\n"
	    "\\set ON_ERROR_STOP on\n"
	    "SET client_encoding = 'UTF8';\n"
	    "BEGIN;\n", sql->file);
	return sql;
}

static void
flush_rows(struct sql *sql)
{
	for (size_t i = 0; i < SQL_TABLES; i++) {
		struct buf *rows = &sql->rows[i];

		if (rows->len == 0)
			continue;
		fprintf(sql->file, "COPY %s FROM stdin;\n", tables[i]);
		fwrite(rows->at, 1, rows->len, sql->file);
		fputs("\\.\n", sql->file);
		buf_clear(rows);
	}
	sql->bytes = 0;
}

bool
sql_close(struct sql *sql)
{
	bool is_written;

	flush_rows(sql);
	fputs("\\o /dev/null\n"
	    "SELECT setval(pg_get_serial_sequence(t, 'id'), m)\n"
	    "  FROM (SELECT 'core.settings', max(id) FROM core.settings\n"
	    "        UNION ALL\n"
	    "        SELECT 'core.staff', max(id) FROM core.staff\n"
	    "        UNION ALL\n"
	    "        SELECT 'core.caseloads', max(id) FROM core.caseloads)\n"
	    "       AS s (t, m)\n"
	    " WHERE m IS NOT NULL;\n"
	    "\\o\n"
	    "COMMIT;\n"
	    "ANALYZE;\n", sql->file);
	is_written = !ferror(sql->file);
	if (fclose(sql->file) != 0)
		is_written = false;
	for (size_t i = 0; i < SQL_TABLES; i++)
		buf_release(&sql->rows[i]);
	free(sql);
	return is_written;
}

static struct buf *
next_cell(struct sql *sql, enum sql_table table)
{
	if (sql->is_mid_row[table])
		buf_add_char(&sql->rows[table], '\t');
	sql->is_mid_row[table] = true;
	return &sql->rows[table];
}

void
sql_text(struct sql *sql, enum sql_table table, const char *text)
{
	struct buf *row = next_cell(sql, table);

	if (text == NULL) {
		buf_add_text(row, "\\N");
		return;
	}
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buf_add_char(row, '\\');
		buf_add_char(row, *text);
	}
}

void
sql_int(struct sql *sql, enum sql_table table, int64_t number)
{
	buf_add_int(next_cell(sql, table), number);
}

void
sql_bool(struct sql *sql, enum sql_table table, bool is_true)
{
	buf_add_char(next_cell(sql, table), is_true ? 't' : 'f');
}

void
sql_date(struct sql *sql, enum sql_table table, int32_t date)
{
	char text[DATE_TEXT_SIZE];

	if (date == DATE_NONE) {
		sql_text(sql, table, NULL);
		return;
	}
	date_print(date, text);
	sql_text(sql, table, text);
}

void
sql_night(struct sql *sql, enum sql_table table, int32_t date)
{
	char text[DATE_TEXT_SIZE];

	date_print(date, text);
	buf_print(next_cell(sql, table), "%s 02:00:00+00", text);
}

void
sql_uuid(struct sql *sql, enum sql_table table, const uint8_t uuid[static 16])
{
	char text[37];

	text_print_uuid(uuid, text);
	sql_text(sql, table, text);
}

void
sql_end_row(struct sql *sql, enum sql_table table)
{
	buf_add_char(&sql->rows[table], '\n');
	sql->is_mid_row[table] = false;
	sql->bytes += 150; /* near enough to decide when to write */
	if (sql->bytes >= FLUSH_BYTES)
		flush_rows(sql);
}
