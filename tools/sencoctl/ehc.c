/*
 * ehc.c — `sencoctl ehc transfer`: the milestones of a phase transfer review
 * of an EHC plan. What is not named keeps its value: the record is read
 * first and sent back whole, under the ETag it was read with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "target.h"

#include <assert.h>

const struct option_row ehc_transfer_options[] = {
	{ "review-held",       "DATE", "the review meeting was held" },
	{ "amendment-noticed", "DATE", "the amendment notice was sent" },
	{ "plan-final",        "DATE", "the final amended plan was issued" },
	{ "placement-refused", "yes|no", "the school named has refused" },
	{ NULL },
};

static const struct milestone {
	const char *option;
	const char *field;
	bool is_flag;
} milestones[] = {
	{ "review-held",       "review_held_on",       false },
	{ "amendment-noticed", "amendment_noticed_on", false },
	{ "plan-final",        "plan_final_on",        false },
	{ "placement-refused", "placement_refused",    true },
};

struct transfer {
	struct session *session;
	struct buf target;
	char etag[160];      /* "" when there is no record yet */
	json_t *record;
};

/* An empty date takes a milestone back. */
static bool
milestones_set(struct transfer *transfer, struct problem *why)
{
	const struct options *options = transfer->session->options;
	size_t given = 0;

	for (size_t i = 0; i < nitems(milestones); i++) {
		const char *text = options_text(options, milestones[i].option);
		json_t *value;

		if (text == NULL)
			continue;
		given++;
		if (milestones[i].is_flag && strcmp(text, "yes") != 0 &&
		    strcmp(text, "no") != 0)
			return problem_set(why, PROBLEM_MALFORMED_PARAMETER,
			    NULL, "--%s is yes or no",
			    milestones[i].option);
		value = milestones[i].is_flag ?
		    json_boolean(strcmp(text, "yes") == 0) :
		    text[0] == '\0' ? json_null() : json_string(text);
		json_object_set_new(transfer->record, milestones[i].field,
		    value);
	}
	return given > 0 || problem_set(why, PROBLEM_MISSING_PARAMETER, NULL,
	    "give at least one milestone, as --review-held 2026-11-20");
}

/* Keeps the fields a client may set, when there is a record. */
static void
record_take(struct transfer *transfer, const struct https_answer *answer)
{
	json_t *found = answer->body.len > 0 ?
	    json_loadb(answer->body.at, answer->body.len, 0, NULL) : NULL;

	const char *etag = json_string_value(json_object_get(found, "etag"));

	snprintf(transfer->etag, sizeof(transfer->etag), "%s", answer->etag);
	if (answer->etag[0] == '\0' && etag != NULL)
		snprintf(transfer->etag, sizeof(transfer->etag), "\"%s\"",
		    etag);
	for (size_t i = 0; i < nitems(milestones); i++) {
		json_t *value = json_object_get(found, milestones[i].field);

		if (value != NULL)
			json_object_set(transfer->record, milestones[i].field,
			    value);
	}
	json_decref(found);
}

static enum ending
record_get(struct transfer *transfer)
{
	struct https_request request =
	    session_request("GET", transfer->target.at);
	struct https_answer answer;
	struct problem why = { 0 };
	enum ending ending = END_WELL;

	if (https_call(transfer->session->https, &request, &answer, &why) !=
	    HTTPS_ANSWERED) {
		complain_problem(&why);
		ending = END_UNREACHABLE;
	} else if (answer.status == 200) {
		record_take(transfer, &answer);
	} else if (answer.status != 404) {
		complain_answer(answer.body.at, answer.body.len,
		    answer.status);
		ending = END_REFUSED;
	}
	https_answer_release(&answer);
	return ending;
}

static enum ending
record_put(struct transfer *transfer)
{
	char *body = json_dumps(transfer->record, JSON_COMPACT);
	struct https_request request =
	    session_request("PUT", transfer->target.at);
	enum ending ending;

	assert(body != NULL);
	request.content_type = "application/json";
	request.if_match = transfer->etag[0] != '\0' ? transfer->etag : NULL;
	request.body = body;
	request.body_len = strlen(body);
	ending = session_send(transfer->session, &request, NULL);
	if (ending == END_WELL)
		printf("Recorded.\n");
	free(body);
	return ending;
}

enum ending
ehc_transfer_run(struct session *session)
{
	struct transfer transfer = {
		.session = session, .record = json_object()
	};
	struct problem why = { 0 };
	enum ending ending;

	buf_init(&transfer.target);
	target_start(&transfer.target, "/v1/ehc/transfers");
	target_add_segment(&transfer.target, session->options->args[0]);
	target_add_segment(&transfer.target, session->options->args[1]);
	ending = record_get(&transfer);
	if (ending == END_WELL && !milestones_set(&transfer, &why)) {
		complain_problem(&why);
		ending = END_USAGE;
	}
	if (ending == END_WELL)
		ending = record_put(&transfer);
	json_decref(transfer.record);
	buf_release(&transfer.target);
	return ending;
}
