/*
 * http1_range.c — one range of bytes, and the tag it may depend on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http1_range.h"

#include <string.h>

#define UNIT "bytes="
#define UNIT_LEN (sizeof(UNIT) - 1)

enum range_outcome
range_read(struct slice value, int64_t size, int64_t *first, int64_t *last)
{
	struct slice from, to;
	const char *dash;
	int64_t a, b = INT64_MAX;

	*first = 0;
	*last = size - 1;
	value = slice_trim(value);
	if (value.len <= UNIT_LEN || !slice_is_caseless(
	    (struct slice){ value.at, UNIT_LEN }, UNIT))
		return RANGE_ALL;
	from = slice_trim((struct slice){ value.at + UNIT_LEN,
	                                  value.len - UNIT_LEN });
	dash = memchr(from.at, '-', from.len);
	if (dash == NULL)
		return RANGE_ALL;
	to = (struct slice){ dash + 1, (size_t)(from.at + from.len - dash) - 1 };
	from.len = (size_t)(dash - from.at);
	if ((to.len > 0 && !text_read_uint(to, &b)) ||
	    (from.len > 0 && !text_read_uint(from, &a)) ||
	    (from.len == 0 && to.len == 0) || (from.len > 0 && b < a))
		return RANGE_ALL;
	if (from.len == 0) { /* the last b bytes */
		a = b < size ? size - b : 0;
		b = b > 0 ? INT64_MAX : -1;
	}
	if (a >= size || b < 0)
		return RANGE_BEYOND;
	*first = a;
	*last = b < size ? b : size - 1;
	return RANGE_PART;
}

bool
range_if(struct slice value, const char *etag)
{
	size_t len = strlen(etag);

	value = slice_trim(value);
	return value.len == len + 2 && value.at[0] == '"' &&
	       value.at[len + 1] == '"' && memcmp(value.at + 1, etag, len) == 0;
}
