/*
 * session.c — the calls of the sub-commands, each with its complaint.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "session.h"

#define PATIENCE_S 60

static const enum ending endings[] = {
	[HTTPS_ANSWERED] = END_WELL,
	[HTTPS_UNREACHABLE] = END_UNREACHABLE,
	[HTTPS_UNTRUSTED] = END_UNREACHABLE,
	[HTTPS_UNWELCOME] = END_REFUSED,
	[HTTPS_MISCONFIGURED] = END_USAGE,
};

struct https_request
session_request(const char *method, const char *target)
{
	return (struct https_request){
		       .method = method, .target = target,
		       .accept = "application/json", .timeout_s = PATIENCE_S
	};
}

enum ending
session_call(struct session *session, const struct https_request *request,
    struct https_answer *answer)
{
	struct problem why = { 0 };
	enum https_outcome outcome =
	    https_call(session->https, request, answer, &why);

	if (outcome != HTTPS_ANSWERED) {
		complain_problem(&why);
		return endings[outcome];
	}
	if (answer->status / 100 == 2)
		return END_WELL;
	complain_answer(answer->body.at, answer->body.len, answer->status);
	return END_REFUSED;
}

static enum ending
document_read(const struct https_answer *answer, json_t **document)
{
	*document = answer->body.len == 0 ? NULL :
	    json_loadb(answer->body.at, answer->body.len, 0, NULL);
	if (*document != NULL)
		return END_WELL;
	complain("the server's answer is no JSON document");
	return END_REFUSED;
}

enum ending
session_send(struct session *session, const struct https_request *request,
    json_t **document)
{
	struct https_answer answer;
	enum ending ending = session_call(session, request, &answer);

	if (document != NULL)
		*document = NULL;
	if (ending == END_WELL && document != NULL)
		ending = document_read(&answer, document);
	https_answer_release(&answer);
	return ending;
}

enum ending
session_get(struct session *session, const char *target, json_t **document)
{
	struct https_request request = session_request("GET", target);

	return session_send(session, &request, document);
}
