/*
 * settings.c — `sencoctl settings`: nurseries, schools and colleges.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"
#include "target.h"

const struct option_row settings_options[] = {
	{ "la",     "CODE",   "only of this authority, as 358" },
	{ "phase",  "CODE",   "only of this GIAS phase" },
	{ "status", "WORD",   "open, closed, closing or proposed" },
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column settings_columns[] = {
	{ "ref",      "setting", true },
	{ "laestab",  "LAESTAB" },
	{ "name",     "name" },
	{ "phase_name", "phase" },
	{ "low_age",  "from" },
	{ "high_age", "to" },
	{ "roll",     "roll" },
	{ "postcode", "postcode" },
	{ "status",   "status" },
	{ NULL },
};

enum ending
settings_run(struct session *session)
{
	static const char *const filters[] = { "la", "phase", "status" };
	struct list list = {
		.columns = settings_columns,
		.empty = "No rows: there is no such setting you may see.",
	};
	struct problem why = { 0 };
	struct buf target;
	enum format format;
	enum ending ending = END_USAGE;

	buf_init(&target);
	target_start(&target, "/v1/settings");
	for (size_t i = 0; i < nitems(filters); i++)
		target_add(&target, filters[i],
		    options_text(session->options, filters[i]));
	list.target = target.at;
	if (format_read(session->options, &format, &why))
		ending = list_print(session, &list, format);
	else
		complain_problem(&why);
	buf_release(&target);
	return ending;
}
