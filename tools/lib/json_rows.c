/*
 * json_rows.c — NDJSON rows into a table. Without a list of columns each
 * plain member of the first row is one, its name with blanks for underscores:
 * a column the server gains is seen without a new release of the tools.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "json_rows.h"

#include <string.h>

static const char *
heading_of(const char *name, struct arena *arena)
{
	char *heading = arena_text(arena, name, strlen(name));

	for (char *at = heading; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	return heading;
}

static void
column_add(struct table *table, const struct json_column *column)
{
	size_t i = table_add_column(table, column->heading);

	table->columns[i].is_whole = column->is_whole;
}

/* "ref", "id", "client_id": cut, they would be of no use. */
static bool
is_reference(const char *name)
{
	const char *part = strrchr(name, '_');

	part = part != NULL ? part + 1 : name;
	return strcmp(part, "id") == 0 || strcmp(part, "ref") == 0;
}

void
json_rows_start(struct json_rows *rows, struct table *table,
    const struct json_column *columns, struct arena *arena)
{
	*rows = (struct json_rows){ table, columns, arena };
	for (size_t i = 0; columns != NULL && columns[i].name != NULL; i++)
		column_add(table, &columns[i]);
}

/* The list of columns made from a row's own members. */
static void
columns_from(struct json_rows *rows, const json_t *row)
{
	struct json_column *columns = arena_array(rows->arena,
	    TABLE_COLUMNS_MAX + 1, sizeof(*columns));
	size_t len = 0;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)row, name, value) {
		if (json_is_object(value) || json_is_array(value) ||
		    len == TABLE_COLUMNS_MAX)
			continue;
		columns[len].name = arena_text(rows->arena, name, strlen(name));
		columns[len].heading = heading_of(name, rows->arena);
		columns[len].is_whole = is_reference(name);
		column_add(rows->table, &columns[len++]);
	}
	rows->columns = columns;
	rows->is_found = true;
}

static const char *
scalar_text(const json_t *value, struct arena *arena)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		return arena_print(arena, "%lld",
		    (long long)json_integer_value(value));
	case JSON_REAL:
		return arena_print(arena, "%.10g", json_real_value(value));
	case JSON_TRUE:
		return "yes";
	case JSON_FALSE:
		return "no";
	default:
		return "";
	}
}

/* A list of codes reads "SLCN, ASD". */
static const char *
value_text(const json_t *value, struct arena *arena)
{
	const char *text = "";

	if (!json_is_array(value))
		return scalar_text(value, arena);
	for (size_t i = 0; i < json_array_size(value); i++)
		text = arena_print(arena, "%s%s%s", text, i > 0 ? ", " : "",
		    scalar_text(json_array_get(value, i), arena));
	return text;
}

void
json_rows_add(struct json_rows *rows, const json_t *row)
{
	bool is_listed = rows->columns != NULL && !rows->is_found;

	if (rows->columns == NULL)
		columns_from(rows, row);
	table_add_row(rows->table);
	for (size_t i = 0; rows->columns[i].name != NULL; i++) {
		const json_t *value =
		    json_object_get(row, rows->columns[i].name);

		if (value != NULL && is_listed)
			table_keep(rows->table, i);
		if (value == NULL || json_is_null(value))
			continue;
		table_set(rows->table, i,
		    slice_of(value_text(value, rows->arena)),
		    json_is_number(value));
	}
}

bool
json_rows_read(struct json_rows *rows, struct slice line, struct problem *why)
{
	json_t *row = json_loadb(line.at, line.len, 0, NULL);
	bool is_row = json_is_object(row);

	if (is_row)
		json_rows_add(rows, row);
	json_decref(row);
	return is_row || problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
	    "the server's answer holds a row that is no JSON object");
}
