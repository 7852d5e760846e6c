/*
 * target.c — a request's path and query. Whatever is not unreserved in RFC
 * 3986 is encoded, except ':' which stands in every setting's reference.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "target.h"

#include <string.h>

static void
target_end(struct buf *target)
{
	buf_add_char(target, '\0');
	target->len--;
}

static void
target_encode(struct buf *target, const char *text)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~:";

	for (; *text != '\0'; text++)
		if (strchr(plain, *text) != NULL)
			buf_add_char(target, *text);
		else
			buf_print(target, "%%%02X", (unsigned char)*text);
	target_end(target);
}

void
target_start(struct buf *target, const char *path)
{
	buf_clear(target);
	buf_add_text(target, path);
	target_end(target);
}

void
target_add_segment(struct buf *target, const char *segment)
{
	buf_add_char(target, '/');
	target_encode(target, segment);
}

void
target_add(struct buf *target, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_add_char(target, strchr(target->at, '?') == NULL ? '?' : '&');
	buf_add_text(target, name);
	buf_add_char(target, '=');
	target_encode(target, value);
}
