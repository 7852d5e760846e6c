/*
 * proposals.c — `sencoctl proposals`: what settings said about facts the
 * authority owns. A decision is made on the proposal as it was just read and
 * shown, under its ETag.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "list.h"
#include "target.h"

#include <assert.h>
#include <string.h>

const struct option_row proposals_options[] = {
	{ "state",   "WORD",   "open (default), accepted or declined" },
	{ "kind",    "KIND",   "only of this kind of record" },
	{ "setting", "REF",    "only of this setting, as urn:106283" },
	{ "format",  "FORMAT", "table (default), json or csv" },
	{ NULL },
};

const struct option_row proposals_decline_options[] = {
	{ "reason", "TEXT", "why; the setting reads it" },
	{ NULL },
};

static const struct json_column proposals_columns[] = {
	{ "proposal_id", "proposal", true },
	{ "setting",     "setting", true },
	{ "kind",        "kind" },
	{ "source_id",   "record" },
	{ "child_id",    "child", true },
	{ "state",       "state" },
	{ "at",          "since", true },
	{ "reason",      "reason" },
	{ NULL },
};

enum ending
proposals_run(struct session *session)
{
	const struct options *options = session->options;
	const char *state = options_text(options, "state");
	struct list list = {
		.columns = proposals_columns,
		.empty = "No rows: there is no such proposal.",
	};
	struct problem why = { 0 };
	struct buf target;
	enum format format;
	enum ending ending = END_USAGE;

	buf_init(&target);
	target_start(&target, "/v1/proposals");
	target_add(&target, "state", state != NULL ? state : "open");
	target_add(&target, "kind", options_text(options, "kind"));
	target_add(&target, "setting", options_text(options, "setting"));
	list.target = target.at;
	if (format_read(options, &format, &why))
		ending = list_print(session, &list, format);
	else
		complain_problem(&why);
	buf_release(&target);
	return ending;
}

/* Reads the proposal for its ETag, and sends the decision under it. */
static enum ending
decision_send(struct session *session, const char *verb, const char *body)
{
	struct buf target;
	struct https_request request;
	struct https_answer answer = { 0 };
	char etag[sizeof(answer.etag)];
	enum ending ending;

	buf_init(&target);
	target_start(&target, "/v1/proposals");
	target_add_segment(&target, session->options->args[0]);
	request = session_request("GET", target.at);
	ending = session_call(session, &request, &answer);
	memcpy(etag, answer.etag, sizeof(etag));
	https_answer_release(&answer);
	if (ending != END_WELL)
		goto done;
	target_add_segment(&target, verb);
	request = session_request("POST", target.at);
	request.if_match = etag;
	if (body != NULL) {
		request.content_type = "application/json";
		request.body = body;
		request.body_len = strlen(body);
	}
	ending = session_send(session, &request, NULL);
done:
	buf_release(&target);
	return ending;
}

enum ending
proposals_accept_run(struct session *session)
{
	enum ending ending = decision_send(session, "accept", NULL);

	if (ending == END_WELL)
		printf("Proposal %s is accepted and done.\n",
		    session->options->args[0]);
	return ending;
}

enum ending
proposals_decline_run(struct session *session)
{
	const char *reason = options_text(session->options, "reason");
	json_t *object;
	char *body;
	enum ending ending;

	if (reason == NULL) {
		complain("`sencoctl proposals decline` needs --reason");
		return END_USAGE;
	}
	object = json_pack("{s:s}", "reason", reason);
	if (object == NULL) {
		complain("--reason must be UTF-8 text");
		return END_USAGE;
	}
	body = json_dumps(object, JSON_COMPACT);
	assert(body != NULL);
	ending = decision_send(session, "decline", body);
	if (ending == END_WELL)
		printf("Proposal %s is declined.\n",
		    session->options->args[0]);
	json_decref(object);
	free(body);
	return ending;
}
