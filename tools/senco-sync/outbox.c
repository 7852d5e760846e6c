/*
 * outbox.c — the mirror as files. Which kinds are behind is remembered with
 * the changes themselves, so a crash in between is made good by the next run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "outbox.h"

#include "csv_writer.h"
#include "fields.h"
#include "json_writer.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLUMNS_MAX 200

static const char *const common_columns[] = {
	"setting", "source_id", "revision", "child_id"
};

/* The members that become columns, after the common ones. */
struct sheet {
	const char *names[COLUMNS_MAX];
	size_t len;
	struct arena *arena;
	struct buf *out;
};

static void
column_have(struct sheet *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->len; i++)
		if (strcmp(sheet->names[i], name) == 0)
			return;
	if (sheet->len < COLUMNS_MAX)
		sheet->names[sheet->len++] =
		    arena_text(sheet->arena, name, strlen(name));
}

/* The kind's own fields in their order, then whatever else is there. */
static void
columns_find(struct sheet *sheet, struct store *store, const char *kind_name)
{
	const struct kind *kind = kind_find(sync_kinds, slice_of(kind_name));
	struct query row;

	for (size_t i = 0; kind != NULL && i < kind->fields_len; i++)
		column_have(sheet, kind->fields[i].name);
	query_start(&row, store, "SELECT DISTINCT e.key FROM mirror AS m,"
	    " json_each(m.data) AS e WHERE m.kind = ?1 ORDER BY e.key", "t",
	    kind_name);
	while (query_next(&row))
		column_have(sheet, query_string(&row, 0));
}

static void
value_add(struct sheet *sheet, const json_t *value)
{
	char *dumped = NULL;
	struct buf text;

	buf_init(&text);
	if (json_is_string(value)) {
		buf_add_text(&text, json_string_value(value));
	} else if (json_is_array(value) &&
	    json_is_string(json_array_get(value, 0))) {
		for (size_t i = 0; i < json_array_size(value); i++)
			buf_print(&text, "%s%s", i > 0 ? "|" : "",
			    json_string_value(json_array_get(value, i)));
	} else if (value != NULL && !json_is_null(value)) {
		dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		buf_add_text(&text, dumped != NULL ? dumped : "");
		free(dumped);
	}
	csv_add_cell(sheet->out, text.at != NULL ? text.at : "", text.len,
	    false);
	buf_release(&text);
}

static void
csv_row_add(struct sheet *sheet, const struct query *row)
{
	struct slice text = query_text(row, 4);
	json_t *data = json_loadb(text.at, text.len, 0, NULL);

	for (int i = 0; i < (int)nitems(common_columns); i++) {
		const char *cell = query_string(row, i);

		csv_add_cell(sheet->out, cell, strlen(cell), i == 0);
	}
	for (size_t i = 0; i < sheet->len; i++)
		value_add(sheet, json_object_get(data, sheet->names[i]));
	csv_end_line(sheet->out);
	json_decref(data);
}

static void
csv_heading_add(struct sheet *sheet)
{
	for (size_t i = 0; i < nitems(common_columns); i++)
		csv_add_cell(sheet->out, common_columns[i],
		    strlen(common_columns[i]), i == 0);
	for (size_t i = 0; i < sheet->len; i++)
		csv_add_cell(sheet->out, sheet->names[i],
		    strlen(sheet->names[i]), false);
	csv_end_line(sheet->out);
}

static void
ndjson_row_add(struct sheet *sheet, const char *kind, const struct query *row)
{
	const char *child_id = query_string(row, 3);

	buf_add_text(sheet->out, "{\"kind\":");
	json_add_text(sheet->out, kind);
	buf_add_text(sheet->out, ",\"setting\":");
	json_add_text(sheet->out, query_string(row, 0));
	buf_add_text(sheet->out, ",\"source_id\":");
	json_add_text(sheet->out, query_string(row, 1));
	buf_print(sheet->out, ",\"revision\":%lld,\"child_id\":",
	    (long long)query_int(row, 2));
	json_add_text(sheet->out, child_id[0] != '\0' ? child_id : NULL);
	buf_print(sheet->out, ",\"data\":%s}\n", query_string(row, 4));
}

static bool
file_place(const char *path, const char *beside, const struct buf *text,
    struct problem *why)
{
	FILE *file = fopen(beside, "wbe");
	bool is_whole;

	if (file == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, beside,
		    "it cannot be written: %s", strerror(errno));
	fchmod(fileno(file), 0640);
	is_whole = fwrite(text->at, 1, text->len, file) == text->len &&
	    fflush(file) == 0 && fsync(fileno(file)) == 0;
	if (fclose(file) != 0 || !is_whole || rename(beside, path) < 0) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "it cannot be written: %s", strerror(errno));
		unlink(beside);
		return false;
	}
	return true;
}

static void
kind_print(struct agent *agent, const char *kind, bool is_csv,
    struct sheet *sheet)
{
	struct query row;

	if (is_csv) {
		columns_find(sheet, agent->store, kind);
		csv_heading_add(sheet);
	}
	query_start(&row, agent->store, "SELECT setting, source_id, revision,"
	    " child_id, data FROM mirror WHERE kind = ?1"
	    " ORDER BY setting, source_id", "t", kind);
	while (query_next(&row)) {
		if (is_csv)
			csv_row_add(sheet, &row);
		else
			ndjson_row_add(sheet, kind, &row);
	}
}

static bool
kind_write(struct agent *agent, const char *kind, struct problem *why)
{
	const char *format = agent->config.format;
	struct arena arena;
	struct buf text;
	struct sheet sheet = { .arena = &arena, .out = &text };
	bool is_done = false;

	arena_init(&arena);
	buf_init(&text);
	kind_print(agent, kind, strcmp(format, "csv") == 0, &sheet);
	is_done = store_is_well(agent->store, why) && file_place(
	    arena_print(&arena, "%s/%s.%s", agent->config.outbox, kind,
	    format), arena_print(&arena, "%s/.%s.tmp", agent->config.outbox,
	    kind), &text, why);
	buf_release(&text);
	arena_release(&arena);
	return is_done;
}

/* A kind comes from the server: it must not lead out of the outbox. */
static bool
is_plain(const char *kind)
{
	return kind[0] != '\0' && kind[strspn(kind,
	    "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* One of the kinds that are behind, or false. */
static bool
dirty_next(struct store *store, char out[static 64])
{
	struct query row;
	bool is_there;

	query_start(&row, store, "SELECT kind FROM dirty LIMIT 1", "");
	is_there = query_next(&row);
	if (is_there) {
		snprintf(out, 64, "%s", query_string(&row, 0));
		query_end(&row);
	}
	return is_there;
}

bool
outbox_write(struct agent *agent, struct problem *why)
{
	char kind[64];

	while (dirty_next(agent->store, kind)) {
		if (is_plain(kind) && !kind_write(agent, kind, why))
			return false;
		store_do(agent->store, "DELETE FROM dirty WHERE kind = ?1",
		    "t", kind);
		if (!store_is_well(agent->store, why))
			return false;
	}
	return store_is_well(agent->store, why);
}
