/*
 * csv_writer.c — one cell at a time, quoted only where RFC 4180 asks for it
 * and disarmed where a spreadsheet would calculate instead of show.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "csv_writer.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* An optional sign, digits, and optionally a point and digits. */
static bool
is_plain_number(const char *at, size_t len)
{
	size_t i = 0, digits = 0;

	if (i < len && (at[i] == '-' || at[i] == '+'))
		i++;
	for (; i < len && is_digit(at[i]); i++)
		digits++;
	if (digits == 0 || i == len)
		return digits > 0;
	if (at[i++] != '.' || i == len)
		return false;
	for (; i < len; i++)
		if (!is_digit(at[i]))
			return false;
	return true;
}

static bool
is_formula(const char *at, size_t len)
{
	return len > 0 && memchr("=+-@\t\r", at[0], 6) != NULL &&
	       !is_plain_number(at, len);
}

static bool
needs_quotes(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (memchr(",\"\r\n", at[i], 4) != NULL)
			return true;
	return false;
}

static void
add_quoted(struct buf *buf, const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (at[i] == '"')
			buf_add_char(buf, '"');
		buf_add_char(buf, at[i]);
	}
}

void
csv_add_cell(struct buf *buf, const char *at, size_t len, bool is_first)
{
	bool is_quoted = needs_quotes(at, len);

	if (!is_first)
		buf_add_char(buf, ',');
	if (is_quoted)
		buf_add_char(buf, '"');
	if (is_formula(at, len))
		buf_add_char(buf, '\'');
	if (is_quoted)
		add_quoted(buf, at, len);
	else
		buf_add(buf, at, len);
	if (is_quoted)
		buf_add_char(buf, '"');
}

void
csv_end_line(struct buf *buf)
{
	buf_add(buf, "\r\n", 2);
}
