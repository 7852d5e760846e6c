/*
 * reply.c — what a request answers: a problem, one object, or rows as JSON,
 * NDJSON or CSV (as a workbook: reply_xlsx.c). Rows go out in pieces; when the client is slow they wait
 * in the result, not in the output buffer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "json_writer.h"

#define PIECE_BYTES (32 * 1024)
#define RETRY_AFTER_SECONDS 2

static const struct {
	const char *type;
	enum rows_form form;
} forms[] = {
	{ "application/json", ROWS_JSON },
	{ "application/x-ndjson", ROWS_NDJSON },
	{ "text/csv", ROWS_CSV },
	{ XLSX_MEDIA_TYPE, ROWS_XLSX },
	{ "application/*", ROWS_JSON },
	{ "*/*", ROWS_JSON },
};

static const char *const content_types[] = {
	[ROWS_JSON] = "application/json",
	[ROWS_NDJSON] = "application/x-ndjson",
	[ROWS_CSV] = "text/csv; charset=utf-8; header=present",
};

void
reply_body(struct request *req, int status, const char *content_type,
    const char *extra, const struct buf *body)
{
	req->status = status;
	req->sent_bytes = body != NULL ? body->len : 0;
	conn_reply_start(req->conn, status, content_type,
	    (int64_t)req->sent_bytes, extra);
	if (body != NULL && body->len > 0)
		conn_reply_add(req->conn, body->at, body->len);
}

/* The methods an address takes, for 405. */
static const char *
allow_header(struct request *req)
{
	static const enum http1_method methods[] = { HTTP_GET, HTTP_POST,
		                                     HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
	struct slice captured[PARAMS_MAX];
	struct problem ignored = { 0 };
	char *line = arena_print(&req->arena, "Allow: ");
	for (size_t i = 0; i < nitems(methods); i++)
		if (route_find(conn_kind(req->conn), methods[i], req->path,
		    strlen(req->path), captured, &ignored) != NULL)
			line = arena_print(&req->arena, "%s%s%s", line,
			    line[7] != '\0' ? ", " : "",
			    http1_method_name(methods[i]));
	return arena_print(&req->arena, "%s\r\n", line);
}

void
reply_problem(struct request *req)
{
	const char *extra = req->problem_fields;
	struct buf body;
	int status;
	if (req->problem.slug == PROBLEM_NONE)
		problem_set(&req->problem, PROBLEM_INTERNAL, NULL, "%s", "");
	status = problem_status(req->problem.slug);
	if (status == 503)
		extra = arena_print(&req->arena, "Retry-After: %d\r\n",
		    RETRY_AFTER_SECONDS);
	if (req->problem.slug == PROBLEM_UNSUPPORTED_CODING)
		extra = req->route->takes_gzip ? "Accept-Encoding: gzip\r\n" :
		    "Accept-Encoding: identity\r\n";
	if (status == 405)
		extra = allow_header(req);
	buf_init(&body);
	problem_print_json(&req->problem, &body);
	reply_body(req, status, "application/problem+json", extra, &body);
	buf_release(&body);
}

/* The first supported type the client names; false when there is none. */
static bool
negotiate(struct request *req)
{
	req->form = ROWS_JSON;
	if (req->accept == NULL)
		return true;
	for (const char *at = req->accept; *at != '\0';) {
		size_t len = strcspn(at, ",");
		size_t type_len;
		while (len > 0 && (*at == ' ' || *at == '\t')) {
			at++;
			len--;
		}
		type_len = strcspn(at, ";, \t");
		for (size_t i = 0; i < nitems(forms); i++)
			if (strlen(forms[i].type) == type_len &&
			    strncasecmp(at, forms[i].type, type_len) == 0) {
				req->form = forms[i].form;
				return true;
			}
		at += len + (at[len] == ',');
	}
	return false;
}

/* The key of the last row shown, opaque; NULL on the last page. */
static const char *
next_page(struct request *req, const struct db_result *result)
{
	long column = db_result_column(result, req->route->key);
	struct buf key;
	char *text = NULL;
	buf_init(&key);
	if (column >= 0 && req->rows.end < db_result_rows(result)) {
		rows_print_cell(result, req->rows.end - 1, (size_t)column, &key);
		size_t quote = key.at[0] == '"';
		text = arena_alloc(&req->arena, key.len * 2 + 4);
		text_print_base64url(key.at + quote, key.len - 2 * quote, text);
	}
	buf_release(&key);
	return text;
}

/* The same address with another "after". */
static const char *
next_link(struct request *req, const char *next)
{
	struct buf link;
	const char *text;
	const char *query = memchr(req->target.at, '?', req->target.len);
	const char *end = req->target.at + req->target.len;
	buf_init(&link);
	buf_add(&link, req->target.at, query != NULL ?
	    (size_t)(query - req->target.at) : req->target.len);
	buf_print(&link, "?after=%s", next);
	for (const char *at = query != NULL ? query + 1 : end; at < end;) {
		const char *amp = memchr(at, '&', (size_t)(end - at));
		size_t len = (size_t)((amp != NULL ? amp : end) - at);
		if (len > 0 && !(len >= 6 && memcmp(at, "after=", 6) == 0)) {
			buf_add_char(&link, '&');
			buf_add(&link, at, len);
		}
		at += len + 1;
	}
	text = arena_print(&req->arena, "Link: <%.*s>; rel=\"next\"\r\n",
	    (int)link.len, link.at);
	buf_release(&link);
	return text;
}

/* What a row says in the head: a column etag, a column _location. */
static const char *
head_fields(struct request *req, const struct db_result *result)
{
	long etag = db_result_column(result, "etag");
	long location = db_result_column(result, "_location");
	const char *fields = NULL;
	struct slice text;
	if (etag >= 0) {
		text = db_result_cell(result, 0, (size_t)etag);
		fields = arena_print(&req->arena, "ETag: \"%.*s\"\r\n",
		    (int)text.len, text.at);
	}
	if (location >= 0) {
		text = db_result_cell(result, 0, (size_t)location);
		fields = arena_print(&req->arena, "%sLocation: %.*s\r\n",
		    fields != NULL ? fields : "", (int)text.len, text.at);
	}
	return fields;
}

static bool
reply_one(struct request *req, const struct db_result *result)
{
	const char *extra = head_fields(req, result);
	int status = req->route->created ? req->route->created : 200;
	rows_init(&req->rows, result, ROWS_JSON, 1, &req->arena);
	rows_print(&req->rows, &req->out, SIZE_MAX);
	buf_add_char(&req->out, '\n');
	reply_body(req, status, "application/json", extra, &req->out);
	return true;
}

static void
print_end(struct request *req)
{
	if (req->form != ROWS_JSON)
		return;
	buf_add_text(&req->out, "],\"next\":");
	json_add_text(&req->out, req->next);
	buf_add_text(&req->out, "}\n");
}

/* The ETag of a whole list, from its column _etag; each form has its own.
 * NULL when it has none. */
static const char *
list_etag(struct request *req, const struct db_result *result)
{
	long column = db_result_column(result, "_etag");
	struct slice etag;
	if (column < 0 || db_result_rows(result) == 0)
		return NULL;
	etag = db_result_cell(result, 0, (size_t)column);
	return arena_print(&req->arena, "\"%.*s.%d\"", (int)etag.len, etag.at,
	    (int)req->form);
}

/* A route's rows as text have a form of their own, whatever is accepted. */
static const char *
content_type(const struct request *req)
{
	return req->form == ROWS_TEXT ? req->route->text :
	       content_types[req->form];
}

/* A file of rows that somebody expects by name. */
static const char *
file_field(struct request *req)
{
	char day[sizeof("31-12-2026")];
	const char *file = req->route->file;
	size_t len;
	struct tm tm;
	time_t now = time(NULL);
	if (req->form != ROWS_CSV || file == NULL)
		return "";
	len = strcspn(file, "*");
	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%d-%m-%Y", &tm);
	return arena_print(&req->arena, "Content-Disposition: attachment; "
	    "filename=\"%.*s%s%s\"\r\n", (int)len, file, day,
	    file + len + 1);
}

/* Ours hold no comma and no blank, so one is found as a text. */
static bool
is_known(const struct request *req, const char *etag)
{
	return req->if_none_match != NULL &&
	       (strcmp(req->if_none_match, "*") == 0 ||
	       strstr(req->if_none_match, etag) != NULL);
}

bool
reply_rows(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	const char *extra = "Vary: Accept\r\n";
	const char *etag;
	size_t end;
	bool is_whole;
	if (req->route->answer == ANSWER_NONE) {
		reply_body(req, 204, NULL, NULL, NULL);
		return true;
	}
	if (req->route->answer == ANSWER_ONE)
		return reply_one(req, result);
	if (req->route->text != NULL)
		req->form = ROWS_TEXT;
	else if (!negotiate(req)) {
		problem_set(&req->problem, PROBLEM_NOT_ACCEPTABLE, NULL, "%s",
		    "application/json, application/x-ndjson, text/csv or "
		    XLSX_MEDIA_TYPE);
		reply_problem(req);
		return true;
	}
	etag = list_etag(req, result);
	if (etag != NULL)
		extra = arena_print(&req->arena, "%sETag: %s\r\n", extra, etag);
	if (etag != NULL && is_known(req, etag)) {
		reply_body(req, 304, NULL, extra, NULL);
		return true;
	}
	end = db_result_rows(result);
	if (req->route->key != NULL && end > (size_t)req->limit)
		end = (size_t)req->limit;
	rows_init(&req->rows, result, req->form, end, &req->arena);
	if (req->route->key != NULL)
		req->next = next_page(req, result);
	if (req->next != NULL)
		extra = arena_print(&req->arena, "%s%s", extra,
		    next_link(req, req->next));
	extra = arena_print(&req->arena, "%s%s", extra, file_field(req));
	if (req->form == ROWS_XLSX)
		return reply_xlsx(req, extra);
	if (req->form == ROWS_JSON)
		buf_add_text(&req->out, "{\"items\":[");
	rows_print_header(&req->rows, &req->out);
	is_whole = !rows_print(&req->rows, &req->out, PIECE_BYTES);
	if (is_whole) {
		print_end(req);
		reply_body(req, 200, content_type(req), extra, &req->out);
		return true;
	}
	req->status = 200;
	conn_reply_start(req->conn, 200, content_type(req), -1, extra);
	req->is_replying = true;
	return reply_more(req);
}

bool
reply_more(struct request *req)
{
	bool is_more = true;
	while (is_more && conn_unsent(req->conn) < CONN_HIGH_WATER) {
		if (req->form == ROWS_XLSX)
			is_more = xlsx_job_read(req->xlsx, &req->out,
			    PIECE_BYTES);
		else
			is_more = rows_print(&req->rows, &req->out,
			    PIECE_BYTES);
		if (!is_more)
			print_end(req);
		conn_reply_add(req->conn, req->out.at, req->out.len);
		req->sent_bytes += req->out.len;
		buf_clear(&req->out);
	}
	return !is_more;
}
