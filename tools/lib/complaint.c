/*
 * complaint.c — every sentence the programs print when something is wrong
 * goes through here, so that they all look alike and no control character
 * of a file or a server reaches the terminal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "complaint.h"

#include "buf.h"
#include "width.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

static const char *program_name = "sencod";

void
complain_as(const char *program)
{
	program_name = program;
}

void
complain(const char *fmt, ...)
{
	char sentence[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	width_disarm(sentence);
	fprintf(stderr, "%s: %s\n", program_name, sentence);
}

void
complain_problem(const struct problem *why)
{
	const char *said = why->detail[0] != '\0' ? why->detail :
	    problem_title(why->slug);

	if (why->where[0] != '\0')
		complain("%s: %s", why->where, said);
	else
		complain("%s", said);
}

static const char *
member_text(const json_t *document, const char *name)
{
	return json_string_value(json_object_get(document, name));
}

void
complaint_print_answer(const char *body, size_t len, int status,
    struct buf *out)
{
	json_t *document = len > 0 ? json_loadb(body, len, 0, NULL) : NULL;
	const char *title = member_text(document, "title");
	const char *detail = member_text(document, "detail");
	const char *pointer = member_text(document, "pointer");

	if (title == NULL)
		buf_print(out, "the server answered with status %d", status);
	else
		buf_add_text(out, title);
	if (title != NULL && detail != NULL)
		buf_print(out, ": %s", detail);
	if (title != NULL && pointer != NULL)
		buf_print(out, " (%s)", pointer);
	json_decref(document);
}

void
complain_answer(const char *body, size_t len, int status)
{
	struct buf said;

	buf_init(&said);
	complaint_print_answer(body, len, status, &said);
	complain("%.*s", (int)said.len, said.at);
	buf_release(&said);
}
