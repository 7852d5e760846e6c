/*
 * sql_rows.c — a person, a record and a transfer as rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sql.h"

#include "arena.h"
#include "years.h"

#include <string.h>

static const char *
text_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

static void
add_identifier(struct sql *sql, const struct person *person,
    const char *scheme, const char *value)
{
	if (*value == '\0')
		return;
	sql_text(sql, SQL_IDENTIFIERS, scheme);
	sql_text(sql, SQL_IDENTIFIERS, value);
	sql_date(sql, SQL_IDENTIFIERS, person->born_on);
	sql_uuid(sql, SQL_IDENTIFIERS, person->id);
	sql_end_row(sql, SQL_IDENTIFIERS);
}

void
sql_add_child(struct sql *sql, const struct person *person, int32_t known_on)
{
	const enum sql_table t = SQL_CHILDREN;

	sql_uuid(sql, t, person->id);
	sql_text(sql, t, person->surname);
	sql_text(sql, t, person->forename);
	sql_text(sql, t, person->middle_names);
	sql_text(sql, t, person->preferred_forename);
	sql_date(sql, t, person->born_on);
	sql_text(sql, t, person->sex);
	sql_text(sql, t, text_or_null(person->upn));
	sql_text(sql, t, text_or_null(person->uln));
	sql_text(sql, t, text_or_null(person->nhs_number));
	sql_text(sql, t, person->postcode);
	sql_text(sql, t, ncy_code(person->ncy));
	sql_night(sql, t, known_on);
	sql_end_row(sql, t);
	add_identifier(sql, person, "upn", person->upn);
	add_identifier(sql, person, "uln", person->uln);
	add_identifier(sql, person, "nhs", person->nhs_number);
}

/* Lines as an array; our own hold no quote and no backslash. */
static void
add_texts(struct sql *sql, enum sql_table t, const struct value *value,
    struct arena *arena)
{
	struct buf list;

	buf_init(&list);
	for (size_t i = 0; value->is_set && i < value->text.len; i++)
		if (value->text.at[i] == '\n')
			buf_add_text(&list, "\",\"");
		else
			buf_add_char(&list, value->text.at[i]);
	sql_text(sql, t, list.len == 0 ? "{}" : arena_print(arena,
	    "{\"%.*s\"}", (int)list.len, list.at));
	buf_release(&list);
}

static void
add_value(struct sql *sql, enum sql_table t, const struct field *field,
    const struct value *value, struct arena *arena)
{
	struct slice text = value->text;

	if (field->type == FIELD_TEXTS)
		add_texts(sql, t, value, arena);
	else if (field->type == FIELD_CODES)
		sql_text(sql, t, arena_print(arena, "{%.*s}",
		    value->is_set ? (int)text.len : 0, text.at));
	else if (!value->is_set)
		sql_text(sql, t, NULL);
	else if (field->type == FIELD_DATE)
		sql_date(sql, t, (int32_t)value->number);
	else if (field->type == FIELD_BOOL)
		sql_bool(sql, t, value->number != 0);
	else if (field->type == FIELD_INT)
		sql_int(sql, t, value->number);
	else
		sql_text(sql, t, arena_text(arena, text.at, text.len));
}

void
sql_add_record(struct sql *sql, const struct place *place,
    const struct draft *draft, const uint8_t child_id[static 16],
    int to_setting_id, int32_t known_on)
{
	const struct record *record = &draft->record;
	const struct kind *kind = record->kind;
	enum sql_table t = SQL_CHILD_RECORDS;

	for (int i = 0; i < KINDS; i++)
		if (kind == sync_kinds[i])
			t = SQL_CHILD_RECORDS + (enum sql_table)i;
	sql_int(sql, t, place->id);
	sql_text(sql, t, record->source_id.at);
	sql_uuid(sql, t, child_id);
	sql_int(sql, t, record->revision);
	sql_uuid(sql, t, record->hash);
	sql_night(sql, t, known_on);
	for (size_t i = 0; i < kind->fields_len; i++)
		add_value(sql, t, &kind->fields[i], &record->values[i],
		    draft->arena);
	if (t == SQL_TRANSITIONS && to_setting_id > 0)
		sql_int(sql, t, to_setting_id);
	else if (t == SQL_TRANSITIONS)
		sql_text(sql, t, NULL);
	sql_end_row(sql, t);
}

void
sql_add_transfer(struct sql *sql, const struct transfer *transfer,
    const uint8_t child_id[static 16], int32_t known_on)
{
	const enum sql_table t = SQL_TRANSFERS;

	sql_uuid(sql, t, child_id);
	sql_int(sql, t, transfer->year);
	sql_date(sql, t, transfer->review_held_on);
	sql_date(sql, t, transfer->amendment_noticed_on);
	sql_date(sql, t, transfer->plan_final_on);
	sql_bool(sql, t, transfer->placement_refused);
	sql_night(sql, t, known_on);
	sql_end_row(sql, t);
}
