/*
 * sen2.c — `sencoctl sen2 …`: the yearly return about children with plans as
 * files of rows or one message, what of it is to be mended, and the little
 * that is written down for it alone. The files name children: they are made
 * for their owner's eyes only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 180

static const char *const blades[] = {
	"sen2", "person", "requests", "assessment", "namedplan", "plandetail",
	"activeplans", "placementdetail", "senneed"
};

static const struct option_row year_options[] = {
	{ "year", "YEAR", "of the collection, as 2027; needed" },
	{ NULL },
};

static const struct option_row checks_options[] = {
	{ "year",     "YEAR",   "of the collection, as 2027; needed" },
	{ "finding",  "LIST",   "only these findings" },
	{ "severity", "LIST",   "only of error, warn, info" },
	{ "blade",    "LIST",   "only to be mended in these files" },
	{ "child-id", "CHILD",  "only of this child" },
	{ "format",   "FORMAT", "table (default), json, csv or xlsx" },
	{ "output",   "FILE",   "where a workbook (xlsx) goes" },
	{ NULL },
};

static const struct option_row head_options[] = {
	{ "la-code",   "CODE",   "the authority, as 358; needed" },
	{ "serial-no", "NUMBER", "of the message (default 1)" },
	{ "dmo",       "TEXT",   "the designated medical officer" },
	{ "dco",       "TEXT",   "the designated clinical officer" },
	{ "dsco",      "TEXT",   "the designated social care officer" },
	{ NULL },
};

static const struct option_row child_options[] = {
	{ "ethnicity",   "CODE", "of the list sen2_ethnicity" },
	{ "upn-unknown", "CODE", "why there is no number: sen2_upn_unknown" },
	{ "need-types",  "LIST", "as the plan has them, primary first" },
	{ NULL },
};

static const struct option_row list_options[] = {
	{ "format", "FORMAT", "table (default), json or csv" },
	{ NULL },
};

static const struct json_column checks_columns[] = {
	{ "severity", "" }, { "blade", "file", true }, { "column", "column", true },
	{ "child_id", "child", true }, { "setting", "setting", true },
	{ "sentence", "what", true }, { NULL }
};

static const struct json_column years_columns[] = {
	{ "year", "year" }, { "reference_on", "reference day", true },
	{ "deadline_on", "due", true }, { "la_code", "authority" },
	{ "serial_no", "serial" }, { "dmo", "medical" }, { "dco", "clinical" },
	{ "dsco", "social care" }, { NULL }
};

enum { MESSAGE, BLADE, CHECKS, YEARS, HEAD, SHOW, CHILD };

static const struct call calls[] = {
	[MESSAGE] = { "GET", "/v1/reports/sen2", .raw = "application/xml" },
	[BLADE] = { "GET", "/v1/reports/sen2/{}", .raw = "text/csv" },
	[CHECKS] = { "GET", "/v1/reports/sen2/checks",
		     .columns = checks_columns,
		     .said = "No rows: there is nothing to mend." },
	[YEARS] = { "GET", "/v1/sen2", .columns = years_columns },
	[HEAD] = { "PUT", "/v1/sen2/{}", .read = "/v1/sen2/{}",
		   .said = "Written down." },
	[SHOW] = { "GET", "/v1/children/{}/sen2", .is_one = true },
	[CHILD] = { "PUT", "/v1/children/{}/sen2",
		    .read = "/v1/children/{}/sen2", .said = "Written down." },
};

/* A file of that folder, with what was answered. */
static bool
file_save(const char *path, const struct buf *body, struct problem *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
	bool is_good = file != NULL &&
	    fwrite(body->at, 1, body->len, file) == body->len;

	if (file != NULL && fclose(file) != 0)
		is_good = false;
	return is_good || problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
	    "cannot write %s: %s", path, strerror(errno));
}

static enum ending
blade_save(struct session *session, const char *blade, const char *path)
{
	struct https_request request = session_request("GET",
	    arena_print(session->arena, "/v1/reports/sen2/%s?year=%s", blade,
	    options_text(session->options, "year")));
	struct https_answer answer;
	struct problem why = { 0 };
	enum ending ending;

	request.accept = "text/csv";
	request.timeout_s = PATIENCE_S;
	ending = session_call(session, &request, &answer);
	if (ending == END_WELL && !file_save(path, &answer.body, &why)) {
		complain_problem(&why);
		ending = END_USAGE;
	}
	https_answer_release(&answer);
	return ending;
}

static enum ending
blades_run(struct session *session)
{
	enum ending ending = END_WELL;
	time_t now = time(NULL);
	char day[sizeof("31-12-2026")];
	struct tm tm;

	if (options_text(session->options, "year") == NULL) {
		fprintf(stderr, "sencoctl: --year is needed\n");
		return END_USAGE;
	}
	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%d-%m-%Y", &tm);
	for (size_t i = 0; i < nitems(blades) && ending == END_WELL; i++) {
		const char *path = arena_print(session->arena,
		    "%s/Blade-Export_%s_%s.csv", session->options->args[0],
		    day, blades[i]);
		ending = blade_save(session, blades[i], path);
		if (ending == END_WELL)
			printf("%s\n", path);
	}
	return ending;
}

const struct command sen2_commands[] = {
	{ "sen2 message", "", 0, 0,
	  "the SEN2 return as one XML message", year_options, call_run,
	  &calls[MESSAGE] },
	{ "sen2 blades", "FOLDER", 1, 1,
	  "the SEN2 return as nine files of rows", year_options, blades_run },
	{ "sen2 blade", "NAME", 1, 1,
	  "one of these files, as person or namedplan", year_options,
	  call_run, &calls[BLADE] },
	{ "sen2 checks", "", 0, 0,
	  "what of the SEN2 return is to be mended, and where",
	  checks_options, call_run, &calls[CHECKS] },
	{ "sen2 years", "", 0, 0,
	  "the collections and the head of each", list_options, call_run,
	  &calls[YEARS] },
	{ "sen2 head", "YEAR", 1, 1,
	  "write the head of the return of a year", head_options, call_run,
	  &calls[HEAD] },
	{ "sen2 child", "CHILD", 1, 1,
	  "what is written down of a child for SEN2 alone", NULL, call_run,
	  &calls[SHOW] },
	{ "sen2 child-set", "CHILD", 1, 1,
	  "write that down: all of it", child_options, call_run,
	  &calls[CHILD] },
	{ NULL },
};
