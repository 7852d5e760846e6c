/*
 * http1.c — request heads. Bytes are looked at once, line by line: a line is
 * judged when its CR LF arrives and what it said is kept in the scan as
 * offsets, because the bytes may move before the next ones come. Only the
 * fields are cut out of the lines again when the head is complete.
 * A control character, a bare CR or a bare LF is refused where it stands,
 * not when the line or the time is over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "http1_chars.h"
#include "http1_fields.h"
#include <assert.h>
#include <string.h>

#define REQUEST_LINE_MAX \
	(HTTP1_TARGET_MAX + sizeof("OPTIONS  HTTP/1.1") - 1)

static const struct slice methods[] = {
	[HTTP_GET] = SLICE("GET"),
	[HTTP_HEAD] = SLICE("HEAD"),
	[HTTP_POST] = SLICE("POST"),
	[HTTP_PUT] = SLICE("PUT"),
	[HTTP_PATCH] = SLICE("PATCH"),
	[HTTP_DELETE] = SLICE("DELETE"),
	[HTTP_OPTIONS] = SLICE("OPTIONS"),
};

const char *
http1_method_name(enum http1_method method)
{
	assert((size_t)method < nitems(methods));
	return methods[method].at;
}

static bool
refuse(const struct http1_scan *scan, const char *sentence,
    struct problem *why)
{
	return http1_head_refuse(scan, PROBLEM_MALFORMED_REQUEST, sentence,
	    why);
}

/* Where the present line must have ended, with its CR LF. */
static size_t
line_limit(const struct http1_scan *scan)
{
	if (scan->has_request_line)
		return HTTP1_HEAD_MAX;
	return scan->line_at + REQUEST_LINE_MAX + 2;
}

/* The line has used up all bytes there are: wait, or is it too long? */
static enum http1_outcome
line_unfinished(const struct http1_scan *scan, size_t end,
    struct problem *why)
{
	if (end < line_limit(scan))
		return HTTP1_MORE;
	if (scan->has_request_line)
		http1_head_refuse(scan, PROBLEM_HEAD_TOO_LARGE,
		    "the head is longer than 16 KiB.", why);
	else
		http1_head_refuse(scan, PROBLEM_URI_TOO_LONG,
		    "the request line is too long.", why);
	return HTTP1_BAD;
}

/* Looks on, from where it stopped, for the end of the present line. */
static enum http1_outcome
line_find(struct http1_scan *scan, const char *at, size_t len,
    struct slice *line, struct problem *why)
{
	size_t end = len < line_limit(scan) ? len : line_limit(scan);

	scan->seen += chars_line_span(at + scan->seen, end - scan->seen);
	if (scan->seen == end)
		return line_unfinished(scan, end, why);
	if (at[scan->seen] != '\r') {
		refuse(scan, "there is a control character or a bare LF.",
		    why);
		return HTTP1_BAD;
	}
	if (scan->seen + 1 == end)
		return line_unfinished(scan, end, why);
	if (at[scan->seen + 1] != '\n') {
		refuse(scan, "there is a CR without its LF.", why);
		return HTTP1_BAD;
	}
	line->at = at + scan->line_at;
	line->len = scan->seen - scan->line_at;
	scan->seen += 2;
	scan->line_at = scan->seen;
	return HTTP1_DONE;
}

/* Takes what stands before the next space, and the space. */
static bool
word_take(struct slice *rest, struct slice *word)
{
	const char *space = memchr(rest->at, ' ', rest->len);

	if (space == NULL)
		return false;
	*word = (struct slice){ rest->at, (size_t)(space - rest->at) };
	rest->at = space + 1;
	rest->len -= word->len + 1;
	return true;
}

static bool
method_judge(struct http1_scan *scan, struct slice word,
    struct problem *why)
{
	if (word.len == 0 ||
	    chars_span(word.at, word.len, CHAR_TOKEN) != word.len)
		return refuse(scan, "the method is not a token.", why);
	for (size_t n = 0; n < nitems(methods); n++) {
		if (word.len == methods[n].len &&
		    memcmp(word.at, methods[n].at, word.len) == 0) {
			scan->method = (enum http1_method)n;
			return true;
		}
	}
	return http1_head_refuse(scan, PROBLEM_NOT_IMPLEMENTED,
	    "this method is not spoken here.", why);
}

static bool
version_judge(struct http1_scan *scan, struct slice word,
    struct problem *why)
{
	if (word.len != 8 || memcmp(word.at, "HTTP/", 5) != 0 ||
	    !char_is(word.at[5], CHAR_DIGIT) || word.at[6] != '.' ||
	    !char_is(word.at[7], CHAR_DIGIT))
		return refuse(scan,
		    "it must be a method, a target and HTTP/1.1, with one "
		    "space between.", why);
	if (word.at[5] != '1' || word.at[7] > '1')
		return http1_head_refuse(scan, PROBLEM_HTTP_VERSION,
		    "the version is neither HTTP/1.1 nor HTTP/1.0.", why);
	scan->minor = word.at[7] - '0';
	return true;
}

/* pchar, "/" and "?" only, and two digits after each "%". */
static bool
target_is_sound(struct slice target)
{
	size_t n = 0;

	while ((n += chars_span(target.at + n, target.len - n, CHAR_TARGET)) <
	    target.len) {
		if (target.at[n] != '%' || target.len - n < 3 ||
		    !char_is(target.at[n + 1], CHAR_HEX) ||
		    !char_is(target.at[n + 2], CHAR_HEX))
			return false;
		n += 3;
	}
	return true;
}

static bool
target_judge(struct http1_scan *scan, const char *at, struct slice target,
    struct problem *why)
{
	bool is_asterisk = target.len == 1 && target.at[0] == '*';

	if (target.len > HTTP1_TARGET_MAX)
		return http1_head_refuse(scan, PROBLEM_URI_TOO_LONG,
		    "the target is longer than 4096 bytes.", why);
	if (is_asterisk ? scan->method != HTTP_OPTIONS :
	    target.len == 0 || target.at[0] != '/')
		return refuse(scan, "the target must begin with a slash.",
		    why);
	if (!target_is_sound(target))
		return refuse(scan,
		    "the target holds a character no address may hold.", why);
	scan->target_at = (unsigned)(target.at - at);
	scan->target_len = (unsigned)target.len;
	return true;
}

static bool
request_line_judge(struct http1_scan *scan, const char *at,
    struct slice line, struct problem *why)
{
	struct slice method, target;

	if (!word_take(&line, &method) || !word_take(&line, &target))
		return refuse(scan,
		    "it must be a method, a target and a version.", why);
	if (!version_judge(scan, line, why) ||
	    !method_judge(scan, method, why) ||
	    !target_judge(scan, at, target, why))
		return false;
	scan->has_request_line = true;
	scan->fields_at = (unsigned)scan->line_at;
	return true;
}

/* One empty line before a request is some clients' habit (RFC 9112, 2.2). */
static bool
line_judge(struct http1_scan *scan, const char *at, struct slice line,
    struct problem *why)
{
	if (scan->has_request_line)
		return http1_field_judge(scan, at, line, why);
	if (line.len == 0 && scan->lines == 0)
		return true;
	return request_line_judge(scan, at, line, why);
}

static enum http1_outcome
head_finish(const struct http1_scan *scan, const char *at,
    struct http1_head *head, size_t *used, struct problem *why)
{
	bool has_host = scan->host_len > 0;

	if (scan->minor == 1 && !has_host) {
		refuse(scan, "it ends the head, and Host is missing.", why);
		return HTTP1_BAD;
	}
	head->method = scan->method;
	head->minor = scan->minor;
	head->keep_alive = !scan->asks_close &&
	    (scan->minor == 1 || scan->asks_keep_alive);
	head->is_chunked = scan->is_chunked;
	head->content_length = scan->has_length ? scan->content_length : -1;
	/* HTTP/1.0 knows no 100, and without a body there is no waiting. */
	head->expects_continue = scan->expects_continue && scan->minor == 1 &&
	    (head->is_chunked || head->content_length > 0);
	head->target.at = at + scan->target_at;
	head->target.len = scan->target_len;
	head->host.at = has_host ? at + scan->host_at : NULL;
	head->host.len = scan->host_len;
	http1_fields_collect(scan, at, head);
	*used = scan->line_at;
	return HTTP1_DONE;
}

enum http1_outcome
http1_head_feed(struct http1_scan *scan, const char *at, size_t len,
    struct http1_head *head, size_t *used, struct problem *why)
{
	enum http1_outcome outcome;
	struct slice line;

	assert(len >= scan->seen);
	while ((outcome = line_find(scan, at, len, &line, why)) ==
	    HTTP1_DONE) {
		if (line.len == 0 && scan->has_request_line)
			return head_finish(scan, at, head, used, why);
		if (!line_judge(scan, at, line, why))
			return HTTP1_BAD;
		scan->lines++;
	}
	return outcome;
}

struct slice
http1_head_field(const struct http1_head *head, const char *name)
{
	size_t len = strlen(name);

	for (size_t n = 0; n < head->fields_len; n++)
		if (head->fields[n].name.len == len &&
		    slice_is_caseless(head->fields[n].name, name))
			return head->fields[n].value;
	return (struct slice){ NULL, 0 };
}
