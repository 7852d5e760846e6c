/*
 * lines.c — bytes as they arrive turned into lines. A line that lies whole
 * in the piece just fed is handed on without a copy.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lines.h"

#include <string.h>

void
lines_init(struct lines *lines, size_t max, line_read_fn *line_read,
    void *owner)
{
	*lines = (struct lines){
		.max = max, .number = 1, .line_read = line_read, .owner = owner
	};
	buf_init(&lines->partial);
}

void
lines_release(struct lines *lines)
{
	buf_release(&lines->partial);
}

static bool
line_end(struct lines *lines, struct slice line)
{
	unsigned number = lines->number++;
	bool is_too_long = lines->is_too_long || line.len > lines->max;

	lines->is_too_long = false;
	if (is_too_long)
		return lines->line_read(lines->owner, (struct slice){ 0 },
		    number);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	if (number == 1 && line.len >= 3 &&
	    memcmp(line.at, "\xef\xbb\xbf", 3) == 0) {
		line.at += 3;
		line.len -= 3;
	}
	return lines->line_read(lines->owner, line, number);
}

static void
partial_add(struct lines *lines, const char *at, size_t len)
{
	if (lines->is_too_long || lines->partial.len + len > lines->max + 1) {
		lines->is_too_long = true;
		buf_clear(&lines->partial);
	} else {
		buf_add(&lines->partial, at, len);
	}
}

bool
lines_feed(struct lines *lines, const char *at, size_t len)
{
	while (len > 0) {
		const char *end = memchr(at, '\n', len);
		size_t piece = end != NULL ? (size_t)(end - at) : len;
		struct slice line = { at, piece };
		bool goes_on;

		if (end == NULL) {
			partial_add(lines, at, len);
			return true;
		}
		if (lines->partial.len > 0) {
			partial_add(lines, at, piece);
			line = (struct slice){
				lines->partial.at, lines->partial.len
			};
		}
		goes_on = line_end(lines, line);
		buf_clear(&lines->partial);
		if (!goes_on)
			return false;
		at += piece + 1;
		len -= piece + 1;
	}
	return true;
}

bool
lines_finish(struct lines *lines)
{
	struct slice line = { lines->partial.at, lines->partial.len };

	if (lines->partial.len == 0 && !lines->is_too_long)
		return true;
	return line_end(lines, line);
}
