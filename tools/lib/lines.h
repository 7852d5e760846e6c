/*
 * lines.h — bytes as they arrive turned into lines, in bounded memory. A
 * line ends with LF or CR LF or the end of the bytes; a byte order mark at
 * the very start is passed over.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_LINES_H
#define TOOLS_LINES_H

#include "buf.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>

/* at == NULL: the line was longer than the limit. False stops the feeding. */
typedef bool line_read_fn(void *owner, struct slice line, unsigned number);

struct lines {
	struct buf partial;
	size_t max;
	unsigned number;   /* of the line being gathered, from 1 */
	bool is_too_long;
	line_read_fn *line_read;
	void *owner;
};

void lines_init(struct lines *, size_t max, line_read_fn *, void *owner);
void lines_release(struct lines *);
bool lines_feed(struct lines *, const char *at, size_t len) must_check;
bool lines_finish(struct lines *) must_check; /* a last line without LF */

#endif
