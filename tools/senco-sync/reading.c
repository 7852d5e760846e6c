/*
 * reading.c — one file of the inbox on its way into the agent's memory. The
 * records lie in a temporary table, so that doubles, what is unchanged and
 * what is missing are questions to SQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reading.h"

#include "json_writer.h"

#include <assert.h>
#include <string.h>

void
reading_begin(struct reading *reading)
{
	reading->records = reading->refused = 0;
	reading->is_whole = true;
	reading->digest = digest_new();
	buf_init(&reading->line);
	store_begin(reading->store);
	store_do(reading->store, "DELETE FROM reading", "");
	store_do(reading->store, "DELETE FROM unread WHERE file = ?1", "t",
	    reading->file);
}

static void
reading_over(struct reading *reading)
{
	digest_free(reading->digest);
	buf_release(&reading->line);
}

/* What follows the revision, without the brace and the line end: no text can
 * hold an unescaped quote. The former key is put before it. */
static struct slice
tail_of(const struct record *record, struct buf *line)
{
	const char *member = record->op == RECORD_DELETE ? ",\"op\":" :
	    ",\"data\":";
	const char *at;
	size_t len;

	buf_clear(line);
	record_print_json(record, line);
	at = memmem(line->at, line->len, member, strlen(member));
	assert(at != NULL);
	buf_drop(line, (size_t)(at - line->at));
	len = line->len - 2;
	if (record->was.at == NULL)
		return (struct slice){ line->at, len };
	buf_add_text(line, ",\"was\":");
	json_add_string(line, record->was.at, record->was.len);
	buf_reserve(line, len); /* at does not move any more */
	buf_add(line, line->at, len);
	buf_drop(line, len + 2);
	return (struct slice){ line->at, line->len };
}

void
reading_add(struct reading *reading, struct record *record, unsigned line)
{
	if (record->is_refused) {
		reading_refuse(reading, line, record->kind != NULL ?
		    slice_of(record->kind->name) : (struct slice){ 0 },
		    record->source_id, record->why);
		return;
	}
	reading->records++;
	record_hash(record, reading->digest);
	store_do(reading->store, "INSERT INTO reading"
	    " (kind, source_id, hash, revision, tail, was, line)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "tsbissi",
	    record->kind->name, record->source_id, (struct slice){
		(const char *)record->hash, sizeof(record->hash)
	}, record->revision, tail_of(record, &reading->line), record->was,
	    (int64_t)line);
}

/* "/records/0/data/born_on" and "Pupil 3, DOB" as the field alone. */
static const char *
field_of(const char *where)
{
	const char *comma = strstr(where, ", ");
	const char *slash = strrchr(where, '/');

	if (comma != NULL)
		return comma + 2;
	if (slash != NULL && slash[1] >= '0' && slash[1] <= '9')
		return "";
	return slash != NULL ? slash + 1 : where;
}

void
reading_refuse(struct reading *reading, unsigned line, struct slice kind,
    struct slice source_id, const struct problem *why)
{
	reading->records++;
	reading->refused++;
	if (kind.at == NULL || source_id.len == 0)
		reading->is_whole = false;
	store_do(reading->store, "INSERT INTO unread"
	    " (file, line, kind, source_id, slug, field, detail)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "tisst" "tt",
	    reading->file, (int64_t)line, kind, source_id,
	    problem_name(why->slug), field_of(why->where), why->detail);
}

/* Of one record sent twice the highest revision stands; when two of that
 * revision differ, none does: which is meant nobody can say. */
static void
doubles_settle(struct reading *reading)
{
	struct store *store = reading->store;

	store_do(store, "DELETE FROM reading AS r WHERE r.revision <"
	    " (SELECT max(q.revision) FROM reading AS q"
	    "   WHERE q.kind = r.kind AND q.source_id = r.source_id)", "");
	store_do(store, "INSERT INTO unread"
	    " (file, line, kind, source_id, slug, field, detail)"
	    " SELECT ?1, r.line, r.kind, r.source_id, 'record_twice', '',"
	    "  'It stands in this file more than once, and not alike.'"
	    " FROM reading AS r WHERE 1 <"
	    " (SELECT count(DISTINCT q.hash) FROM reading AS q"
	    "   WHERE q.kind = r.kind AND q.source_id = r.source_id)",
	    "t", reading->file);
	store_do(store, "DELETE FROM reading AS r WHERE EXISTS"
	    " (SELECT 1 FROM unread AS u WHERE u.file = ?1"
	    "   AND u.slug = 'record_twice' AND u.kind = r.kind"
	    "   AND u.source_id = r.source_id)", "t", reading->file);
	reading->refused = (size_t)store_number(store,
	    "SELECT count(*) FROM unread WHERE file = ?1", "t",
	    reading->file);
}

/* An invalid record is seen all the same: it is not absent. */
static void
seen_note(struct reading *reading)
{
	store_do(reading->store, "DELETE FROM seen WHERE file = ?1", "t",
	    reading->file);
	store_do(reading->store, "INSERT OR IGNORE INTO seen"
	    " (file, kind, source_id)"
	    " SELECT ?1, kind, source_id FROM reading UNION"
	    " SELECT file, kind, source_id FROM unread WHERE file = ?1"
	    " AND kind IS NOT NULL AND source_id IS NOT NULL", "t",
	    reading->file);
}

/*
 * What differs waits. A numbered record goes one above all that is known of
 * it, under its former key too, here or at the authority. What the authority holds already is known,
 * also when only the mirror tells of it: after the loss of the state file
 * nothing need be sent again.
 */
static void
records_take(struct reading *reading)
{
	store_do(reading->store, "INSERT INTO records AS o"
	    " (kind, source_id, hash, revision, is_numbered, hint, tail, was,"
	    "  file, line, state, known_hash, known_revision)"
	    " SELECT r.kind, r.source_id, r.hash,"
	    "  CASE WHEN m.hash = r.hash THEN m.revision"
	    "       WHEN ?2 THEN max(coalesce(m.revision, 0) + 1, ?3,"
	    "        coalesce(w.revision, 0) + 1)"
	    "       ELSE r.revision END,"
	    "  ?2, ?3, r.tail, r.was, ?1, r.line,"
	    "  CASE WHEN m.hash = r.hash THEN 'k' ELSE 'w' END,"
	    "  m.hash, m.revision"
	    " FROM reading AS r LEFT JOIN mirror AS m"
	    "   ON m.setting = ?4 AND m.kind = r.kind"
	    "  AND m.source_id = r.source_id"
	    " LEFT JOIN records AS w"
	    "   ON w.kind = r.kind AND w.source_id = r.was"
	    " WHERE true"
	    " ON CONFLICT (kind, source_id) DO UPDATE SET"
	    "  hash = excluded.hash, tail = excluded.tail, was = excluded.was,"
	    "  file = excluded.file, line = excluded.line,"
	    "  hint = excluded.hint, is_numbered = excluded.is_numbered,"
	    "  revision = CASE"
	    "   WHEN excluded.hash = o.hash THEN o.revision"
	    "   WHEN excluded.hash = o.known_hash THEN o.known_revision"
	    "   WHEN excluded.is_numbered"
	    "   THEN max(o.revision + 1, coalesce(o.known_revision, 0) + 1,"
	    "            excluded.revision)"
	    "   ELSE excluded.revision END,"
	    "  state = CASE"
	    "   WHEN o.state = 'f' OR excluded.hash = o.hash THEN o.state"
	    "   WHEN excluded.hash = o.known_hash THEN 'k'"
	    "   ELSE 'w' END"
	    " WHERE excluded.hint >= o.hint OR excluded.hint = 0", "tiit",
	    reading->file, (int64_t)reading->is_numbered, reading->hint,
	    reading->setting);
}

static void
file_note(struct reading *reading, const char *problem)
{
	store_do(reading->store, "INSERT INTO files (name, form, kind, mark,"
	    "  read_at, records, refused, problem, is_whole, is_present, note)"
	    " VALUES (?1, ?2, ?3, ?4, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),"
	    "  ?5, ?6, ?7, ?8, 1, nullif(?9, ''))"
	    " ON CONFLICT (name) DO UPDATE SET form = excluded.form,"
	    "  kind = excluded.kind, mark = excluded.mark,"
	    "  read_at = excluded.read_at, records = excluded.records,"
	    "  refused = excluded.refused, problem = excluded.problem,"
	    "  note = excluded.note,"
	    "  is_whole = excluded.is_whole, is_present = 1", "tttt" "iiti"
	    "t",
	    reading->file, reading->form,
	    reading->kind != NULL ? reading->kind->name : NULL,
	    reading->mark, (int64_t)reading->records,
	    (int64_t)reading->refused, problem,
	    (int64_t)(reading->is_whole && problem == NULL), reading->note);
}

bool
reading_fail(struct reading *reading, const struct problem *said,
    struct problem *why)
{
	/* What was gathered is thrown away, the reason kept. */
	store_rollback(reading->store);
	reading_over(reading);
	store_begin(reading->store);
	reading->records = reading->refused = 0;
	file_note(reading, said->detail[0] != '\0' ? said->detail :
	    problem_title(said->slug));
	return store_commit(reading->store, why);
}

bool
reading_end(struct reading *reading, struct problem *why)
{
	seen_note(reading);
	doubles_settle(reading);
	records_take(reading);
	file_note(reading, NULL);
	reading_over(reading);
	return store_commit(reading->store, why);
}
