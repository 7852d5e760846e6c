/*
 * transitions.c — `sencoctl report transitions`: every child due to change
 * phase in a year, and the totals by kind and by colour.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"
#include "target.h"

#include <string.h>

const struct option_row transitions_options[] = {
	{ "year",    "YEAR",   "of the September moved in; needed" },
	{ "kind",    "CODE",   "EYS INJ PRM PRS MDS SEP …" },
	{ "setting", "REF",    "only from this setting, as urn:106283" },
	{ "phase",   "CODE",   "only from this phase" },
	{ "need",    "CODE",   "only with this type of need" },
	{ "rag",     "COLOUR", "red, amber or green" },
	{ "status",  "CODE",   "only with this SEN status" },
	{ "on",      "DATE",   "as seen on this day (default today)" },
	{ "format",  "FORMAT", "table (default), json, csv or xlsx" },
	{ "output", "FILE", "where a workbook (xlsx) goes" },
	{ NULL },
};

static const char *const parameters[] = {
	"year", "kind", "setting", "phase", "need", "rag", "status", "on"
};

static void
target_build(struct buf *target, const char *path,
    const struct options *options)
{
	target_start(target, path);
	for (size_t i = 0; i < nitems(parameters); i++)
		target_add(target, parameters[i],
		    options_text(options, parameters[i]));
}

static const struct json_column transitions_columns[] = {
	{ "surname",       "surname" },
	{ "forename",      "forename" },
	{ "kind",          "kind" },
	{ "from_setting",  "from" },
	{ "to_setting",    "to" },
	{ "sen_status",    "SEN" },
	{ "primary_need",  "need" },
	{ "plan_final_on", "plan final" },
	{ "deadline_on",   "deadline" },
	{ "days_left",     "days left" },
	{ "rag",           "RAG" },
	{ "rag_reason",    "why" },
	{ NULL },
};

/* Behind the group itself. */
static const struct json_column totals_columns[] = {
	{ "children",    "children" },
	{ "ehc_plan",    "EHC plan" },
	{ "sen_support", "SEN support" },
	{ "plan_final",  "plan final" },
	{ "red",         "red" },
	{ "amber",       "amber" },
	{ "green",       "green" },
	{ "black",       "black" },
	{ "blue",        "blue" },
	{ NULL },
};

static enum ending
totals_print(struct session *session, const char *by)
{
	struct json_column columns[nitems(totals_columns) + 1] = {
		{ "group", by, true }
	};
	struct list list = { .columns = columns };
	struct table table;
	struct buf target;
	enum ending ending;

	memcpy(columns + 1, totals_columns, sizeof(totals_columns));
	buf_init(&target);
	target_build(&target, "/v1/reports/transitions/totals",
	    session->options);
	target_add(&target, "by", by);
	list.target = target.at;
	table_init(&table, session->arena);
	ending = list_gather(session, &list, &table);
	if (ending == END_WELL && table.rows_len > 0) {
		printf("\nTotals by %s\n", by);
		table_print(&table, stdout, table_screen_width());
	}
	table_release(&table);
	buf_release(&target);
	return ending;
}

static enum ending
table_report(struct session *session, const struct list *list)
{
	struct table table;
	enum ending ending;

	table_init(&table, session->arena);
	ending = list_gather(session, list, &table);
	if (ending == END_WELL && table.rows_len == 0) {
		printf("%s\n", list->empty);
	} else if (ending == END_WELL) {
		table_print(&table, stdout, table_screen_width());
		printf("%zu %s\n", table.rows_len,
		    table.rows_len == 1 ? "child" : "children");
		ending = totals_print(session, "kind");
		if (ending == END_WELL)
			ending = totals_print(session, "rag");
	}
	table_release(&table);
	return ending;
}

enum ending
transitions_run(struct session *session)
{
	struct list list = {
		.columns = transitions_columns,
		.empty = "No rows: no child you may see is due to change "
		    "phase as asked.",
	};
	struct problem why = { 0 };
	struct buf target;
	enum format format;
	enum ending ending;

	if (options_text(session->options, "year") == NULL) {
		complain("which year? give --year, as --year 2027 for moves "
		    "in September 2027");
		return END_USAGE;
	}
	if (!format_read(session->options, &format, &why)) {
		complain_problem(&why);
		return END_USAGE;
	}
	buf_init(&target);
	target_build(&target, "/v1/reports/transitions", session->options);
	list.target = target.at;
	ending = format == FORMAT_TABLE ? table_report(session, &list) :
	    list_print(session, &list, format);
	buf_release(&target);
	return ending;
}
