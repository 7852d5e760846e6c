/*
 * caseload.c — `sencoctl report caseload`: one Area SENCO's settings. Who
 * has one caseload need not name it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"
#include "target.h"

const struct option_row caseload_options[] = {
	{ "on",     "DATE",   "as it stood on this day (default today)" },
	{ "format", "FORMAT", "table (default), json, csv or xlsx" },
	{ "output", "FILE", "where a workbook (xlsx) goes" },
	{ NULL },
};

/* The ids of the caseloads we may see, as a JSON list. */
static enum ending
caseloads_get(struct session *session, json_t **items)
{
	json_t *document;
	enum ending ending = session_get(session, "/v1/caseloads", &document);

	*items = NULL;
	if (ending != END_WELL)
		return ending;
	*items = json_incref(json_object_get(document, "items"));
	json_decref(document);
	if (json_is_array(*items))
		return END_WELL;
	complain("the server's list of caseloads has no items");
	return END_REFUSED;
}

static void
choice_print(struct session *session, const json_t *items)
{
	struct table table;
	struct json_rows rows;
	size_t i;
	json_t *item;

	complain("there are several caseloads; name one of these: "
	    "`sencoctl report caseload ID`");
	table_init(&table, session->arena);
	json_rows_start(&rows, &table, NULL, session->arena);
	json_array_foreach((json_t *)items, i, item)
	json_rows_add(&rows, item);
	table_print(&table, stdout, table_screen_width());
	table_release(&table);
}

static const char *
item_id(struct session *session, const json_t *item)
{
	const json_t *id = json_object_get(item, "caseload_id");

	if (json_is_string(id))
		return arena_print(session->arena, "%s",
		    json_string_value(id));
	return arena_print(session->arena, "%lld",
	    (long long)json_integer_value(id));
}

/* The one named, or the only one there is; NULL ends with *ending. */
static const char *
caseload_choose(struct session *session, enum ending *ending)
{
	const char *id = NULL;
	json_t *items;

	if (session->options->args_len > 0)
		return session->options->args[0];
	*ending = caseloads_get(session, &items);
	if (*ending == END_WELL && json_array_size(items) == 0)
		printf("No rows: there is no caseload you may see.\n");
	if (json_array_size(items) == 1)
		id = item_id(session, json_array_get(items, 0));
	if (json_array_size(items) > 1) {
		choice_print(session, items);
		*ending = END_USAGE;
	}
	json_decref(items);
	return id;
}

static const struct json_column caseload_columns[] = {
	{ "ref",              "setting", true },
	{ "name",             "name" },
	{ "senco",            "SENCO" },
	{ "sen_support",      "SEN support" },
	{ "ehc_plan",         "EHC plan" },
	{ "moving",           "moving" },
	{ "days_since_data",  "days since data" },
	{ "next_deadline_on", "next deadline" },
	{ "next_deadline_for", "for" },
	{ NULL },
};

enum ending
caseload_run(struct session *session)
{
	struct list list = {
		.columns = caseload_columns,
		.empty = "No rows: there is no setting in this caseload on "
		    "that day.",
	};
	struct problem why = { 0 };
	struct buf target;
	enum format format;
	enum ending ending = END_WELL;
	const char *id;

	if (!format_read(session->options, &format, &why)) {
		complain_problem(&why);
		return END_USAGE;
	}
	id = caseload_choose(session, &ending);
	if (id == NULL)
		return ending;
	buf_init(&target);
	target_start(&target, "/v1/caseloads");
	target_add_segment(&target, id);
	buf_add_text(&target, "/settings");
	buf_add_char(&target, '\0');
	target.len--;
	target_add(&target, "on", options_text(session->options, "on"));
	list.target = target.at;
	ending = list_print(session, &list, format);
	buf_release(&target);
	return ending;
}
