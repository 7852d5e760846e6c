/*
 * deflate.c — zlib's deflate at its quickest but one: records shrink to a
 * tenth at any level, and the sender's machine may be small.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "deflate.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (16 + MAX_WBITS)
#define LEVEL 2
#define MEMORY 8 /* zlib's default */
#define ROOM_MIN (16 * 1024)

struct deflate {
	z_stream stream;
};

static void
start(z_stream *stream)
{
	if (deflateInit2(stream, LEVEL, Z_DEFLATED, GZIP_ONLY, MEMORY,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* out of memory ends the process, see arena.h */
}

void
deflate_gzip(struct slice text, struct buf *out)
{
	z_stream stream = { 0 };
	size_t room;
	int result;

	start(&stream);
	room = deflateBound(&stream, text.len);
	buf_reserve(out, room);
	stream.next_in = (Bytef *)(uintptr_t)text.at;
	stream.avail_in = (uInt)text.len;
	stream.next_out = (Bytef *)out->at + out->len;
	stream.avail_out = (uInt)room;
	result = deflate(&stream, Z_FINISH);
	assert(result == Z_STREAM_END);
	out->len += room - stream.avail_out;
	deflateEnd(&stream);
}

struct deflate *
deflate_new(void)
{
	struct deflate *packer = calloc(1, sizeof(*packer));

	if (packer == NULL)
		abort();
	start(&packer->stream);
	return packer;
}

void
deflate_free(struct deflate *packer)
{
	if (packer == NULL)
		return;
	deflateEnd(&packer->stream);
	free(packer);
}

/* Until all is taken in, or with Z_FINISH given out. */
static void
run(struct deflate *packer, struct slice text, int flush, struct buf *out)
{
	z_stream *stream = &packer->stream;
	int result = Z_OK;

	stream->next_in = (Bytef *)(uintptr_t)text.at;
	stream->avail_in = (uInt)text.len;
	do {
		buf_reserve(out, ROOM_MIN);
		stream->next_out = (Bytef *)out->at + out->len;
		stream->avail_out = (uInt)(out->cap - out->len);
		result = deflate(stream, flush);
		out->len = (size_t)((char *)stream->next_out - out->at);
	} while (stream->avail_out == 0 && result != Z_STREAM_END);
	assert(stream->avail_in == 0);
	assert(flush != Z_FINISH || result == Z_STREAM_END);
}

void
deflate_add(struct deflate *packer, struct slice text, struct buf *out)
{
	if (text.len > 0)
		run(packer, text, Z_NO_FLUSH, out);
}

void
deflate_end(struct deflate *packer, struct buf *out)
{
	run(packer, (struct slice){ NULL, 0 }, Z_FINISH, out);
	deflateReset(&packer->stream);
}
