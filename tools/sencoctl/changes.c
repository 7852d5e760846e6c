/*
 * changes.c — `sencoctl changes`: the change feed as it comes, one JSON
 * object a line, and at the end on stderr where to go on from.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "target.h"

#include <string.h>

const struct option_row changes_options[] = {
	{ "after", "CURSOR", "only what came after this" },
	{ "limit", "N",      "one page of at most this many (default: to the end)" },
	{ NULL },
};

struct feed {
	size_t bytes; /* of this page */
};

static bool
changes_arrived(void *owner, const char *at, size_t len)
{
	struct feed *feed = owner;

	feed->bytes += len;
	return fwrite(at, 1, len, stdout) == len;
}

/* The value of after in the address of the next page. */
static bool
cursor_take(const char *next, char *out, size_t size)
{
	const char *at = strstr(next, "after=");
	size_t len = at != NULL ? strcspn(at + 6, "&") : 0;

	if (len == 0 || len >= size)
		return false;
	memcpy(out, at + 6, len);
	out[len] = '\0';
	return true;
}

/* One page; *goes_on when there may be more after *cursor. */
static enum ending
page_fetch(struct session *session, char *cursor, size_t size, bool *goes_on)
{
	struct feed feed = { 0 };
	struct buf target;
	struct https_request request;
	struct https_answer answer;
	enum ending ending;

	buf_init(&target);
	target_start(&target, "/v1/sync/changes");
	target_add(&target, "limit", options_text(session->options, "limit"));
	target_add(&target, "after", cursor[0] != '\0' ? cursor : NULL);
	request = session_request("GET", target.at);
	request.accept = "application/x-ndjson";
	request.piece_arrived = changes_arrived;
	request.owner = &feed;
	ending = session_call(session, &request, &answer);
	*goes_on = ending == END_WELL && feed.bytes > 0 &&
	    cursor_take(answer.next, cursor, size);
	https_answer_release(&answer);
	buf_release(&target);
	return ending;
}

enum ending
changes_run(struct session *session)
{
	const char *after = options_text(session->options, "after");
	char cursor[1024] = "";
	struct problem why = { 0 };
	long limit = 1;
	bool goes_on = true;
	enum ending ending = END_WELL;

	if (!options_number(session->options, "limit", 1, 100000, &limit,
	    &why)) {
		complain_problem(&why);
		return END_USAGE;
	}
	if (after != NULL)
		snprintf(cursor, sizeof(cursor), "%s", after);
	do
		ending = page_fetch(session, cursor, sizeof(cursor), &goes_on);
	while (goes_on && !options_has(session->options, "limit"));
	if (ending == END_WELL && cursor[0] != '\0')
		complain("go on with --after %s", cursor);
	return ending;
}
