/*
 * deflate.h — bytes packed as one gzip member (RFC 1952). The same bytes
 * always give the same bytes: a batch sent again is the batch sent before.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_DEFLATE_H
#define PROTOCOL_DEFLATE_H

#include "buf.h"
#include "text.h"

void deflate_gzip(struct slice, struct buf *out);

#endif
