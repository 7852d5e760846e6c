/*
 * list.c — a list fetched page by page. NDJSON and CSV name the next page in
 * the Link field; a JSON page is a document of its own and names it inside,
 * so several pages print as several documents, one after the other.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "list.h"

#include "lines.h"
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LIST_PATIENCE_S 300
#define ROW_MAX (4 * 1024 * 1024)

static const struct format_row {
	const char *name;
	const char *accept;
} formats[] = {
	[FORMAT_TABLE] = { "table", "application/x-ndjson" },
	[FORMAT_JSON] = { "json", "application/json" },
	[FORMAT_CSV] = { "csv", "text/csv" },
	[FORMAT_XLSX] = { "xlsx", "application/"
		          "vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

bool
format_read(const struct options *options, enum format *format,
    struct problem *why)
{
	const char *name = options_text(options, "format");

	*format = FORMAT_TABLE;
	if (name == NULL)
		return true;
	for (size_t i = 0; i < nitems(formats); i++)
		if (strcmp(name, formats[i].name) == 0)
			*format = (enum format)i;
	if (strcmp(name, formats[*format].name) != 0)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "--format is table, json, csv or xlsx, not \"%s\"", name);
	if ((*format == FORMAT_XLSX) !=
	    (options_text(options, "output") != NULL))
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "--format xlsx and --output FILE go together");
	return true;
}

/* A walk over the pages of one list. */
struct walk {
	struct session *session;
	enum format format;
	const char *target;
	unsigned pages;
	struct json_rows *rows; /* FORMAT_TABLE */
	struct lines lines;     /* FORMAT_TABLE */
	bool is_past_heading;   /* FORMAT_CSV: of this page */
	struct problem why;
};

static bool
row_read(void *owner, struct slice line, unsigned number)
{
	struct walk *walk = owner;

	(void)number;
	if (line.at == NULL)
		return problem_set(&walk->why, PROBLEM_MALFORMED_JSON, NULL,
		    "the server's answer holds a row past all bounds");
	if (line.len == 0)
		return true;
	return json_rows_read(walk->rows, line, &walk->why);
}

static bool
rows_arrived(void *owner, const char *at, size_t len)
{
	struct walk *walk = owner;

	return lines_feed(&walk->lines, at, len);
}

/* Only the first page's heading line is passed on. */
static bool
cells_arrived(void *owner, const char *at, size_t len)
{
	struct walk *walk = owner;
	const char *end;

	if (walk->pages > 0 && !walk->is_past_heading) {
		end = memchr(at, '\n', len);
		if (end == NULL)
			return true;
		walk->is_past_heading = true;
		len -= (size_t)(end + 1 - at);
		at = end + 1;
	}
	return fwrite(at, 1, len, stdout) == len;
}

/* A Link names a path, or an address of this very server. */
static bool
next_take(struct walk *walk, const char *next)
{
	const char *path = next;

	if (strncmp(next, "https://", 8) == 0)
		path = strchr(next + 8, '/');
	if (path == NULL || path[0] != '/' || strcmp(path, walk->target) == 0)
		return problem_set(&walk->why, PROBLEM_INTERNAL, NULL,
		    "the server names no usable next page");
	walk->target = arena_text(walk->session->arena, path, strlen(path));
	return true;
}

/* The same address, with another after. */
static bool
next_after(struct walk *walk, const char *after)
{
	struct buf target;
	size_t len = strcspn(walk->target, "?");
	const char *query = walk->target[len] == '?' ?
	    walk->target + len + 1 : "";
	bool is_taken;

	buf_init(&target);
	target_start(&target, arena_text(walk->session->arena, walk->target,
	    len));
	while (*query != '\0') {
		size_t part = strcspn(query, "&");

		if (strncmp(query, "after=", 6) != 0) {
			buf_add_char(&target, target.len == len ? '?' : '&');
			buf_add(&target, query, part);
		}
		query += part + (query[part] == '&');
	}
	buf_add_char(&target, '\0');
	target.len--;
	target_add(&target, "after", after);
	is_taken = next_take(walk, target.at);
	buf_release(&target);
	return is_taken;
}

static bool
document_print(struct walk *walk, const struct https_answer *answer,
    bool *has_next)
{
	const struct buf *body = &answer->body;
	json_t *page = json_loadb(body->at != NULL ? body->at : "", body->len,
	    0, NULL);
	const char *next = json_string_value(json_object_get(page, "next"));
	bool goes_on = true;

	fwrite(body->at, 1, body->len, stdout);
	if (body->len > 0 && body->at[body->len - 1] != '\n')
		putchar('\n');
	*has_next = next != NULL;
	if (next != NULL)
		goes_on = next_after(walk, next);
	json_decref(page);
	return goes_on;
}

/* Under another name until it is whole. */
static bool
workbook_save(struct walk *walk, const struct buf *body)
{
	const char *path = options_text(walk->session->options, "output");
	char *part = arena_print(walk->session->arena, "%s.part", path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
	bool is_good = file != NULL &&
	    fwrite(body->at, 1, body->len, file) == body->len;

	if (file != NULL && fclose(file) != 0)
		is_good = false;
	is_good = is_good && rename(part, path) == 0;
	if (!is_good)
		problem_set(&walk->why, PROBLEM_FILE_UNREADABLE, NULL,
		    "cannot write %s: %s", path, strerror(errno));
	if (!is_good && file != NULL)
		unlink(part);
	return is_good;
}

static bool
workbook_end(struct walk *walk, const struct https_answer *answer,
    bool *has_next)
{
	*has_next = false;
	if (!workbook_save(walk, &answer->body))
		return false;
	if (answer->next[0] != '\0')
		fprintf(stderr, "sencoctl: the file holds the first page of "
		    "more; csv has them all\n");
	return true;
}

static bool
page_end(struct walk *walk, const struct https_answer *answer, bool *has_next)
{
	if (walk->format == FORMAT_XLSX)
		return workbook_end(walk, answer, has_next);
	if (walk->format == FORMAT_JSON)
		return document_print(walk, answer, has_next);
	if (walk->format == FORMAT_TABLE && !lines_finish(&walk->lines))
		return false;
	*has_next = answer->next[0] != '\0';
	return !*has_next || next_take(walk, answer->next);
}

static enum ending
page_fetch(struct walk *walk, bool *has_next)
{
	struct https_request request = session_request("GET", walk->target);
	struct https_answer answer;
	enum ending ending;

	request.accept = formats[walk->format].accept;
	request.timeout_s = LIST_PATIENCE_S;
	request.owner = walk;
	if (walk->format == FORMAT_TABLE)
		request.piece_arrived = rows_arrived;
	else if (walk->format == FORMAT_CSV)
		request.piece_arrived = cells_arrived;
	walk->is_past_heading = false;
	lines_init(&walk->lines, ROW_MAX, row_read, walk);
	ending = session_call(walk->session, &request, &answer);
	if (ending == END_WELL && !page_end(walk, &answer, has_next))
		ending = END_REFUSED;
	if (walk->why.slug != PROBLEM_NONE)
		complain_problem(&walk->why);
	lines_release(&walk->lines);
	https_answer_release(&answer);
	walk->pages++;
	return ending;
}

static enum ending
walk_run(struct walk *walk)
{
	bool has_next = true;
	enum ending ending = END_WELL;

	while (ending == END_WELL && has_next)
		ending = page_fetch(walk, &has_next);
	return ending;
}

enum ending
list_gather(struct session *session, const struct list *list,
    struct table *table)
{
	struct json_rows rows;
	struct walk walk = {
		.session = session, .format = FORMAT_TABLE,
		.target = list->target, .rows = &rows
	};

	json_rows_start(&rows, table, list->columns, session->arena);
	return walk_run(&walk);
}

enum ending
list_print(struct session *session, const struct list *list,
    enum format format)
{
	struct walk walk = {
		.session = session, .format = format, .target = list->target
	};
	struct table table;
	enum ending ending;

	if (format != FORMAT_TABLE)
		return walk_run(&walk);
	table_init(&table, session->arena);
	ending = list_gather(session, list, &table);
	if (ending == END_WELL && table.rows_len == 0)
		printf("%s\n", list->empty);
	if (ending == END_WELL)
		table_print(&table, stdout, table_screen_width());
	table_release(&table);
	return ending;
}
