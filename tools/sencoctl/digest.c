/*
 * digest.c — `sencoctl digest`: the letter of the day, shown, or sent when a
 * mail server is configured. It names no child; the server writes it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "identity.h"
#include "mail.h"
#include "target.h"

#include <string.h>

#define PATIENCE_S 60
#define SUBJECT_MAX 120

const struct option_row digest_options[] = {
	{ "on",     "DATE",    "of this day (default today)" },
	{ "send",   "ADDRESS", "send it there instead of showing it; may be repeated" },
	{ "smtp",   "URL",     "the mail server, as smtp://localhost:25 (else smtp = … in the configuration file, or SENCOD_SMTP)" },
	{ "sender", "ADDRESS", "whom it comes from (else sender = …, or SENCOD_SENDER)" },
	{ NULL },
};

static const enum ending endings[] = {
	[MAIL_SENT] = END_WELL,
	[MAIL_UNREACHABLE] = END_UNREACHABLE,
	[MAIL_REFUSED] = END_REFUSED,
	[MAIL_MISCONFIGURED] = END_USAGE,
};

/* The letter's first line, as far as it is ASCII. */
static void
subject_print(struct slice letter, char out[static SUBJECT_MAX])
{
	size_t len = 0;

	while (len < letter.len && len < SUBJECT_MAX - 1 &&
	    letter.at[len] >= ' ' && letter.at[len] < 127) {
		out[len] = letter.at[len];
		len++;
	}
	out[len] = '\0';
}

static enum ending
letter_send(struct session *session, struct slice letter)
{
	const struct options *options = session->options;
	size_t len = options_list(options, "send", NULL);
	const char **to = arena_array(session->arena, len, sizeof(*to));
	char subject[SUBJECT_MAX];
	struct mail mail = {
		.url = session->identity->smtp,
		.sender = session->identity->sender,
		.to = to, .to_len = len, .subject = subject,
		.body = letter, .timeout_s = PATIENCE_S
	};
	struct problem why = { 0 };
	enum mail_outcome outcome;

	options_list(options, "send", to);
	subject_print(letter, subject);
	outcome = mail_send(&mail, &why);
	if (outcome == MAIL_SENT)
		printf("Sent to %zu address%s.\n", len, len == 1 ? "" : "es");
	else
		complain_problem(&why);
	return endings[outcome];
}

/* Sending is off unless both are said. */
static bool
may_send(const struct session *session)
{
	if (session->identity->smtp != NULL &&
	    session->identity->sender != NULL)
		return true;
	complain("sending is off: give --smtp and --sender, or smtp = … and "
	    "sender = … in the configuration file, or set SENCOD_SMTP and "
	    "SENCOD_SENDER");
	return false;
}

enum ending
digest_run(struct session *session)
{
	bool is_sent = options_has(session->options, "send");
	const char *on = options_text(session->options, "on");
	struct https_request request;
	struct https_answer answer;
	struct buf target;
	enum ending ending;

	if (is_sent && !may_send(session))
		return END_USAGE;
	buf_init(&target);
	target_start(&target, "/v1/deadlines/digest");
	if (on != NULL)
		target_add(&target, "on", on);
	request = session_request("GET", target.at);
	request.accept = "text/plain";
	ending = session_call(session, &request, &answer);
	if (ending == END_WELL && is_sent)
		ending = letter_send(session, (struct slice){
			answer.body.at, answer.body.len
		});
	else if (ending == END_WELL)
		fwrite(answer.body.at, 1, answer.body.len, stdout);
	https_answer_release(&answer);
	buf_release(&target);
	return ending;
}
