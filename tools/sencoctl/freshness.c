/*
 * freshness.c — `sencoctl freshness`: when each setting was heard of, what
 * of it is still refused, and which have fallen silent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"
#include "target.h"

const struct option_row freshness_options[] = {
	{ "silent",  NULL,     "only those that have been silent for too long" },
	{ "setting", "REF",    "only this one, as urn:106283" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column freshness_columns[] = {
	{ "setting",         "setting", true },
	{ "name",            "name" },
	{ "last_contact_at", "last contact", true },
	{ "last_data_at",    "last data", true },
	{ "outstanding",     "refused" },
	{ "digest_state",    "digest" },
	{ "silent_hours",    "hours silent" },
	{ NULL },
};

enum ending
freshness_run(struct session *session)
{
	const struct options *options = session->options;
	struct list list = {
		.columns = freshness_columns,
		.empty = options_has(options, "silent") ?
		    "No rows: no setting you may see is silent." :
		    "No rows: no setting you may see was ever let in.",
	};
	struct problem why = { 0 };
	struct buf target;
	enum format format;
	enum ending ending = END_USAGE;

	buf_init(&target);
	target_start(&target, "/v1/sync/freshness");
	if (options_has(options, "silent"))
		target_add(&target, "silent", "true");
	target_add(&target, "setting", options_text(options, "setting"));
	list.target = target.at;
	if (format_read(options, &format, &why))
		ending = list_print(session, &list, format);
	else
		complain_problem(&why);
	buf_release(&target);
	return ending;
}
