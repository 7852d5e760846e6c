/*
 * inflate.c — zlib's inflate in steps of a piece of output, so that a bomb
 * is noticed when it has grown one byte too large and not a step later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inflate.h"

#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (16 + MAX_WBITS) /* zlib's way of saying: gzip, no other */
#define PIECE_BYTES (16 * 1024)

struct inflate {
	z_stream stream;
	size_t left_bytes;     /* may still come out */
	bool is_inside;        /* a member has begun and not ended */
	bool has_begun;        /* any has */
};

struct inflate *
inflate_new(size_t max_bytes)
{
	struct inflate *gz = calloc(1, sizeof(*gz));

	if (gz == NULL ||
	    inflateInit2(&gz->stream, GZIP_ONLY) != Z_OK)
		abort(); /* out of memory ends the process, see arena.h */
	gz->left_bytes = max_bytes;
	return gz;
}

void
inflate_free(struct inflate *gz)
{
	if (gz == NULL)
		return;
	inflateEnd(&gz->stream);
	free(gz);
}

/* One step: some input into at most a piece of output, one byte more than
 * may come at the end, which tells a text of just max_bytes from a longer. */
static int
step(struct inflate *gz, struct buf *out, size_t *grown)
{
	z_stream *stream = &gz->stream;
	size_t room = gz->left_bytes < PIECE_BYTES ?
	    gz->left_bytes + 1 : PIECE_BYTES;
	int result;

	buf_reserve(out, room);
	stream->next_out = (Bytef *)out->at + out->len;
	stream->avail_out = (uInt)room;
	result = inflate(stream, Z_NO_FLUSH);
	*grown = room - stream->avail_out;
	return result;
}

bool
inflate_feed(struct inflate *gz, const char *at, size_t len,
    struct buf *out, struct problem *why)
{
	z_stream *stream = &gz->stream;
	size_t grown = 0;
	bool is_full = false; /* there may be more without more input */

	stream->next_in = (Bytef *)(uintptr_t)at;
	stream->avail_in = (uInt)len;
	while (stream->avail_in > 0 || is_full) {
		int result;

		if (!gz->is_inside && gz->has_begun)
			inflateReset(stream);
		gz->is_inside = gz->has_begun = true;
		result = step(gz, out, &grown);
		if (grown > gz->left_bytes)
			return problem_set(why, PROBLEM_BODY_TOO_LARGE, NULL,
			    "The body, unpacked, is larger than it may be.");
		out->len += grown;
		gz->left_bytes -= grown;
		is_full = stream->avail_out == 0 && result == Z_OK;
		if (result == Z_STREAM_END)
			gz->is_inside = false;
		else if (result == Z_MEM_ERROR)
			abort();
		else if (result != Z_OK && result != Z_BUF_ERROR)
			return problem_set(why, PROBLEM_MALFORMED_GZIP, NULL,
			    "The body is not what its Content-Encoding says.");
	}
	return true;
}

bool
inflate_end(const struct inflate *gz, struct problem *why)
{
	if (gz->has_begun && !gz->is_inside)
		return true;
	return problem_set(why, PROBLEM_MALFORMED_GZIP, NULL,
	    "The body ends before its gzip member does.");
}
