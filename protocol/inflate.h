/*
 * inflate.h — gzip (RFC 1952) read as it arrives, bounded: whatever the
 * bytes promise, no more than max_bytes ever come out. Several members one
 * after another are one text; anything else behind a member is a fault.
 * Holds 40 KiB while it lives.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_INFLATE_H
#define PROTOCOL_INFLATE_H

#include "buf.h"
#include "common.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>

struct inflate;

struct inflate *inflate_new(size_t max_bytes);
void inflate_free(struct inflate *);

/* Adds what the piece holds to out; false with body_too_large or
 * malformed_gzip, and then no more may be fed. */
bool inflate_feed(struct inflate *, const char *at, size_t len,
    struct buf *out, struct problem *) must_check;

/* All has been fed: was it whole? */
bool inflate_end(const struct inflate *, struct problem *) must_check;

#endif
