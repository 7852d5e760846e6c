/*
 * outcome_file.c — what became of the records, as CSV.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "outcome_file.h"

#include "csv_writer.h"
#include "identifiers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAMES_TRIED 9

static const char *const headings[] = {
	"file", "line", "kind", "source_id", "outcome", "problem", "pointer",
	"detail"
};

static bool
path_open(struct outcome_file *out, int flags)
{
	/* It tells of children by source id: for its owner's eyes. */
	int fd = open(out->path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	out->file = fd >= 0 ? fdopen(fd, "w") : NULL;
	return out->file != NULL;
}

static bool
fresh_open(struct outcome_file *out)
{
	time_t now = time(NULL);
	struct tm utc;
	char stamp[32];

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	for (int i = 1; i <= NAMES_TRIED; i++) {
		snprintf(out->path, sizeof(out->path),
		    i == 1 ? "./senco-sync-outcome-%s.csv" :
		    "./senco-sync-outcome-%s-%d.csv", stamp, i);
		if (path_open(out, O_EXCL))
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

static void
row_write(struct outcome_file *out, const struct slice *cells, size_t len)
{
	struct buf line;

	buf_init(&line);
	for (size_t i = 0; i < len; i++)
		csv_add_cell(&line, cells[i].at != NULL ? cells[i].at : "",
		    cells[i].len, i == 0);
	csv_end_line(&line);
	if (fwrite(line.at, 1, line.len, out->file) != line.len)
		out->is_broken = true;
	buf_release(&line);
}

bool
outcome_file_open(struct outcome_file *out, const char *path,
    struct problem *why)
{
	struct slice cells[nitems(headings)];
	bool is_open;

	*out = (struct outcome_file){ 0 };
	if (path != NULL) {
		snprintf(out->path, sizeof(out->path), "%s", path);
		is_open = path_open(out, O_TRUNC);
	} else {
		is_open = fresh_open(out);
	}
	if (!is_open)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, out->path,
		    "the outcome file cannot be written: %s",
		    strerror(errno));
	for (size_t i = 0; i < nitems(headings); i++)
		cells[i] = slice_of(headings[i]);
	row_write(out, cells, nitems(cells));
	return true;
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* A school may use the number a child is known by elsewhere as its own id. */
static bool
holds_number(struct slice id)
{
	while (id.len > 0) {
		struct slice word = id;

		for (word.len = 0; word.len < id.len &&
		    is_alphanumeric(id.at[word.len]); word.len++)
			continue;
		if (upn_check(word) != IDENTIFIER_MALFORMED ||
		    uln_check(word) != IDENTIFIER_MALFORMED ||
		    nhs_check(word) != IDENTIFIER_MALFORMED)
			return true;
		id.at += word.len + (word.len < id.len);
		id.len -= word.len + (word.len < id.len);
	}
	return false;
}

static struct slice
text_cell(const char *text)
{
	return text != NULL ? slice_of(text) : (struct slice){ 0 };
}

void
outcome_file_add(struct outcome_file *out, const struct outcome_row *row)
{
	struct slice id = row->source_id;

	if (out->file == NULL)
		return;
	if (holds_number(id))
		id = SLICE("(a pupil's number; see the line)");
	row_write(out, (const struct slice[]){
		text_cell(row->file), row->line, row->kind, id,
		text_cell(row->outcome), text_cell(row->problem),
		text_cell(row->pointer), text_cell(row->detail)
	}, nitems(headings));
}

void
outcome_file_flush(struct outcome_file *out)
{
	if (out->file != NULL && fflush(out->file) != 0)
		out->is_broken = true;
}

bool
outcome_file_close(struct outcome_file *out)
{
	if (out->file == NULL)
		return true;
	if (fclose(out->file) != 0)
		out->is_broken = true;
	out->file = NULL;
	return !out->is_broken;
}
