/*
 * diff.c — what an import changed: a line of counts, the rows that are new,
 * changed or closed, and the rows nobody could read with the reason.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "diff.h"

#include "json_rows.h"
#include "table.h"

#define ROWS_SHOWN 20

static const char *const counts[] = {
	"new", "changed", "closed", "reopened", "unchanged", "unreadable"
};

static const struct json_column change_columns[] = {
	{ "change",  "change" },
	{ "line",    "line" },
	{ "ref",     "setting", true },
	{ "name",    "name" },
	{ "details", "what" },
	{ NULL },
};

static const struct json_column unreadable_columns[] = {
	{ "line",   "line" },
	{ "reason", "why it could not be read" },
	{ NULL },
};

static void
counts_print(const json_t *answer)
{
	const char *name =
	    json_string_value(json_object_get(answer, "register"));

	printf("%s: %lld rows read", name != NULL ? name : "register",
	    (long long)json_integer_value(json_object_get(answer, "rows")));
	for (size_t i = 0; i < nitems(counts); i++) {
		const json_t *count = json_object_get(answer, counts[i]);

		if (count != NULL)
			printf("%s %lld %s", i == 0 ? ":" : ",",
			    (long long)json_integer_value(count), counts[i]);
	}
	printf("%s\n", json_is_true(json_object_get(answer, "dry_run")) ?
	    " (dry run: nothing was changed)" : "");
}

static void
rows_print(const json_t *list, const struct json_column *columns, bool all,
    struct arena *arena)
{
	size_t len = json_array_size(list);
	size_t shown = all || len < ROWS_SHOWN ? len : ROWS_SHOWN;
	struct table table;
	struct json_rows rows;

	if (len == 0)
		return;
	putchar('\n');
	table_init(&table, arena);
	json_rows_start(&rows, &table, columns, arena);
	for (size_t i = 0; i < shown; i++)
		json_rows_add(&rows, json_array_get(list, i));
	table_print(&table, stdout, table_screen_width());
	table_release(&table);
	if (shown < len)
		printf("… and %zu more; --all shows all\n", len - shown);
}

void
diff_print(const json_t *answer, bool all, struct arena *arena)
{
	counts_print(answer);
	rows_print(json_object_get(answer, "changes"), change_columns, all,
	    arena);
	rows_print(json_object_get(answer, "unreadable_rows"),
	    unreadable_columns, all, arena);
}
