/*
 * retry.c — when to try again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "retry.h"

void
retry_start(struct retry *retry, int64_t patience_ms)
{
	*retry = (struct retry){ .patience_ms = patience_ms };
}

bool
retry_wait(struct retry *retry, int64_t now_ms, int64_t asked_ms,
    uint32_t random, int64_t *wait_ms)
{
	int64_t ceiling = RETRY_FIRST_MS;

	if (retry->attempts++ == 0)
		retry->until_ms = now_ms + retry->patience_ms;
	for (unsigned i = 1; i < retry->attempts && ceiling < RETRY_MOST_MS; i++)
		ceiling *= 2;
	if (ceiling > RETRY_MOST_MS)
		ceiling = RETRY_MOST_MS;
	/* Full jitter: a whole authority's schools must not return at once. */
	*wait_ms = asked_ms + random % ceiling;
	return now_ms + *wait_ms <= retry->until_ms;
}

bool
retry_is_worth(int status)
{
	return status == 429 || (status >= 500 && status != 501 &&
	       status != 505);
}
