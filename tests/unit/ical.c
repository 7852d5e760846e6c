/*
 * ical — what RFC 5545 asks of a calendar's lines: CRLF, at most 75 octets,
 * no character cut, texts escaped; and of an event: one end, UTC or a day.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dates.h"

/* The line a text makes, NUL-terminated in *out. */
static void
text_line(struct buf *out, const char *text, size_t len)
{
	buf_init(out);
	ical_add_text(out, "SUMMARY", (struct slice){ text, len });
	buf_add_char(out, '\0');
}

static void
line_is(const char *text, size_t len, const char *line)
{
	struct buf out;

	text_line(&out, text, len);
	assert_string_equal(out.at, line);
	buf_release(&out);
}

/* Without the folds; fails when a line is too long or cuts a character. */
static void
unfold(struct buf *out)
{
	struct buf whole;
	size_t start = 0;

	buf_init(&whole);
	while (start < out->len - 1) {
		const char *end = strstr(out->at + start, "\r\n");
		size_t len;

		assert_non_null(end);
		len = (size_t)(end - (out->at + start));
		assert_true(len <= 75);
		assert_true(text_is_utf8(out->at + start, len));
		if (start > 0)
			assert_int_equal(out->at[start], ' ');
		buf_add(&whole, out->at + start + (start > 0),
		    len - (start > 0));
		start += len + 2;
	}
	buf_add_char(&whole, '\0');
	buf_release(out);
	*out = whole;
}

static void
what_separates_is_escaped(void **state)
{
	(void)state;
	line_is("a;b,c\\d", 7, "SUMMARY:a\\;b\\,c\\\\d\r\n");
	line_is("one\ntwo", 7, "SUMMARY:one\\ntwo\r\n");
	line_is("a\rb\tc\x7f", 6, "SUMMARY:a b c \r\n");
	line_is("", 0, "SUMMARY:\r\n");
	line_is("a\r\nEND:VEVENT", 13, "SUMMARY:a \\nEND:VEVENT\r\n");
}

static void
a_line_has_75_octets_at_most(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t len = 60; len < sizeof(text); len++) {
		struct buf out;

		text_line(&out, text, len);
		/* "SUMMARY:" and 67, then 74 a line after its blank. */
		assert_int_equal(out.len - 1, 8 + len + 2 +
		    (len <= 67 ? 0 : (len - 67 + 73) / 74 * 3));
		unfold(&out);
		assert_int_equal(strlen(out.at), 8 + len);
		buf_release(&out);
	}
}

static void
no_character_is_cut(void **state)
{
	static const char *const characters[] = {
		"\xc3\xb6", "\xe2\x80\x94", "\xf0\x9f\x90\xa6"
	};

	(void)state;
	for (size_t c = 0; c < nitems(characters); c++)
		for (size_t lead = 0; lead < 8; lead++) {
			struct buf text, out;

			buf_init(&text);
			for (size_t i = 0; i < lead; i++)
				buf_add_char(&text, 'x');
			for (size_t i = 0; i < 80; i++)
				buf_add_text(&text, characters[c]);
			text_line(&out, text.at, text.len);
			unfold(&out);
			assert_int_equal(strlen(out.at), 8 + text.len);
			assert_memory_equal(out.at + 8, text.at, text.len);
			buf_release(&out);
			buf_release(&text);
		}
}

static void
broken_utf8_becomes_question_marks(void **state)
{
	(void)state;
	line_is("a\xff" "b", 3, "SUMMARY:a?b\r\n");
	line_is("\xc3", 1, "SUMMARY:?\r\n");
	line_is("\xe2\x80", 2, "SUMMARY:??\r\n");
	line_is("\xed\xa0\x80", 3, "SUMMARY:???\r\n");
}

static int64_t
at(const char *time)
{
	int64_t us;

	assert_true(time_read_rfc3339(slice_of(time), &us));
	return us;
}

static void
event_is(const struct ical_event *event, const char *text)
{
	struct buf out;

	buf_init(&out);
	ical_add_event(&out, event);
	buf_add_char(&out, '\0');
	assert_string_equal(out.at, text);
	buf_release(&out);
}

static void
an_event_is_a_day_or_a_time_in_utc(void **state)
{
	struct ical_event event = {
		.uid = SLICE("u-1"), .sequence = 3,
		.summary = SLICE("Visit: Acorn, Ltd"),
		.day = date_from_civil(2026, 12, 31),
		.changed_us = at("2026-11-25T09:30:01.987Z"),
	};

	(void)state;
	event_is(&event, "BEGIN:VEVENT\r\nUID:u-1\r\nSEQUENCE:3\r\n"
	    "DTSTAMP:20261125T093001Z\r\nDTSTART;VALUE=DATE:20261231\r\n"
	    "DTEND;VALUE=DATE:20270101\r\nSUMMARY:Visit: Acorn\\, Ltd\r\n"
	    "STATUS:CONFIRMED\r\nEND:VEVENT\r\n");
	event.has_from = event.has_until = event.is_cancelled = true;
	event.from_us = at("2026-07-01T09:30:00+01:00");
	event.until_us = at("2026-07-01T11:00:00+01:00");
	event.location = SLICE("M33 1AA");
	event_is(&event, "BEGIN:VEVENT\r\nUID:u-1\r\nSEQUENCE:3\r\n"
	    "DTSTAMP:20261125T093001Z\r\nDTSTART:20260701T083000Z\r\n"
	    "DTEND:20260701T100000Z\r\nSUMMARY:Visit: Acorn\\, Ltd\r\n"
	    "LOCATION:M33 1AA\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n");
	event.has_until = false;
	event_is(&event, "BEGIN:VEVENT\r\nUID:u-1\r\nSEQUENCE:3\r\n"
	    "DTSTAMP:20261125T093001Z\r\nDTSTART:20260701T083000Z\r\n"
	    "SUMMARY:Visit: Acorn\\, Ltd\r\nLOCATION:M33 1AA\r\n"
	    "STATUS:CANCELLED\r\nEND:VEVENT\r\n");
}

static void
a_calendar_begins_and_ends(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out);
	ical_start(&out, SLICE("Nurseries; north"));
	ical_end(&out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.at, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//sencod//planned visits//EN\r\nCALSCALE:GREGORIAN\r\n"
	    "NAME:Nurseries\\; north\r\nX-WR-CALNAME:Nurseries\\; north\r\n"
	    "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nEND:VCALENDAR\r\n");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_separates_is_escaped),
		cmocka_unit_test(a_line_has_75_octets_at_most),
		cmocka_unit_test(no_character_is_cut),
		cmocka_unit_test(broken_utf8_becomes_question_marks),
		cmocka_unit_test(an_event_is_a_day_or_a_time_in_utc),
		cmocka_unit_test(a_calendar_begins_and_ends),
	};
	return cmocka_run_group_tests_name("ical", tests, NULL, NULL);
}
