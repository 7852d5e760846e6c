/*
 * state.c — the tables of the agent's memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "state.h"

#include <stdio.h>
#include <string.h>

#define STATE_VERSION 1

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS facts ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    /* The inbox's files as last read; form: csv, ctf or ndjson. is_whole: no
     * row that we could not even name was in it. */
    "CREATE TABLE IF NOT EXISTS files ("
    "  name TEXT PRIMARY KEY, form TEXT NOT NULL, kind TEXT, mark TEXT NOT NULL,"
    "  read_at TEXT NOT NULL, records INT NOT NULL, refused INT NOT NULL,"
    "  problem TEXT, is_whole INT NOT NULL, is_present INT NOT NULL,"
    "  note TEXT) WITHOUT ROWID;"
    /* Which records each file held when it was last read. */
    "CREATE TABLE IF NOT EXISTS seen ("
    "  file TEXT NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL,"
    "  PRIMARY KEY (kind, source_id, file)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS seen_file ON seen (file);"
    /* Rows that could not be made a record, of the last reading. */
    "CREATE TABLE IF NOT EXISTS unread ("
    "  file TEXT NOT NULL, line INT NOT NULL, kind TEXT, source_id TEXT,"
    "  slug TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS unread_file ON unread (file);"

    /* hash, revision, tail: what we want the authority to hold, tail being
     * the record's JSON after its revision. known_*: what it is known to
     * hold; NULL when we do not know. hint: the age of a source that has
     * one for all its records (a CTF's date). was: the key it had before. */
    "CREATE TABLE IF NOT EXISTS records ("
    "  kind TEXT NOT NULL, source_id TEXT NOT NULL,"
    "  hash BLOB NOT NULL, revision INT NOT NULL, is_numbered INT NOT NULL,"
    "  hint INT NOT NULL, tail TEXT NOT NULL, was TEXT, file TEXT NOT NULL,"
    "  line INT NOT NULL, state TEXT NOT NULL,"
    "  known_hash BLOB, known_revision INT,"
    "  outcome TEXT, slug TEXT, field TEXT, detail TEXT, told_at TEXT,"
    "  PRIMARY KEY (kind, source_id));"
    "CREATE INDEX IF NOT EXISTS records_state ON records (state, kind)"
    "  WHERE state <> 'k';"

    "CREATE TABLE IF NOT EXISTS batches ("
    "  id INTEGER PRIMARY KEY, key TEXT NOT NULL, body BLOB NOT NULL,"
    "  made_at TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS batch_records ("
    "  batch INT NOT NULL, ordinal INT NOT NULL, kind TEXT NOT NULL,"
    "  source_id TEXT NOT NULL, hash BLOB NOT NULL, revision INT NOT NULL,"
    "  PRIMARY KEY (batch, ordinal)) WITHOUT ROWID;"

    /* What the authority told us it holds; hash where we can reckon it. */
    "CREATE TABLE IF NOT EXISTS mirror ("
    "  setting TEXT NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL,"
    "  child_id TEXT, revision INT NOT NULL, hash BLOB, data TEXT NOT NULL,"
    "  PRIMARY KEY (kind, setting, source_id)) WITHOUT ROWID;"
    /* Kinds whose file in the outbox is older than the mirror. */
    "CREATE TABLE IF NOT EXISTS dirty (kind TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS news ("
    "  id INTEGER PRIMARY KEY, at TEXT NOT NULL, op TEXT NOT NULL,"
    "  kind TEXT NOT NULL, setting TEXT NOT NULL, source_id TEXT NOT NULL,"
    "  data TEXT);"

    /* What the proof of a kind said last. */
    "CREATE TABLE IF NOT EXISTS proofs ("
    "  kind TEXT PRIMARY KEY, records INT NOT NULL, is_identical INT NOT NULL);"
    /* Records only the authority holds, or holds in a later revision. */
    "CREATE TABLE IF NOT EXISTS strangers ("
    "  kind TEXT NOT NULL, source_id TEXT NOT NULL, revision INT NOT NULL,"
    "  PRIMARY KEY (kind, source_id)) WITHOUT ROWID;"

    "CREATE TEMP TABLE IF NOT EXISTS reading ("
    "  kind TEXT NOT NULL, source_id TEXT NOT NULL, hash BLOB NOT NULL,"
    "  revision INT NOT NULL, tail TEXT NOT NULL, was TEXT,"
    "  line INT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS temp.reading_key"
    "  ON reading (kind, source_id);";

/* A later version of the tables is not for us to write in. */
struct store *
state_open(const char *path, bool may_create, struct problem *why)
{
	struct store *store = store_open(path, schema, may_create, why);

	if (store == NULL)
		return NULL;
	if (store_number(store, "PRAGMA user_version", "") > STATE_VERSION) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "a newer senco-sync has written it; use that one, or "
		    "move the file away: it is made anew from the server");
		store_close(store);
		return NULL;
	}
	store_do(store, "PRAGMA user_version = 1", "");
	return store;
}

void
state_set(struct store *store, const char *name, const char *value)
{
	store_do(store, "INSERT INTO facts (name, value) VALUES (?1, ?2)"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	    "tt", name, value);
}

void
state_set_now(struct store *store, const char *name)
{
	store_do(store, "INSERT INTO facts (name, value)"
	    " VALUES (?1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	    "t", name);
}

const char *
state_get(struct store *store, const char *name, char out[static 256])
{
	struct query query;

	out[0] = '\0';
	query_start(&query, store, "SELECT value FROM facts WHERE name = ?1",
	    "t", name);
	if (query_next(&query)) {
		snprintf(out, 256, "%s", query_string(&query, 0));
		query_end(&query);
	}
	return out;
}
