/*
 * http1_fields.c — field lines. A few fields decide where a message ends,
 * whom it is for and what becomes of the connection; two readings of one of
 * these are how requests are smuggled, so they are given once, in one form,
 * or the head is refused. All others are only checked for their grammar.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1_fields.h"

#include "http1_chars.h"
#include <assert.h>
#include <string.h>

#define CONTENT_LENGTH_DIGITS 15
#define PORT_DIGITS 5

enum known_field {
	FIELD_HOST,
	FIELD_CONTENT_LENGTH,
	FIELD_TRANSFER_ENCODING,
	FIELD_EXPECT,
	FIELD_CONTENT_TYPE,
	FIELD_CONTENT_ENCODING,
	FIELD_AUTHORIZATION,
	FIELD_IDEMPOTENCY_KEY,
	FIELDS_GIVEN_ONCE, /* those above may not come twice */
	FIELD_CONNECTION = FIELDS_GIVEN_ONCE,
	FIELD_OTHER
};

static const struct slice known_fields[] = {
	[FIELD_HOST] = SLICE("host"),
	[FIELD_CONTENT_LENGTH] = SLICE("content-length"),
	[FIELD_TRANSFER_ENCODING] = SLICE("transfer-encoding"),
	[FIELD_EXPECT] = SLICE("expect"),
	[FIELD_CONTENT_TYPE] = SLICE("content-type"),
	[FIELD_CONTENT_ENCODING] = SLICE("content-encoding"),
	[FIELD_AUTHORIZATION] = SLICE("authorization"),
	[FIELD_IDEMPOTENCY_KEY] = SLICE("idempotency-key"),
	[FIELD_CONNECTION] = SLICE("connection"),
};

bool
http1_head_refuse(const struct http1_scan *scan, enum problem_slug slug,
    const char *sentence, struct problem *why)
{
	return problem_set(why, slug, NULL, "Line %u of the head: %s",
	    scan->lines + 1, sentence);
}

static bool
refuse(const struct http1_scan *scan, const char *sentence,
    struct problem *why)
{
	return http1_head_refuse(scan, PROBLEM_MALFORMED_REQUEST, sentence,
	    why);
}

static enum known_field
field_find(struct slice name)
{
	enum known_field known = 0;

	while (known < FIELD_OTHER && (name.len != known_fields[known].len ||
	    !slice_is_caseless(name, known_fields[known].at)))
		known++;
	return known;
}

bool
http1_field_is_framing(struct slice name)
{
	return field_find(name) <= FIELD_TRANSFER_ENCODING;
}

/* The length of the host without its port; 0 when it is no host. */
static size_t
host_span(struct slice value)
{
	size_t len;

	if (value.len == 0 || value.at[0] != '[')
		return chars_span(value.at, value.len, CHAR_HOST);
	len = 1;
	while (len < value.len && (char_is(value.at[len], CHAR_HEX) ||
	    value.at[len] == ':' || value.at[len] == '.'))
		len++;
	if (len < 3 || len == value.len || value.at[len] != ']')
		return 0;
	return len + 1;
}

static bool
host_judge(struct http1_scan *scan, const char *at, struct slice value,
    struct problem *why)
{
	size_t len = host_span(value);
	size_t rest = value.len - len;

	if (len == 0)
		return refuse(scan, "Host is not a host name.", why);
	if (rest > 0 && (value.at[len] != ':' || rest < 2 ||
	    rest > 1 + PORT_DIGITS ||
	    chars_span(value.at + len + 1, rest - 1, CHAR_DIGIT) != rest - 1))
		return refuse(scan, "after the host no port follows.", why);
	scan->host_at = (unsigned)(value.at - at);
	scan->host_len = (unsigned)len;
	return true;
}

static bool
content_length_judge(struct http1_scan *scan, struct slice value,
    struct problem *why)
{
	if (scan->is_chunked)
		return refuse(scan,
		    "Content-Length and Transfer-Encoding exclude each other.",
		    why);
	if (value.len == 0 ||
	    chars_span(value.at, value.len, CHAR_DIGIT) != value.len)
		return refuse(scan, "Content-Length is not a number.", why);
	if (value.len > CONTENT_LENGTH_DIGITS)
		return http1_head_refuse(scan, PROBLEM_BODY_TOO_LARGE,
		    "Content-Length has more than 15 digits.", why);
	scan->has_length = true;
	for (size_t n = 0; n < value.len; n++)
		scan->content_length = scan->content_length * 10 +
		    (value.at[n] - '0');
	return true;
}

/* Tokens with commas between: a list of codings we do not speak. */
static bool
is_token_list(struct slice value)
{
	bool has_token = false;

	for (size_t n = 0; n < value.len; n++) {
		if (char_is(value.at[n], CHAR_TOKEN))
			has_token = true;
		else if (strchr(", \t", value.at[n]) == NULL)
			return false;
	}
	return has_token;
}

static bool
transfer_encoding_judge(struct http1_scan *scan, struct slice value,
    struct problem *why)
{
	if (scan->minor == 0)
		return refuse(scan, "HTTP/1.0 has no Transfer-Encoding.", why);
	if (scan->has_length)
		return refuse(scan,
		    "Content-Length and Transfer-Encoding exclude each other.",
		    why);
	if (slice_is_caseless(value, "chunked")) {
		scan->is_chunked = true;
		return true;
	}
	if (!is_token_list(value))
		return refuse(scan, "Transfer-Encoding is not a coding.", why);
	return http1_head_refuse(scan, PROBLEM_NOT_IMPLEMENTED,
	    "the only transfer coding spoken here is chunked.", why);
}

static bool
expect_judge(struct http1_scan *scan, struct slice value,
    struct problem *why)
{
	if (!slice_is_caseless(value, "100-continue"))
		return http1_head_refuse(scan, PROBLEM_EXPECTATION_FAILED,
		    "Expect is not 100-continue.", why);
	scan->expects_continue = true;
	return true;
}

/* A list of tokens with commas between; empty elements do no harm. */
static bool
connection_judge(struct http1_scan *scan, struct slice value,
    struct problem *why)
{
	while (value.len > 0) {
		const char *comma = memchr(value.at, ',', value.len);
		size_t len = comma ? (size_t)(comma - value.at) : value.len;
		struct slice option = { value.at, len };

		option = slice_trim(option);
		if (chars_span(option.at, option.len, CHAR_TOKEN) !=
		    option.len)
			return refuse(scan, "Connection is not a list of tokens.",
			    why);
		if (slice_is_caseless(option, "close"))
			scan->asks_close = true;
		if (slice_is_caseless(option, "keep-alive"))
			scan->asks_keep_alive = true;
		len += comma ? 1 : 0;
		value.at += len;
		value.len -= len;
	}
	return true;
}

static bool
known_judge(struct http1_scan *scan, const char *at, enum known_field known,
    struct slice value, struct problem *why)
{
	switch (known) {
	case FIELD_HOST:
		return host_judge(scan, at, value, why);
	case FIELD_CONTENT_LENGTH:
		return content_length_judge(scan, value, why);
	case FIELD_TRANSFER_ENCODING:
		return transfer_encoding_judge(scan, value, why);
	case FIELD_EXPECT:
		return expect_judge(scan, value, why);
	case FIELD_CONNECTION:
		return connection_judge(scan, value, why);
	default:
		return true;
	}
}

/* Name and value of a line that holds a colon. */
static struct http1_field
field_split(struct slice line, size_t name_len)
{
	struct slice name = { line.at, name_len }, value = line;

	value.at += name_len + 1;
	value.len -= name_len + 1;
	return (struct http1_field){ name, slice_trim(value) };
}

bool
http1_field_judge(struct http1_scan *scan, const char *at, struct slice line,
    struct problem *why)
{
	size_t name_len = chars_span(line.at, line.len, CHAR_TOKEN);
	struct http1_field field;
	enum known_field known;

	if (name_len == 0 || name_len == line.len || line.at[name_len] != ':')
		return refuse(scan,
		    "a field must be a name, a colon and a value.", why);
	if (scan->fields_len == HTTP1_FIELDS_MAX)
		return http1_head_refuse(scan, PROBLEM_HEAD_TOO_LARGE,
		    "there are more than 64 fields.", why);
	field = field_split(line, name_len);
	known = field_find(field.name);
	if (known < FIELDS_GIVEN_ONCE && scan->given & 1u << known)
		return refuse(scan, "this field may be given only once.", why);
	/* Readers differ on a tab behind a length: Node refuses it. */
	if (known <= FIELD_TRANSFER_ENCODING &&
	    memchr(line.at, '\t', line.len) != NULL)
		return refuse(scan, "this field may hold no tab.", why);
	if (!known_judge(scan, at, known, field.value, why))
		return false;
	scan->given |= 1u << known;
	scan->fields_len++;
	return true;
}

/* Every line here was judged: it has a colon and ends in CR LF. */
void
http1_fields_collect(const struct http1_scan *scan, const char *at,
    struct http1_head *head)
{
	const char *line = at + scan->fields_at;

	for (size_t n = 0; n < scan->fields_len; n++) {
		size_t left = (size_t)(at + scan->line_at - line);
		const char *colon = memchr(line, ':', left);
		const char *end = memchr(line, '\r', left);
		struct slice whole;

		assert(colon != NULL && end != NULL);
		whole = (struct slice){ line, (size_t)(end - line) };
		head->fields[n] = field_split(whole, (size_t)(colon - line));
		line = end + 2;
	}
	head->fields_len = scan->fields_len;
}
