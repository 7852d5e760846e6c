/*
 * reply_xlsx.c — rows as a workbook. A child makes it (xlsx_job.h) while the
 * request waits, and the step that replies is walked again when it is made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "dates.h"

#define SECONDS_1970_TO_2000 946684800

/* "GET /v1/reports/senco-coverage" -> "Reports senco coverage" */
static char *
title_of_path(struct request *req)
{
	char *title = arena_print(&req->arena, "%s", "");

	for (const char *at = req->route->path + strlen("/v1"); *at != '\0';) {
		size_t len = strcspn(++at, "/");

		if (*at != '{')
			title = arena_print(&req->arena, "%s%s%.*s", title,
			    title[0] != '\0' ? " " : "", (int)len, at);
		at += len;
	}
	for (char *at = title; *at != '\0'; at++)
		if (*at == '-')
			*at = ' ';
	title[0] = (char)toupper((unsigned char)title[0]);
	return title;
}

/* "senco-coverage-2026-11-25.xlsx" */
static const char *
disposition(struct request *req, const struct xlsx *xlsx)
{
	char made[TIME_TEXT_SIZE];
	char *name = arena_print(&req->arena, "%s", xlsx->title);

	for (char *at = name; *at != '\0'; at++)
		*at = isalnum((unsigned char)*at) ?
		    (char)tolower((unsigned char)*at) : '-';
	time_print(xlsx->made_us, made);
	return arena_print(&req->arena, "Content-Disposition: attachment; "
	    "filename=\"%s-%.10s.xlsx\"\r\n", name, made);
}

static bool
names_children(const struct db_result *result)
{
	for (size_t i = 0; i < db_result_columns(result); i++)
		if (rows_names_child(result, i))
			return true;
	return false;
}

static int64_t
time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec - SECONDS_1970_TO_2000) * 1000000 +
	       now.tv_nsec / 1000;
}

static void
describe(struct request *req, struct xlsx *xlsx)
{
	const struct db_result *result = req->call.queries[0]->result;

	xlsx->result = result;
	xlsx->end = req->rows.end;
	xlsx->title = req->route->title != NULL ? req->route->title :
	    title_of_path(req);
	xlsx->route = route_name(req->route);
	xlsx->client = req->actor.name;
	xlsx->made_us = time_now();
	xlsx->names_children = names_children(result);
	xlsx->has_more = req->next != NULL;
}

static void
workbook_made(void *owner)
{
	request_resume(owner);
}

static bool
refuse(struct request *req, enum problem_slug slug, const char *why)
{
	problem_set(&req->problem, slug, NULL, "%s", why);
	reply_problem(req);
	return true;
}

static bool
job_start(struct request *req)
{
	int most = req->worker->config->xlsx_rows_max;
	struct xlsx xlsx = { 0 };

	if (req->rows.end > (size_t)most)
		return refuse(req, PROBLEM_TOO_MANY_ROWS, arena_print(
		    &req->arena, "The list has %zu rows and a workbook "
		    "here holds %d; ask for fewer, or for text/csv",
		    req->rows.end, most));
	describe(req, &xlsx);
	req->xlsx = xlsx_job_start(req->worker->xlsx_desk, &xlsx,
	    workbook_made, req);
	if (req->xlsx == NULL)
		return refuse(req, PROBLEM_BUSY, "");
	req->step--; /* to come here again */
	conn_watch_peer(req->conn);
	return false;
}

bool
reply_xlsx(struct request *req, const char *extra)
{
	struct xlsx xlsx = { 0 };

	if (req->xlsx == NULL)
		return job_start(req);
	if (xlsx_job_bytes(req->xlsx) < 0)
		return refuse(req, PROBLEM_INTERNAL, "");
	describe(req, &xlsx);
	req->status = 200;
	conn_reply_start(req->conn, 200, XLSX_MEDIA_TYPE,
	    xlsx_job_bytes(req->xlsx), arena_print(&req->arena, "%s%s", extra,
	    disposition(req, &xlsx)));
	req->is_replying = true;
	return reply_more(req);
}
