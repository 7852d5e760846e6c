/*
 * status.c — one page on how the exchange stands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "status.h"

#include "advice.h"
#include "identifiers.h"
#include "pull.h"
#include "table.h"

#include <string.h>
#include <time.h>

#define REFUSED_SHOWN 20
#define NEWS_SHOWN 10

/* "2026-09-04T17:02:11Z" as the clock on the wall: 2026-09-04 18:02. */
static void
time_print_local(const char *utc, char out[static 32])
{
	struct tm parts = { 0 };
	time_t when;

	snprintf(out, 32, "never");
	if (strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &parts) == NULL)
		return;
	when = timegm(&parts);
	localtime_r(&when, &parts);
	strftime(out, 32, "%Y-%m-%d %H:%M", &parts);
}

static void
moment_print(struct agent *agent, const char *label, const char *fact,
    const char *problem)
{
	char value[256], said[256] = "", when[32];

	time_print_local(state_get(agent->store, fact, value), when);
	if (problem != NULL)
		state_get(agent->store, problem, said);
	printf("  %-26s %s%s%s\n", label, when, said[0] != '\0' ?
	    "; the last try failed: " : "", said);
}

static void
moments_print(struct agent *agent)
{
	moment_print(agent, "last contact", "contact_at", NULL);
	moment_print(agent, "last records taken", "push_at", "push_problem");
	moment_print(agent, "last news fetched", "pull_at", "pull_problem");
	moment_print(agent, "last proof", "verify_at", NULL);
}

static void
files_print(struct agent *agent)
{
	struct query row;
	char when[32];
	bool is_first = true;

	query_start(&row, agent->store, "SELECT name, read_at, records,"
	    " refused, problem, is_present, note FROM files"
	    " WHERE is_present OR problem IS NULL"
	    " ORDER BY read_at DESC, name LIMIT 20", "");
	while (query_next(&row)) {
		printf("%s", is_first ? "\nFiles in the inbox\n" : "");
		is_first = false;
		time_print_local(query_string(&row, 1), when);
		printf("  %-26s read %s", query_string(&row, 0), when);
		if (query_text(&row, 4).at != NULL)
			printf(": NOT USED: %s", query_string(&row, 4));
		else
			printf(": %lld records, %lld of them of no use",
			    (long long)query_int(&row, 2),
			    (long long)query_int(&row, 3));
		printf("%s\n", query_int(&row, 5) != 0 ? "" :
		    " (it is gone now)");
		if (query_text(&row, 6).at != NULL)
			printf("    %s\n", query_string(&row, 6));
	}
	if (is_first)
		printf("\nNo file has been read from %s yet.\n",
		    agent->config.inbox);
}

static void
kinds_print(struct agent *agent)
{
	static const char *const headings[] = {
		"records of kind", "here", "taken", "waiting", "refused",
		"later there", "proposed", "proved"
	};
	struct arena arena;
	struct table table;
	struct query row;

	arena_init(&arena);
	table_init(&table, &arena);
	for (size_t i = 0; i < nitems(headings); i++) {
		size_t column = table_add_column(&table, headings[i]);

		if (i < 5 || i == 7)
			table_keep(&table, column);
	}
	query_start(&row, agent->store, "SELECT r.kind, count(*),"
	    " nullif(sum(r.state = 'k'), 0),"
	    " nullif(sum(r.state IN ('w', 'f')), 0),"
	    " nullif(sum(r.state = 'r'), 0), nullif(sum(r.state = 's'), 0),"
	    " nullif(sum(r.state = 'p'), 0),"
	    " CASE (SELECT p.is_identical FROM proofs AS p"
	    "  WHERE p.kind = r.kind) WHEN 1 THEN 'identical'"
	    "  WHEN 0 THEN 'DIFFERENT' ELSE 'not yet' END"
	    " FROM records AS r GROUP BY r.kind ORDER BY min(r.rowid)", "");
	while (query_next(&row)) {
		table_add_row(&table);
		for (int i = 0; i < (int)nitems(headings); i++)
			table_set(&table, (size_t)i, arena_slice(&arena,
			    slice_of(query_string(&row, i))),
			    i > 0 && i < 7);
	}
	if (table.rows_len > 0) {
		putchar('\n');
		table_print(&table, stdout, table_screen_width());
	}
	table_release(&table);
	arena_release(&arena);
}

/* A number a child is known by elsewhere is not shown. */
static const char *
id_shown(struct agent *agent, const char *id)
{
	struct slice text = slice_of(id);

	if (options_has(&agent->options, "names") ||
	    (upn_check(text) == IDENTIFIER_MALFORMED &&
	    uln_check(text) == IDENTIFIER_MALFORMED &&
	    nhs_check(text) == IDENTIFIER_MALFORMED))
		return id;
	return "(a pupil's number)";
}

/* Columns: file, form, line, kind, source_id, slug, field, detail. */
static void
refusal_print(struct agent *agent, const struct query *row)
{
	enum problem_slug slug;
	const char *title = query_string(row, 5);
	const char *field = query_string(row, 6);
	const char *detail = query_string(row, 7);
	bool is_known = problem_find(slice_of(title), &slug);

	printf("  %s, %s %lld", query_string(row, 0),
	    strcmp(query_string(row, 1), "ctf") == 0 ? "pupil" : "line",
	    (long long)query_int(row, 2));
	if (query_string(row, 4)[0] != '\0')
		printf(" (%s %s)", query_string(row, 3),
		    id_shown(agent, query_string(row, 4)));
	printf(": %s%s%s.", is_known ? problem_title(slug) : title,
	    field[0] != '\0' ? ": " : "", field);
	if (detail[0] != '\0')
		printf(" %s%s", detail,
		    detail[strlen(detail) - 1] == '.' ? "" : ".");
	else if (is_known && advice_of(slug) != NULL)
		printf(" %s", advice_of(slug));
	putchar('\n');
}

#define REFUSALS \
	" FROM (SELECT u.file, u.line, u.kind, u.source_id, u.slug, u.field," \
	"  u.detail FROM unread AS u UNION ALL" \
	"  SELECT r.file, r.line, r.kind, r.source_id," \
	"   coalesce(r.slug, r.outcome), r.field, r.detail" \
	"  FROM records AS r WHERE r.state = 'r') AS a" \
	" LEFT JOIN files AS f ON f.name = a.file"

static void
refusals_print(struct agent *agent)
{
	int64_t count = store_number(agent->store,
	    "SELECT count(*)" REFUSALS, "");
	struct query row;

	if (count == 0)
		return;
	printf("\nRefused: %lld. Correct them in your system; the next file "
	    "brings them.\n", (long long)count);
	query_start(&row, agent->store, "SELECT a.file, f.form, a.line,"
	    " a.kind, a.source_id, a.slug, a.field, a.detail" REFUSALS
	    " ORDER BY a.file, a.line LIMIT ?1", "i", (int64_t)REFUSED_SHOWN);
	while (query_next(&row))
		refusal_print(agent, &row);
	if (count > REFUSED_SHOWN)
		printf("  … and %lld more\n",
		    (long long)(count - REFUSED_SHOWN));
}

static void
news_print(struct agent *agent)
{
	struct query row;
	bool is_first = true;
	char when[32];

	query_start(&row, agent->store, "SELECT max(at), kind, op, setting,"
	    " count(*) FROM news GROUP BY kind, op, setting"
	    " ORDER BY max(id) DESC LIMIT ?1", "i", (int64_t)NEWS_SHOWN);
	while (query_next(&row)) {
		printf("%s", is_first ? "\nWhat came in\n" : "");
		is_first = false;
		time_print_local(query_string(&row, 0), when);
		printf("  %s, %s: %lld × %s of %s\n", when,
		    query_string(&row, 2), (long long)query_int(&row, 4),
		    query_string(&row, 1), query_string(&row, 3));
	}
	handovers_print(agent, 0);
}

static void
verdict_print(struct agent *agent)
{
	int64_t waiting = store_number(agent->store, "SELECT count(*)"
	    " FROM records WHERE state IN ('w', 'f')", "");
	char leavers[256];

	putchar('\n');
	if (waiting > 0)
		printf("%lld records wait to be sent.\n", (long long)waiting);
	else
		printf("Nothing waits to be sent.\n");
	state_get(agent->store, "leavers_wait", leavers);
	if (leavers[0] != '\0')
		printf("So many would leave the roll that a person must "
		    "confirm it:\n  senco-sync push --confirm \"Name\"\n");
}

void
status_print(struct agent *agent)
{
	printf("senco-sync for %s at %s\n", agent->config.setting,
	    agent->config.server);
	moments_print(agent);
	files_print(agent);
	kinds_print(agent);
	refusals_print(agent);
	news_print(agent);
	verdict_print(agent);
}
