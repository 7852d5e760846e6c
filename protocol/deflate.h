/*
 * deflate.h — bytes packed as one gzip member (RFC 1952), at once or as they
 * come. The same bytes in the same pieces always give the same bytes: a
 * batch sent again is the batch sent before.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_DEFLATE_H
#define PROTOCOL_DEFLATE_H

#include "buf.h"
#include "text.h"

void deflate_gzip(struct slice, struct buf *out);

/* One member in pieces: what is ready of it is added to out. */
struct deflate *deflate_new(void);
void deflate_free(struct deflate *);
void deflate_add(struct deflate *, struct slice, struct buf *out);
void deflate_end(struct deflate *, struct buf *out); /* the rest; the next begins */

#endif
