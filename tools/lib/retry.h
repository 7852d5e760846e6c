/*
 * retry.h — when to try again: exponential back-off with full jitter from
 * half a second to thirty, never sooner than the server asked for, never
 * past the time the caller is willing to spend. Pure: told the time and a
 * random number, so that it can be tested without waiting.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_RETRY_H
#define TOOLS_RETRY_H

#include "common.h"
#include <stdbool.h>
#include <stdint.h>

#define RETRY_FIRST_MS 500
#define RETRY_MOST_MS 30000

struct retry {
	int64_t until_ms;  /* set at the first failure */
	int64_t patience_ms;
	unsigned attempts; /* failed so far */
};

void retry_start(struct retry *, int64_t patience_ms);
/*
 * After a failure: how long to wait, in *wait_ms; false when it is time to
 * give up. asked_ms is the server's Retry-After, 0 without one.
 */
bool retry_wait(struct retry *, int64_t now_ms, int64_t asked_ms,
    uint32_t random, int64_t *wait_ms) must_check;
/* Whether a request with this status may be sent again unchanged. */
bool retry_is_worth(int status);

#endif
