/*
 * handovers.c — incoming hand-overs as a list people can read. The child is
 * named only when that is asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pull.h"

#include "json_rows.h"

static const struct json_column columns[] = {
	{ "came_in",          "came in",         true },
	{ "from_setting",     "from",            true },
	{ "kind",             "move",            true },
	{ "year",             "September",       true },
	{ "target_on",        "planned for",     true },
	{ "parent_agreed_on", "parents agreed",  true },
	{ "form_sent_on",     "form sent",       true },
	{ "forename",         "forename",        false },
	{ "surname",          "surname",         false },
	{ "born_on",          "born",            true },
	{ NULL }
};

/* With "person" left out, whose members are the last columns. */
static void
row_add(struct json_rows *rows, const struct query *news, bool shows_names)
{
	struct slice text = query_text(news, 1);
	json_t *row = json_loadb(text.at, text.len, 0, NULL);
	json_t *person = json_object_get(row, "person");

	if (row == NULL)
		return;
	json_object_set_new(row, "came_in", json_string(query_string(news, 0)));
	if (shows_names && person != NULL)
		json_object_update(row, person);
	json_rows_add(rows, row);
	json_decref(row);
}

void
handovers_print(struct agent *agent, int64_t after)
{
	bool shows_names = options_has(&agent->options, "names");
	struct json_rows rows;
	struct arena arena;
	struct table table;
	struct query news;
	size_t count = 0;

	arena_init(&arena);
	table_init(&table, &arena);
	json_rows_start(&rows, &table, columns, &arena);
	/* Of each the last word; one that was withdrawn is no more. */
	query_start(&news, agent->store, "SELECT n.at, n.data FROM news AS n"
	    " WHERE n.id > ?1 AND n.kind = 'handover' AND n.data IS NOT NULL"
	    "  AND NOT EXISTS (SELECT 1 FROM news AS m WHERE m.id > n.id"
	    "   AND m.kind = n.kind AND m.setting = n.setting"
	    "   AND m.source_id = n.source_id) ORDER BY n.id", "i", after);
	for (; query_next(&news); count++)
		row_add(&rows, &news, shows_names);
	if (count > 0) {
		printf("\nHand-overs that have come in\n");
		table_print(&table, stdout, table_screen_width());
	}
	table_release(&table);
	arena_release(&arena);
}

int64_t
news_last(struct agent *agent)
{
	return store_number(agent->store,
	    "SELECT coalesce(max(id), 0) FROM news", "");
}
