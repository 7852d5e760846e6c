/*
 * inflate — any bytes as a gzip body, in pieces of any size. First byte: the
 * size of a piece; the second the limit, in units of 64 bytes. However it is
 * cut the outcome is the same, the limit holds, and what is taken is what
 * zlib's own gzip reader makes of it when given all at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inflate.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "deflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static enum problem_slug
unpack(const char *at, size_t len, size_t piece, size_t max, struct buf *out)
{
	struct inflate *inflate = inflate_new(max);
	struct problem why = { .slug = PROBLEM_NONE };
	bool is_good = true;

	for (size_t n; len > 0 && is_good; at += n, len -= n) {
		n = len < piece ? len : piece;
		is_good = inflate_feed(inflate, at, n, out, &why);
		assert(out->len <= max);
	}
	if (is_good)
		is_good = inflate_end(inflate, &why);
	assert(is_good == (why.slug == PROBLEM_NONE));
	inflate_free(inflate);
	return why.slug;
}

/* The oracle reads one member after another, each with a fresh stream. */
static void
compare(const char *at, size_t len, const struct buf *out)
{
	uint8_t scratch[64 * 256];
	size_t done = 0;

	while (len > 0) {
		z_stream stream = { 0 };

		assert(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
		stream.next_in = (Bytef *)(uintptr_t)at;
		stream.avail_in = (uInt)len;
		stream.next_out = scratch;
		stream.avail_out = sizeof(scratch);
		assert(inflate(&stream, Z_FINISH) == Z_STREAM_END);
		assert(done + stream.total_out <= out->len);
		assert(memcmp(out->at + done, scratch, stream.total_out) == 0);
		done += stream.total_out;
		at += stream.total_in;
		len -= stream.total_in;
		inflateEnd(&stream);
	}
	assert(done == out->len);
}

/* The input itself, packed, comes back. */
static void
round_trip(const char *at, size_t len, size_t piece)
{
	struct buf packed, out;

	buf_init(&packed);
	buf_init(&out);
	deflate_gzip((struct slice){ at, len }, &packed);
	assert(unpack(packed.at, packed.len, piece, len, &out) == PROBLEM_NONE);
	assert(out.len == len && (len == 0 || memcmp(out.at, at, len) == 0));
	buf_release(&packed);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const char *body = (const char *)at + 2;
	struct buf cut, whole;
	size_t piece, max;
	enum problem_slug slug;

	if (len < 2)
		return 0;
	piece = (size_t)at[0] + 1;
	max = (size_t)at[1] * 64;
	len -= 2;
	buf_init(&cut);
	buf_init(&whole);
	slug = unpack(body, len, piece, max, &cut);
	assert(slug == unpack(body, len, len + 1, max, &whole));
	if (slug == PROBLEM_NONE) {
		assert(cut.len == whole.len);
		compare(body, len, &cut);
	}
	round_trip(body, len, piece);
	buf_release(&cut);
	buf_release(&whole);
	return 0;
}
