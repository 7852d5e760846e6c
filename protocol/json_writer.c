/*
 * json_writer.c — strings escaped for JSON: quote, backslash and control
 * characters, nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "json_writer.h"

#include <stdint.h>

static bool
needs_escape(char c)
{
	return (uint8_t)c < 0x20 || c == '"' || c == '\\';
}

static void
add_escape(struct buf *buf, char c)
{
	static const char digits[] = "0123456789abcdef";
	char text[6] = { '\\', 'u', '0', '0' };

	switch (c) {
	case '"':
	case '\\':
		buf_add_char(buf, '\\');
		buf_add_char(buf, c);
		return;
	case '\n':
		buf_add(buf, "\\n", 2);
		return;
	case '\r':
		buf_add(buf, "\\r", 2);
		return;
	case '\t':
		buf_add(buf, "\\t", 2);
		return;
	default:
		text[4] = digits[(uint8_t)c >> 4];
		text[5] = digits[(uint8_t)c & 15];
		buf_add(buf, text, sizeof(text));
	}
}

void
json_add_string(struct buf *buf, const char *at, size_t len)
{
	size_t start = 0;

	buf_add_char(buf, '"');
	for (size_t i = 0; i < len; i++) {
		if (!needs_escape(at[i]))
			continue;
		buf_add(buf, at + start, i - start);
		add_escape(buf, at[i]);
		start = i + 1;
	}
	buf_add(buf, at + start, len - start);
	buf_add_char(buf, '"');
}

void
json_add_text(struct buf *buf, const char *text)
{
	if (text == NULL)
		buf_add(buf, "null", 4);
	else
		json_add_string(buf, text, slice_of(text).len);
}
