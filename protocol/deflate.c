/*
 * deflate.c — zlib's deflate in one call, at its quickest but one: records
 * shrink to a tenth at any level, and the sender's machine may be small.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "deflate.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (16 + MAX_WBITS)
#define LEVEL 2
#define MEMORY 8 /* zlib's default */

void
deflate_gzip(struct slice text, struct buf *out)
{
	z_stream stream = { 0 };
	size_t room;
	int result;

	if (deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_ONLY, MEMORY,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* out of memory ends the process, see arena.h */
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
