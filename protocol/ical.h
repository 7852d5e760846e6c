/*
 * ical.h — a published calendar (RFC 5545) into a buf: lines of at most 75
 * octets that end in CRLF, never cut within a character; texts escaped. Times
 * are UTC: a visit is one moment, every reader shows it in its own zone, and
 * no VTIMEZONE has to follow when the rules of summer time change. A visit
 * without a time is a DATE, the same day everywhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_ICAL_H
#define PROTOCOL_ICAL_H

#include "buf.h"

struct ical_event {
	struct slice uid;      /* the same for ever */
	int64_t sequence;      /* grows with every change */
	bool is_cancelled;
	struct slice summary, location; /* UTF-8; an empty location is left out */
	int32_t day;           /* days since 2000-01-01, as in dates.h */
	bool has_from, has_until;
	int64_t from_us, until_us; /* microseconds since then */
	int64_t changed_us;    /* when it became what it is */
};

void ical_start(struct buf *, struct slice name);
void ical_add_event(struct buf *, const struct ical_event *);
void ical_end(struct buf *);

/* One content line "name:value" as it stands, folded. For tests too. */
void ical_add_line(struct buf *, const char *name, struct slice value);
/* The same with the value escaped as a TEXT. */
void ical_add_text(struct buf *, const char *name, struct slice text);

#endif
