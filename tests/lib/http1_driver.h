/*
 * http1_driver.h — a connection made of memory: it feeds bytes to the HTTP
 * parser as a socket would bring them, cut wherever the caller says, and
 * writes down what became of each request. Bytes are handed over in blocks
 * of exactly their size, in another place each time, so that a sanitizer
 * sees every byte read too far and every slice kept too long.
 * Shared by the unit test, the fuzzer and the oracle test.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_HTTP1_DRIVER_H
#define TESTS_HTTP1_DRIVER_H

#include "http1.h"
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum drive_state { DRIVE_HEAD, DRIVE_LENGTH, DRIVE_CHUNKS, DRIVE_OVER };

struct drive {
	const char *raw;
	size_t at;       /* first byte not consumed */
	size_t received; /* bytes that have come so far */
	enum drive_state state;
	struct http1_scan scan;
	struct http1_chunks chunks;
	struct http1_head head; /* its slices are dead after the feed */
	char target[HTTP1_TARGET_MAX + 1];
	uint64_t body_len, body_left;
	uint64_t digest; /* of all names, values and body bytes */
	char *verdict;   /* owned */
	size_t verdict_len;
};

static inline void
drive_note(struct drive *drive, const char *fmt, ...)
{
	char note[HTTP1_TARGET_MAX + 100];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(note, sizeof(note), fmt, args);
	va_end(args);
	assert(len > 0 && (size_t)len < sizeof(note));
	drive->verdict = realloc(drive->verdict,
	    drive->verdict_len + (size_t)len + 4);
	assert(drive->verdict != NULL);
	if (drive->verdict_len > 0) {
		memcpy(drive->verdict + drive->verdict_len, " | ", 3);
		drive->verdict_len += 3;
	}
	memcpy(drive->verdict + drive->verdict_len, note, (size_t)len + 1);
	drive->verdict_len += (size_t)len;
}

static inline void
drive_digest(struct drive *drive, const char *at, size_t len)
{
	for (size_t n = 0; n < len; n++)
		drive->digest = (drive->digest ^ (unsigned char)at[n]) *
		    UINT64_C(0x100000001b3);
}

/* The bytes from at on that have come, in a block of their own. */
static inline char *
drive_block(const struct drive *drive)
{
	size_t len = drive->received - drive->at;
	char *block = malloc(len > 0 ? len : 1);

	assert(block != NULL);
	memcpy(block, drive->raw + drive->at, len);
	return block;
}

static inline void
drive_refuse(struct drive *drive, const struct problem *why)
{
	assert(why->slug != PROBLEM_NONE && why->detail[0] != '\0');
	drive_note(drive, "refuse %d", problem_status(why->slug));
	drive->state = DRIVE_OVER;
}

static inline void
drive_accept(struct drive *drive)
{
	drive_note(drive, "accept %s %s %" PRIu64 "%s",
	    http1_method_name(drive->head.method), drive->target,
	    drive->body_len, drive->head.keep_alive ? "" : " close");
	drive->scan = (struct http1_scan){ 0 };
	drive->state = drive->head.keep_alive ? DRIVE_HEAD : DRIVE_OVER;
}

/* Takes path and query apart as a route would. */
static inline bool
drive_target(struct slice target, struct problem *why)
{
	char path[HTTP1_TARGET_MAX + 1], scratch[HTTP1_TARGET_MAX];
	struct http1_query query;
	struct slice name, value;
	size_t len;

	if (!http1_path_decode(target, path, &len, why))
		return false;
	assert(len <= target.len && strlen(path) == len);
	assert(path[0] == '/' || strcmp(path, "*") == 0);
	assert(strstr(path, "//") == NULL && strstr(path, "/../") == NULL);
	http1_query_start(&query, target, scratch);
	while (http1_query_next(&query, &name, &value, why))
		assert(name.len > 0 && value.at != NULL);
	return why->slug == PROBLEM_NONE;
}

static inline void
drive_body(struct drive *drive)
{
	drive->body_len = 0;
	if (drive->head.is_chunked) {
		http1_chunks_start(&drive->chunks);
		drive->state = DRIVE_CHUNKS;
	} else if (drive->head.content_length > 0) {
		drive->body_left = (uint64_t)drive->head.content_length;
		drive->state = DRIVE_LENGTH;
	} else {
		drive_accept(drive);
	}
}

static inline void
drive_head_done(struct drive *drive, struct problem *why)
{
	const struct http1_head *head = &drive->head;

	assert(head->target.len <= HTTP1_TARGET_MAX);
	assert(head->minor == 0 || head->host.len > 0);
	memcpy(drive->target, head->target.at, head->target.len);
	drive->target[head->target.len] = '\0';
	drive_digest(drive, head->host.at, head->host.len);
	for (size_t n = 0; n < head->fields_len; n++) {
		drive_digest(drive, head->fields[n].name.at,
		    head->fields[n].name.len);
		drive_digest(drive, ":", 1);
		drive_digest(drive, head->fields[n].value.at,
		    head->fields[n].value.len);
		drive_digest(drive, "\n", 1);
	}
	if (!drive_target(head->target, why))
		drive_refuse(drive, why);
	else
		drive_body(drive);
}

/* Each of these answers whether it got anywhere. */
static inline bool
drive_head(struct drive *drive)
{
	struct problem why = { .slug = PROBLEM_NONE };
	char *block = drive_block(drive);
	size_t used = 0;
	enum http1_outcome outcome;

	outcome = http1_head_feed(&drive->scan, block,
	    drive->received - drive->at, &drive->head, &used, &why);
	if (outcome == HTTP1_BAD)
		drive_refuse(drive, &why);
	if (outcome == HTTP1_DONE) {
		assert(used <= drive->received - drive->at);
		drive->at += used;
		drive_head_done(drive, &why);
	}
	free(block);
	return outcome != HTTP1_MORE;
}

static inline bool
drive_length(struct drive *drive)
{
	size_t len = drive->received - drive->at;

	if (len > drive->body_left)
		len = (size_t)drive->body_left;
	drive_digest(drive, drive->raw + drive->at, len);
	drive->at += len;
	drive->body_len += len;
	drive->body_left -= len;
	if (drive->body_left == 0)
		drive_accept(drive);
	return drive->body_left == 0;
}

static inline bool
drive_chunks(struct drive *drive)
{
	struct problem why = { .slug = PROBLEM_NONE };
	size_t len = drive->received - drive->at, used;
	char *block = drive_block(drive);
	struct slice piece;
	enum http1_outcome outcome;

	outcome = http1_chunks_feed(&drive->chunks, block, len, &used, &piece,
	    &why);
	assert(used <= len && (used > 0 || len == 0));
	assert(piece.len == 0 || outcome == HTTP1_MORE);
	drive_digest(drive, piece.at, piece.len);
	drive->body_len += piece.len;
	drive->at += used;
	if (outcome == HTTP1_BAD)
		drive_refuse(drive, &why);
	if (outcome == HTTP1_DONE)
		drive_accept(drive);
	free(block);
	return outcome != HTTP1_MORE || used > 0;
}

static inline bool
drive_step(struct drive *drive)
{
	switch (drive->state) {
	case DRIVE_HEAD:
		return drive_head(drive);
	case DRIVE_LENGTH:
		return drive_length(drive);
	case DRIVE_CHUNKS:
		return drive_chunks(drive);
	default:
		return false;
	}
}

static inline void
drive_start(struct drive *drive, const char *raw)
{
	memset(drive, 0, sizeof(*drive));
	drive->raw = raw;
	drive->digest = UINT64_C(0xcbf29ce484222325);
}

/* The first so many of the raw bytes have come. */
static inline void
drive_receive(struct drive *drive, size_t received)
{
	assert(received >= drive->received);
	drive->received = received;
	while (drive_step(drive))
		continue;
}

/* No more will come. The verdict is the caller's to free. */
static inline char *
drive_end(struct drive *drive)
{
	if (drive->state == DRIVE_LENGTH ||
	    (drive->state == DRIVE_CHUNKS && drive->chunks.left > 0))
		drive_note(drive, "more body");
	else if ((drive->state == DRIVE_HEAD &&
	    drive->at < drive->received) || drive->state == DRIVE_CHUNKS ||
	    drive->verdict == NULL)
		drive_note(drive, "more");
	return drive->verdict;
}

#endif
