/*
 * calls.c — runs the sub-commands that are one request each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#include "list.h"
#include "target.h"
#include "uuid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* "from-on" as the server spells it. */
static const char *
member_name(struct session *session, const char *option)
{
	char *name = arena_print(session->arena, "%s", option);

	for (char *at = name; *at != '\0'; at++)
		if (*at == '-')
			*at = '_';
	return name;
}

static void
target_fill(struct session *session, const char *path, struct buf *target)
{
	const char *const *args = session->options->args;
	const char *at = path;
	size_t next = 0;

	target_start(target, "");
	while (*at != '\0') {
		size_t len = strcspn(at, "{");

		if (at[len] == '{') {
			assert(next < session->options->args_len);
			buf_add(target, at, len - 1); /* its slash comes below */
			buf_add_char(target, '\0');
			target->len--;
			target_add_segment(target, args[next++]);
			at += len + 2;
		} else {
			buf_add(target, at, len);
			at += len;
		}
	}
	buf_add_char(target, '\0');
	target->len--;
}

static bool
is_parameter(const struct option_row *row, const struct option_row *table)
{
	for (; table != NULL && table->name != NULL; table++)
		if (row == table)
			return strcmp(row->name, "format") != 0 &&
			       strcmp(row->name, "output") != 0;
	return false; /* of who we are */
}

static void
parameters_add(struct session *session, struct buf *target)
{
	const struct options *options = session->options;

	for (size_t i = 0; i < options->given_len; i++) {
		const struct option_given *given = &options->given[i];

		if (is_parameter(given->row, session->command->options))
			target_add(target, member_name(session,
			    given->row->name),
			    given->value != NULL ? given->value : "true");
	}
}

static json_t *
list_value(const char *text)
{
	json_t *list = json_array();

	for (;;) {
		size_t len = strcspn(text, ",");

		json_array_append_new(list, json_stringn(text, len));
		if (text[len] == '\0')
			return list;
		text += len + 1;
	}
}

/* NULL when it is not what the option takes. */
static json_t *
member_value(const struct option_given *given)
{
	const char *kind = given->row->value, *text = given->value;
	char *end;
	double number;

	if (kind == NULL)
		return json_true();
	if (text[0] == '\0')
		return json_null(); /* --to-on= takes it away */
	if (strcmp(kind, "LIST") == 0)
		return list_value(text);
	if (strcmp(kind, "YES|NO") == 0)
		return strcmp(text, "yes") == 0 ? json_true() :
		       strcmp(text, "no") == 0 ? json_false() : NULL;
	if (strcmp(kind, "NUMBER") != 0)
		return json_string(text);
	number = strtod(text, &end);
	if (end == text || *end != '\0' || !(number > -1e9 && number < 1e9))
		return NULL;
	return number == (double)(json_int_t)number ?
	       json_integer((json_int_t)number) : json_real(number);
}

/* The members of the body; NULL (and said) when one cannot be read. */
static json_t *
members_read(struct session *session)
{
	const struct options *options = session->options;
	json_t *body = json_object();

	for (size_t i = 0; i < options->given_len; i++) {
		const struct option_given *given = &options->given[i];
		json_t *value;

		if (!is_parameter(given->row, session->command->options))
			continue;
		value = member_value(given);
		if (value == NULL) {
			complain("--%s takes %s, not \"%s\"",
			    given->row->name, given->row->value, given->value);
			json_decref(body);
			return NULL;
		}
		json_object_set_new(body, member_name(session,
		    given->row->name), value);
	}
	return body;
}

static void
items_print(struct session *session, const json_t *items)
{
	struct table table;
	struct json_rows rows;
	size_t i;
	json_t *item;

	table_init(&table, session->arena);
	json_rows_start(&rows, &table, session->command->call->columns,
	    session->arena);
	json_array_foreach((json_t *)items, i, item)
	json_rows_add(&rows, item);
	table_print(&table, stdout, table_screen_width());
	table_release(&table);
}

static void
value_print(const json_t *value)
{
	char *text;

	if (json_is_null(value))
		return;
	if (json_is_string(value)) {
		fputs(json_string_value(value), stdout);
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
	    JSON_REAL_PRECISION(12));
	fputs(text != NULL ? text : "", stdout);
	free(text);
}

static void
object_print(const json_t *object)
{
	const char *name;
	json_t *value;
	int width = 0;

	json_object_foreach((json_t *)object, name, value)
	if ((int)strlen(name) > width)
		width = (int)strlen(name);
	json_object_foreach((json_t *)object, name, value) {
		if (json_is_null(value))
			continue;
		printf("%-*s  ", width, name);
		value_print(value);
		putchar('\n');
	}
}

/* Whatever the answer is: rows as a table, one object, or nothing. */
static void
answer_print(struct session *session, const json_t *document)
{
	const json_t *items = json_object_get(document, "items");

	if (json_array_size(items) > 0)
		items_print(session, items);
	else if (items == NULL && document != NULL)
		object_print(document);
}

static enum ending
etag_read(struct session *session, char etag[static 128])
{
	const struct call *call = session->command->call;
	struct https_request request;
	struct https_answer answer;
	struct problem why = { 0 };
	struct buf target;
	enum ending ending = END_WELL;

	buf_init(&target);
	target_fill(session, call->read, &target);
	request = session_request("GET", target.at);
	if (https_call(session->https, &request, &answer, &why) !=
	    HTTPS_ANSWERED) {
		complain_problem(&why);
		ending = END_UNREACHABLE;
	} else if (answer.status / 100 == 2) {
		memcpy(etag, answer.etag, sizeof(answer.etag));
	} else if (answer.status != 404 || !call->may_be_new) {
		complain_answer(answer.body.at, answer.body.len,
		    answer.status);
		ending = END_REFUSED;
	}
	https_answer_release(&answer);
	buf_release(&target);
	return ending;
}

static enum ending
change_answered(struct session *session, const struct https_answer *answer)
{
	json_t *document = answer->body.len == 0 ? NULL :
	    json_loadb(answer->body.at, answer->body.len, 0, NULL);

	if (answer->body.len > 0 && document == NULL) {
		complain("the server's answer is no JSON document");
		return END_REFUSED;
	}
	printf("%s\n", session->command->call->said);
	answer_print(session, document);
	json_decref(document);
	return END_WELL;
}

static enum ending
change_send(struct session *session, const char *target, json_t *members)
{
	const struct call *call = session->command->call;
	char key[37], etag[128] = "", *body;
	struct https_request request = session_request(call->method, target);
	struct https_answer answer;
	enum ending ending = END_WELL;

	uuid_print_fresh(key);
	request.idempotency_key = key;
	if (call->read != NULL)
		ending = etag_read(session, etag);
	if (ending != END_WELL)
		return ending;
	request.if_match = etag[0] != '\0' ? etag : NULL;
	body = json_dumps(members, JSON_COMPACT | JSON_REAL_PRECISION(12));
	assert(body != NULL);
	if (json_object_size(members) > 0) {
		request.content_type = "application/json";
		request.body = body;
		request.body_len = strlen(body);
	}
	ending = session_call(session, &request, &answer);
	if (ending == END_WELL)
		ending = change_answered(session, &answer);
	https_answer_release(&answer);
	free(body);
	return ending;
}

static enum ending
one_show(struct session *session, const char *target)
{
	json_t *document;
	enum ending ending = session_get(session, target, &document);

	if (ending == END_WELL)
		answer_print(session, document);
	json_decref(document);
	return ending;
}

static enum ending
raw_show(struct session *session, const char *target)
{
	struct https_request request = session_request("GET", target);
	struct https_answer answer;
	enum ending ending;

	request.accept = session->command->call->raw;
	ending = session_call(session, &request, &answer);
	if (ending == END_WELL)
		fwrite(answer.body.at, 1, answer.body.len, stdout);
	https_answer_release(&answer);
	return ending;
}

static enum ending
list_show(struct session *session, const char *target)
{
	const struct list list = {
		.target = target,
		.columns = session->command->call->columns,
		.empty = session->command->call->said,
	};
	struct problem why = { 0 };
	enum format format;

	if (format_read(session->options, &format, &why))
		return list_print(session, &list, format);
	complain_problem(&why);
	return END_USAGE;
}

enum ending
call_run(struct session *session)
{
	const struct call *call = session->command->call;
	struct buf target;
	json_t *members;
	enum ending ending = END_USAGE;

	buf_init(&target);
	target_fill(session, call->path, &target);
	if (strcmp(call->method, "GET") == 0) {
		parameters_add(session, &target);
		ending = call->raw != NULL ? raw_show(session, target.at) :
		    call->is_one ? one_show(session, target.at) :
		    list_show(session, target.at);
	} else if ((members = members_read(session)) != NULL) {
		ending = change_send(session, target.at, members);
		json_decref(members);
	}
	buf_release(&target);
	return ending;
}
