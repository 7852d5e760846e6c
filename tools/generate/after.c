/*
 * after.c — rows by setting and source_id, or by UPN and birthday, joined to
 * the children that have come in meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "after.h"

#include "dates.h"

#include <stdio.h>

static const char before_rows[] =
    "\\set ON_ERROR_STOP on\n"
    "BEGIN;\n"
    "CREATE TEMPORARY TABLE milestones (setting_id int, source_id text,\n"
    "    upn text, born_on date, year int, review_held_on date,\n"
    "    amendment_noticed_on date, plan_final_on date,\n"
    "    placement_refused boolean) ON COMMIT DROP;\n"
    "COPY milestones FROM stdin;\n";

static const char after_rows[] =
    "\\.\n"
    "INSERT INTO core.ehc_transfers (child_id, year, review_held_on,\n"
    "    amendment_noticed_on, plan_final_on, placement_refused)\n"
    "SELECT coalesce(r.child_id, i.child_id), m.year, m.review_held_on,\n"
    "       m.amendment_noticed_on, m.plan_final_on, m.placement_refused\n"
    "  FROM milestones AS m\n"
    "  LEFT JOIN core.child_records AS r\n"
    "    ON r.setting_id = m.setting_id\n"
    "   AND r.source_id = m.source_id\n"
    "  LEFT JOIN core.child_identifiers AS i\n"
    "    ON i.scheme = 'upn'\n"
    "   AND i.value = m.upn\n"
    "   AND i.born_on = m.born_on\n"
    " WHERE coalesce(r.child_id, i.child_id) IS NOT NULL\n"
    "ON CONFLICT DO NOTHING;\n"
    "SELECT FROM core.digest_rebuild();\n"
    "COMMIT;\n";

static void
add_text(struct buf *out, const char *text)
{
	buf_add_text(out, text == NULL || *text == '\0' ? "\\N" : text);
	buf_add_char(out, '\t');
}

static void
add_date(struct buf *out, int32_t date)
{
	char text[DATE_TEXT_SIZE] = "";

	if (date != DATE_NONE)
		date_print(date, text);
	add_text(out, text);
}

void
after_add(struct buf *out, const struct place *place, const char *source_id,
    const struct person *person, const struct transfer *transfer)
{
	if (!transfer->is_set)
		return;
	buf_print(out, "%d\t", place->id);
	add_text(out, source_id);
	add_text(out, person->upn);
	add_date(out, person->born_on);
	buf_print(out, "%d\t", transfer->year);
	add_date(out, transfer->review_held_on);
	add_date(out, transfer->amendment_noticed_on);
	add_date(out, transfer->plan_final_on);
	buf_add_text(out, transfer->placement_refused ? "t\n" : "f\n");
}

bool
after_write(const struct buf *rows, const char *path)
{
	FILE *file = fopen(path, "we");
	bool is_written;

	if (file == NULL)
		return false;
	fputs(before_rows, file);
	if (rows->len > 0)
		fwrite(rows->at, 1, rows->len, file);
	fputs(after_rows, file);
	is_written = !ferror(file);
	return fclose(file) == 0 && is_written;
}
