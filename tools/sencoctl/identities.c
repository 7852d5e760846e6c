/*
 * identities.c — `sencoctl identities`: children that may be one, two that
 * are made one, and a record that is told apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"

#include <assert.h>
#include <string.h>

const struct option_row identities_merge_options[] = {
	{ "confirm", NULL, "although the dates of birth differ" },
	{ NULL },
};

const struct option_row identities_candidates_options[] = {
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column candidates_columns[] = {
	{ "child_id",       "child", true },
	{ "other_child_id", "other", true },
	{ "born_on",        "born" },
	{ "surname",        "surname" },
	{ "forename",       "forename" },
	{ "other_forename", "other's forename" },
	{ NULL },
};

enum ending
identities_candidates_run(struct session *session)
{
	struct list list = {
		.target = "/v1/identities/candidates",
		.columns = candidates_columns,
		.empty = "No rows: no two children look as if they were one.",
	};
	struct problem why = { 0 };
	enum format format;

	if (format_read(session->options, &format, &why))
		return list_print(session, &list, format);
	complain_problem(&why);
	return END_USAGE;
}

/* Sends the object, which is ours to give up, and says what became of it:
 * sentence takes the id of the child as it is now. */
static enum ending
identity_send(struct session *session, const char *target, json_t *object,
    const char *before, const char *after)
{
	char *body = json_dumps(object, JSON_COMPACT);
	struct https_request request = session_request("POST", target);
	json_t *document = NULL;
	enum ending ending;

	assert(body != NULL);
	request.content_type = "application/json";
	request.body = body;
	request.body_len = strlen(body);
	ending = session_send(session, &request, &document);
	if (ending == END_WELL) {
		const char *id =
		    json_string_value(json_object_get(document, "child_id"));

		printf("%s%s%s\n", before, id != NULL ? id : "(no id given)",
		    after);
	}
	json_decref(document);
	json_decref(object);
	free(body);
	return ending;
}

enum ending
identities_merge_run(struct session *session)
{
	const char **args = session->options->args;
	json_t *object = json_pack("{s:s, s:s, s:b}", "child", args[0],
	    "into", args[1], "confirm",
	    options_has(session->options, "confirm"));

	assert(object != NULL);
	return identity_send(session, "/v1/identities/merge", object,
	    "Both are child ", " now.");
}

enum ending
identities_split_run(struct session *session)
{
	const char **args = session->options->args;
	json_t *object = json_pack("{s:s, s:s, s:s}", "child", args[0],
	    "setting", args[1], "source_id", args[2]);

	assert(object != NULL);
	return identity_send(session, "/v1/identities/split", object,
	    "The record is of child ", " now.");
}
