/*
 * ical.c — calendars line by line. Bytes that may not stand in a text
 * (controls, broken UTF-8) become blanks or question marks, so that a name
 * in a register can break no calendar.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ical.h"

#include <stdio.h>
#include <string.h>

#include "dates.h"

#define LINE_MAX_OCTETS 75
#define PRODUCT "-//sencod//planned visits//EN"

/* The octets of the character at the head of a slice that is not empty; 0
 * when it is none. */
static size_t
character_len(struct slice text)
{
	size_t max = text.len < 4 ? text.len : 4;

	for (size_t len = 1; len <= max; len++)
		if (text_is_utf8(text.at, len))
			return len;
	return 0;
}

/* At most 75 octets a line; what goes on begins with a blank. */
static void
add_folded(struct buf *out, struct slice line)
{
	size_t used = 0;

	while (line.len > 0) {
		size_t len = character_len(line);
		bool is_good = len > 0;

		if (!is_good)
			len = 1;
		if (used + len > LINE_MAX_OCTETS) {
			buf_add_text(out, "\r\n ");
			used = 1;
		}
		buf_add(out, is_good ? line.at : "?", len);
		used += len;
		line.at += len;
		line.len -= len;
	}
	buf_add_text(out, "\r\n");
}

void
ical_add_line(struct buf *out, const char *name, struct slice value)
{
	struct buf line;

	buf_init(&line);
	buf_add_text(&line, name);
	buf_add_char(&line, ':');
	buf_add(&line, value.at, value.len);
	add_folded(out, (struct slice){ line.at, line.len });
	buf_release(&line);
}

void
ical_add_text(struct buf *out, const char *name, struct slice text)
{
	struct buf escaped;

	buf_init(&escaped);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '\n') {
			buf_add_text(&escaped, "\\n");
			continue;
		}
		if (memchr("\\;,", c, 3) != NULL)
			buf_add_char(&escaped, '\\');
		buf_add_char(&escaped, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
	ical_add_line(out, name, (struct slice){ escaped.at, escaped.len });
	buf_release(&escaped);
}

void
ical_start(struct buf *out, struct slice name)
{
	ical_add_line(out, "BEGIN", SLICE("VCALENDAR"));
	ical_add_line(out, "VERSION", SLICE("2.0"));
	ical_add_line(out, "PRODID", SLICE(PRODUCT));
	ical_add_line(out, "CALSCALE", SLICE("GREGORIAN"));
	ical_add_text(out, "NAME", name);        /* RFC 7986, and what */
	ical_add_text(out, "X-WR-CALNAME", name); /* older readers know */
	ical_add_line(out, "REFRESH-INTERVAL;VALUE=DURATION", SLICE("PT1H"));
}

static void
add_day(struct buf *out, const char *name, int32_t day)
{
	int year, month, of_month;
	char text[16];

	date_to_civil(day, &year, &month, &of_month);
	snprintf(text, sizeof(text), "%04d%02d%02d", year, month, of_month);
	ical_add_line(out, name, slice_of(text));
}

static void
add_time(struct buf *out, const char *name, int64_t us)
{
	char rfc3339[TIME_TEXT_SIZE];
	char text[17];
	size_t len = 0;

	time_print(us, rfc3339);
	for (size_t i = 0; rfc3339[i] != '\0' && len < 15; i++)
		if (rfc3339[i] != '-' && rfc3339[i] != ':')
			text[len++] = rfc3339[i];
	text[len++] = 'Z'; /* 20261126T093000Z: parts of seconds go */
	text[len] = '\0';
	ical_add_line(out, name, slice_of(text));
}

/* RFC 5545 3.6.1: the end is the first moment, or day, that is not in it. */
static void
add_when(struct buf *out, const struct ical_event *event)
{
	if (!event->has_from) {
		add_day(out, "DTSTART;VALUE=DATE", event->day);
		add_day(out, "DTEND;VALUE=DATE", event->day + 1);
		return;
	}
	add_time(out, "DTSTART", event->from_us);
	if (event->has_until)
		add_time(out, "DTEND", event->until_us);
}

void
ical_add_event(struct buf *out, const struct ical_event *event)
{
	struct buf number;

	buf_init(&number);
	buf_add_int(&number, event->sequence);
	ical_add_line(out, "BEGIN", SLICE("VEVENT"));
	ical_add_line(out, "UID", event->uid);
	ical_add_line(out, "SEQUENCE", (struct slice){ number.at, number.len });
	/* Without a METHOD it is the moment of the last revision. */
	add_time(out, "DTSTAMP", event->changed_us);
	add_when(out, event);
	ical_add_text(out, "SUMMARY", event->summary);
	if (event->location.len > 0)
		ical_add_text(out, "LOCATION", event->location);
	ical_add_line(out, "STATUS", event->is_cancelled ?
	    SLICE("CANCELLED") : SLICE("CONFIRMED"));
	ical_add_line(out, "END", SLICE("VEVENT"));
	buf_release(&number);
}

void
ical_end(struct buf *out)
{
	ical_add_line(out, "END", SLICE("VCALENDAR"));
}
