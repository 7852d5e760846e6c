/*
 * handovers.c — what has come in, for people: hand-overs as a list, other
 * news counted. A child's name is shown only when it is asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pull.h"

#include "json_rows.h"

#include <string.h>

/* Members that name a child or what is said of one. */
static const char *const private_parts[] = {
	"name", "born", "upn", "uln", "nhs", "postcode", "sex",
};

static bool
is_private(const char *member)
{
	for (size_t i = 0; i < nitems(private_parts); i++)
		if (strstr(member, private_parts[i]) != NULL)
			return true;
	return false;
}

static void
row_add(struct json_rows *rows, const struct query *news, bool shows_names)
{
	struct slice text = query_text(news, 2);
	json_t *data = text.at != NULL ?
	    json_loadb(text.at, text.len, 0, NULL) : NULL;
	json_t *row = json_object();
	const char *name;
	json_t *value;

	json_object_set_new(row, "came_in", json_string(query_string(news, 0)));
	json_object_set_new(row, "hand_over_ref",
	    json_string(query_string(news, 1)));
	json_object_foreach(data, name, value)
	if (shows_names || !is_private(name))
		json_object_set(row, name, value);
	json_rows_add(rows, row);
	json_decref(row);
	json_decref(data);
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
	json_rows_start(&rows, &table, NULL, &arena);
	query_start(&news, agent->store, "SELECT at, source_id, data FROM news"
	    " WHERE id > ?1 AND kind = 'handover' AND data IS NOT NULL"
	    " ORDER BY id", "i", after);
	while (query_next(&news)) {
		if (count++ == 0)
			printf("\nHand-overs that have come in:\n");
		row_add(&rows, &news, shows_names);
	}
	if (count > 0)
		table_print(&table, stdout, table_screen_width());
	table_release(&table);
	arena_release(&arena);
}

int64_t
news_last(struct agent *agent)
{
	return store_number(agent->store,
	    "SELECT coalesce(max(id), 0) FROM news", "");
}
