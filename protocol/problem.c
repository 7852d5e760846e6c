/*
 * problem.c — the table of refusals and its two printed forms.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "problem.h"

#include "json_writer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct row {
	const char *name;
	int status;
	const char *title;
} rows[] = {
	PROBLEM_ROWS
};

/* A text cut to its field must not end inside a UTF-8 sequence. */
static void
cut_utf8(char *text)
{
	size_t len = strlen(text), start = len;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && !text_is_utf8(text + start - 1, len - (start - 1)))
		text[start - 1] = '\0';
}

bool
problem_set(struct problem *problem, enum problem_slug slug, const char *where,
    const char *fmt, ...)
{
	va_list args;

	assert(slug > PROBLEM_NONE && slug < PROBLEM_COUNT);
	problem->slug = slug;
	snprintf(problem->where, sizeof(problem->where), "%s",
	    where == NULL ? "" : where);
	cut_utf8(problem->where);
	va_start(args, fmt);
	vsnprintf(problem->detail, sizeof(problem->detail), fmt, args);
	va_end(args);
	cut_utf8(problem->detail);
	return false;
}

static const struct row *
row_of(enum problem_slug slug)
{
	static_assert(nitems(rows) == PROBLEM_COUNT, "a row for each slug");
	assert((size_t)slug < nitems(rows));
	return &rows[slug];
}

const char *
problem_name(enum problem_slug slug)
{
	return row_of(slug)->name;
}

const char *
problem_title(enum problem_slug slug)
{
	return row_of(slug)->title;
}

int
problem_status(enum problem_slug slug)
{
	return row_of(slug)->status;
}

bool
problem_find(struct slice name, enum problem_slug *out)
{
	for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
		if (slice_is(name, rows[i].name)) {
			*out = (enum problem_slug)i;
			return true;
		}
	}
	return false;
}

void
problem_print_json(const struct problem *problem, struct buf *out)
{
	const struct row *row = row_of(problem->slug);

	buf_add_text(out, "{\"type\":\"/problems/");
	buf_add_text(out, row->name);
	buf_add_text(out, "\",\"title\":");
	json_add_text(out, row->title);
	buf_add_text(out, ",\"status\":");
	buf_add_int(out, row->status);
	if (problem->detail[0] != '\0') {
		buf_add_text(out, ",\"detail\":");
		json_add_text(out, problem->detail);
	}
	if (problem->where[0] != '\0') {
		buf_add_text(out, ",\"pointer\":");
		json_add_text(out, problem->where);
	}
	/* Where to begin anew: what was missed is not kept. */
	if (problem->slug == PROBLEM_CURSOR_EXPIRED)
		buf_add_text(out, ",\"export\":\"/v1/sync/exports\"");
	buf_add_char(out, '}');
}
