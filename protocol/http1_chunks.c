/*
 * http1_chunks.c — chunked bodies, byte by byte except for the data itself.
 * The size is hexadecimal digits and nothing else, extensions are held to
 * their grammar and dropped, trailers to that of fields: a lax reading of any
 * of these is a way to hide a second request in a body.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1.h"

#include "http1_chars.h"
#include "http1_fields.h"
#include <assert.h>
#include <string.h>

#define SIZE_DIGITS 8

enum state {
	SIZE_LINE,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_START,
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
	FINISHED
};

void
http1_chunks_start(struct http1_chunks *chunks)
{
	*chunks = (struct http1_chunks){ .state = SIZE_LINE };
}

static enum http1_outcome
refuse(struct problem *why, const char *sentence)
{
	problem_set(why, PROBLEM_MALFORMED_REQUEST, NULL, "%s", sentence);
	return HTTP1_BAD;
}

static enum http1_outcome
move(struct http1_chunks *chunks, enum state next)
{
	chunks->state = next;
	return HTTP1_MORE;
}

static enum http1_outcome
refuse_line_end(struct problem *why)
{
	return refuse(why, "A chunk, its size or a trailer does not end in "
	    "CR LF.");
}

/* One character that can only be this one. */
static enum http1_outcome
expect(struct http1_chunks *chunks, char c, char expected, enum state next,
    struct problem *why)
{
	if (c != expected)
		return refuse_line_end(why);
	return move(chunks, next);
}

static void
advance(struct slice *rest, size_t n)
{
	rest->at += n;
	rest->len -= n;
}

static bool
token_take(struct slice *rest)
{
	size_t len = chars_span(rest->at, rest->len, CHAR_TOKEN);

	advance(rest, len);
	return len > 0;
}

/* ;name or ;name=token, any number of them. */
static bool
extensions_are_sound(struct slice rest)
{
	while (rest.len > 0) {
		if (rest.at[0] != ';')
			return false;
		advance(&rest, 1);
		if (!token_take(&rest))
			return false;
		if (rest.len == 0 || rest.at[0] != '=')
			continue;
		advance(&rest, 1);
		if (!token_take(&rest))
			return false;
	}
	return true;
}

static enum http1_outcome
size_judge(struct http1_chunks *chunks, struct problem *why)
{
	size_t digits = chars_span(chunks->line, chunks->line_len, CHAR_HEX);
	struct slice rest = { chunks->line, chunks->line_len };

	if (digits == 0)
		return refuse(why, "A chunk size is not a hexadecimal number.");
	if (digits > SIZE_DIGITS)
		return refuse(why, "A chunk size has more than 8 digits.");
	advance(&rest, digits);
	if (!extensions_are_sound(rest))
		return refuse(why, "A chunk size is followed by something "
		    "that is no extension.");
	chunks->left = 0;
	for (size_t n = 0; n < digits; n++)
		chunks->left = chunks->left * 16 +
		    (unsigned)char_hex(chunks->line[n]);
	chunks->line_len = 0;
	return move(chunks, chunks->left > 0 ? DATA : TRAILER_START);
}

static enum http1_outcome
size_line(struct http1_chunks *chunks, char c, struct problem *why)
{
	if (c == '\r')
		return move(chunks, SIZE_LF);
	if (!char_is(c, CHAR_LINE))
		return refuse(why, "A control character or a bare LF stands "
		    "in the line of a chunk size.");
	if (chunks->line_len == sizeof(chunks->line))
		return refuse(why, "The line of a chunk size is longer than "
		    "32 bytes.");
	chunks->line[chunks->line_len++] = c;
	return HTTP1_MORE;
}

static enum http1_outcome
size_lf(struct http1_chunks *chunks, char c, struct problem *why)
{
	if (c != '\n')
		return refuse_line_end(why);
	return size_judge(chunks, why);
}

/* Of the name only as much is kept as a framing field could have. */
static enum http1_outcome
trailer_name(struct http1_chunks *chunks, char c, struct problem *why)
{
	struct slice name = { chunks->line, chunks->line_len };

	if (c == ':' && chunks->state == TRAILER_NAME) {
		if (http1_field_is_framing(name))
			return refuse(why, "A trailer tries to change the "
			    "framing or the host.");
		chunks->line_len = 0;
		return move(chunks, TRAILER_VALUE);
	}
	if (!char_is(c, CHAR_TOKEN))
		return refuse(why, "A trailer must be a name, a colon and a "
		    "value.");
	if (chunks->line_len < sizeof(chunks->line))
		chunks->line[chunks->line_len++] = c;
	return move(chunks, TRAILER_NAME);
}

static enum http1_outcome
trailer_value(struct http1_chunks *chunks, char c, struct problem *why)
{
	if (c == '\r')
		return move(chunks, TRAILER_LF);
	if (!char_is(c, CHAR_LINE))
		return refuse(why, "A control character or a bare LF stands "
		    "in a trailer.");
	return HTTP1_MORE;
}

static enum http1_outcome
trailer_step(struct http1_chunks *chunks, char c, struct problem *why)
{
	if (++chunks->trailer_bytes > HTTP1_TRAILERS_MAX) {
		problem_set(why, PROBLEM_HEAD_TOO_LARGE, NULL,
		    "The trailers are longer than 4 KiB.");
		return HTTP1_BAD;
	}
	switch (chunks->state) {
	case TRAILER_START:
		if (c == '\r')
			return move(chunks, LAST_LF);
		return trailer_name(chunks, c, why);
	case TRAILER_NAME:
		return trailer_name(chunks, c, why);
	case TRAILER_VALUE:
		return trailer_value(chunks, c, why);
	case TRAILER_LF:
		return expect(chunks, c, '\n', TRAILER_START, why);
	default: /* LAST_LF */
		if (c != '\n')
			return refuse_line_end(why);
		chunks->state = FINISHED;
		return HTTP1_DONE;
	}
}

static enum http1_outcome
step(struct http1_chunks *chunks, char c, struct problem *why)
{
	switch (chunks->state) {
	case SIZE_LINE:
		return size_line(chunks, c, why);
	case SIZE_LF:
		return size_lf(chunks, c, why);
	case DATA_CR:
		return expect(chunks, c, '\r', DATA_LF, why);
	case DATA_LF:
		return expect(chunks, c, '\n', SIZE_LINE, why);
	default:
		return trailer_step(chunks, c, why);
	}
}

static struct slice
data_take(struct http1_chunks *chunks, const char *at, size_t len)
{
	size_t n = len < chunks->left ? len : (size_t)chunks->left;

	chunks->left -= n;
	if (chunks->left == 0)
		chunks->state = DATA_CR;
	return (struct slice){ at, n };
}

enum http1_outcome
http1_chunks_feed(struct http1_chunks *chunks, const char *at, size_t len,
    size_t *used, struct slice *piece, struct problem *why)
{
	enum http1_outcome outcome = HTTP1_MORE;

	assert(chunks->state != FINISHED);
	*piece = (struct slice){ NULL, 0 };
	*used = 0;
	while (*used < len && outcome == HTTP1_MORE) {
		if (chunks->state == DATA) {
			*piece = data_take(chunks, at + *used, len - *used);
			*used += piece->len;
			return HTTP1_MORE;
		}
		outcome = step(chunks, at[(*used)++], why);
	}
	return outcome;
}
