/*
 * http1_target.c — the target taken apart: a path that is decoded once and
 * has one spelling, and the parameters of the query. What could mean another
 * path after a second decoding, or to another reader, is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "http1_chars.h"
#include <assert.h>
#include <string.h>

/*
 * Decodes one character of rest, which is not empty. False for an escape
 * that is broken or hides a control.
 */
static bool
char_take(struct slice *rest, char *out)
{
	size_t len = 1;
	int high, low;

	*out = rest->at[0];
	if (*out == '%') {
		if (rest->len < 3)
			return false;
		high = char_hex(rest->at[1]);
		low = char_hex(rest->at[2]);
		if (high < 0 || low < 0)
			return false;
		*out = (char)(high << 4 | low);
		len = 3;
	}
	rest->at += len;
	rest->len -= len;
	return *out != '\t' && char_is(*out, CHAR_LINE);
}

/* What lies before and after the first such character, or all and nothing. */
static struct slice
cut(struct slice *rest, char separator)
{
	const char *at = memchr(rest->at, separator, rest->len);
	size_t len = at ? (size_t)(at - rest->at) : rest->len;
	struct slice before = { rest->at, len };

	len += at ? 1 : 0;
	rest->at += len;
	rest->len -= len;
	return before;
}

/*
 * A slash first, no empty segment, and none that steps up or stands still. A
 * slash at the end begins no segment.
 */
static bool
segments_are_sound(struct slice path)
{
	if (path.len == 0 || cut(&path, '/').len > 0)
		return false;
	while (path.len > 0) {
		struct slice segment = cut(&path, '/');

		if (segment.len == 0 || slice_is(segment, ".") ||
		    slice_is(segment, ".."))
			return false;
	}
	return true;
}

static bool
path_take(struct slice rest, char *out, size_t *out_len)
{
	while (rest.len > 0) {
		bool is_escaped = rest.at[0] == '%';
		char c;

		if (!char_take(&rest, &c) || c == '\\' ||
		    (c == '/' && is_escaped))
			return false;
		out[(*out_len)++] = c;
	}
	return true;
}

bool
http1_path_decode(struct slice target, char *out, size_t *out_len,
    struct problem *why)
{
	struct slice path = cut(&target, '?');

	assert(path.len <= HTTP1_TARGET_MAX);
	*out_len = 0;
	if (!path_take(path, out, out_len))
		return problem_set(why, PROBLEM_MALFORMED_REQUEST, NULL,
		    "The path holds an escape that is broken or not allowed.");
	out[*out_len] = '\0';
	if (strcmp(out, "*") == 0)
		return true;
	if (!segments_are_sound((struct slice){ out, *out_len }))
		return problem_set(why, PROBLEM_MALFORMED_REQUEST, NULL,
		    "The path has an empty segment, or one of dots.");
	if (!text_is_utf8(out, *out_len))
		return problem_set(why, PROBLEM_MALFORMED_REQUEST, NULL,
		    "The path is not UTF-8.");
	return true;
}

void
http1_query_start(struct http1_query *query, struct slice target,
    char *scratch)
{
	cut(&target, '?');
	*query = (struct http1_query){ target, scratch, 0 };
}

/* Decodes into the scratch; NULL when there is a fault. */
static bool
part_take(struct http1_query *query, struct slice raw, struct slice *part)
{
	char *out = query->scratch + query->scratch_used;
	size_t len = 0;

	while (raw.len > 0) {
		bool is_space = raw.at[0] == '+';

		if (!char_take(&raw, &out[len]))
			return false;
		if (is_space)
			out[len] = ' ';
		len++;
	}
	query->scratch_used += len;
	*part = (struct slice){ out, len };
	return text_is_utf8(out, len);
}

bool
http1_query_next(struct http1_query *query, struct slice *name,
    struct slice *value, struct problem *why)
{
	struct slice raw = { NULL, 0 };

	while (raw.len == 0) {
		if (query->rest.len == 0)
			return false;
		raw = cut(&query->rest, '&'); /* "a&&b" is a and b */
	}
	assert(query->scratch_used + raw.len <= HTTP1_TARGET_MAX);
	if (!part_take(query, cut(&raw, '='), name) ||
	    !part_take(query, raw, value))
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "The query holds an escape that is broken or not allowed.");
	if (name->len == 0)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "The query has a parameter without a name.");
	return true;
}
