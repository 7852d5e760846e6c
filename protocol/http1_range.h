/*
 * http1_range.h — which part of a file a request asks for (RFC 9110 §14):
 * one range of bytes. Whatever else a Range says, and what is malformed, is
 * as if it were not there, as the RFC has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_HTTP1_RANGE_H
#define PROTOCOL_HTTP1_RANGE_H

#include "text.h"
#include <stdint.h>

enum range_outcome {
	RANGE_ALL,   /* the whole file */
	RANGE_PART,  /* first to last, both included */
	RANGE_BEYOND /* 416: it begins behind the end */
};

/* Of a file of size bytes. first and last are set for ALL (if there is a
 * byte) and PART. */
enum range_outcome range_read(struct slice value, int64_t size, int64_t *first,
    int64_t *last);

/* Does an If-Range let the Range count? Only this strong tag does. */
bool range_if(struct slice value, const char *etag);

#endif
