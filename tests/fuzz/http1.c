/*
 * http1.c — fuzzes heads, chunked bodies and targets. The first four bytes
 * say where the rest is cut; however it arrives, whole, in three pieces or
 * byte by byte, the verdicts and all that was read must be the same. The
 * driver hands out exact blocks, so a byte read too far is seen.
 * Seeds: those cases of tests/data/http1_cases.tsv that reach new code.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../lib/http1_driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUTS 2
#define BYTEWISE_MAX 2048 /* longer inputs are only cut, to keep the pace */

static void
check_same(struct drive *drive, size_t len, const char *verdict,
    uint64_t digest)
{
	char *mine;

	drive_receive(drive, len);
	mine = drive_end(drive);
	assert(strcmp(mine, verdict) == 0);
	assert(drive->digest == digest);
	free(mine);
}

static void
check_cut(const char *raw, size_t len, const size_t cuts[CUTS],
    const char *verdict, uint64_t digest)
{
	struct drive drive;

	drive_start(&drive, raw);
	for (size_t n = 0; n < CUTS; n++)
		if (cuts[n] >= drive.received)
			drive_receive(&drive, cuts[n]);
	check_same(&drive, len, verdict, digest);
}

static void
check_bytewise(const char *raw, size_t len, const char *verdict,
    uint64_t digest)
{
	struct drive drive;

	drive_start(&drive, raw);
	for (size_t n = 1; n < len; n++)
		drive_receive(&drive, n);
	check_same(&drive, len, verdict, digest);
}

/* The bytes as a target by themselves, with characters no head lets pass. */
static void
check_target(const char *raw, size_t len)
{
	struct problem why = { .slug = PROBLEM_NONE };

	if (len > HTTP1_TARGET_MAX)
		len = HTTP1_TARGET_MAX;
	assert(drive_target((struct slice){ raw, len }, &why) ==
	    (why.slug == PROBLEM_NONE));
}

/* The bytes as a chunked body by themselves. */
static void
check_chunks(const char *raw, size_t len)
{
	struct problem why = { .slug = PROBLEM_NONE };
	struct http1_chunks chunks;
	struct slice piece;
	size_t used;

	http1_chunks_start(&chunks);
	while (len > 0 && http1_chunks_feed(&chunks, raw, len, &used, &piece,
	    &why) == HTTP1_MORE) {
		assert(used > 0 && used <= len);
		raw += used;
		len -= used;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw;
	size_t len, cuts[CUTS];
	struct drive whole;
	char *verdict;

	if (size < 2 * CUTS)
		return 0;
	raw = (const char *)data + 2 * CUTS;
	len = size - 2 * CUTS;
	for (size_t n = 0; n < CUTS; n++)
		cuts[n] = (size_t)(data[2 * n] << 8 | data[2 * n + 1]) %
		    (len + 1);
	drive_start(&whole, raw);
	drive_receive(&whole, len);
	verdict = drive_end(&whole);
	check_cut(raw, len, cuts, verdict, whole.digest);
	if (len <= BYTEWISE_MAX)
		check_bytewise(raw, len, verdict, whole.digest);
	check_target(raw, len);
	check_chunks(raw, len);
	free(verdict);
	return 0;
}
