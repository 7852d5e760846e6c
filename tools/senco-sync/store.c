/*
 * store.c — the agent's memory over SQLite.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT_MAX 128
#define BUSY_WAIT_MS 10000

struct store {
	sqlite3 *database;
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} kept[KEPT_MAX];
	size_t kept_len;
	bool has_fault;
	char fault[200];
};

static const char pragmas[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;";

static bool
note_fault(struct store *store, int code)
{
	if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
		return false;
	if (!store->has_fault)
		snprintf(store->fault, sizeof(store->fault), "%s",
		    sqlite3_errmsg(store->database));
	store->has_fault = true;
	return true;
}

static void
run(struct store *store, const char *sql)
{
	if (!store->has_fault)
		note_fault(store, sqlite3_exec(store->database, sql, NULL,
		    NULL, NULL));
}

/* Only its owner may read it: children's records stand in it. */
static bool
file_make(const char *path, bool may_create, struct problem *why)
{
	int file = open(path, O_RDWR | O_CLOEXEC | (may_create ? O_CREAT : 0),
	    0600);

	if (file < 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
	close(file);
	return true;
}

struct store *
store_open(const char *path, const char *schema, bool may_create,
    struct problem *why)
{
	struct store *store;

	if (!file_make(path, may_create, why))
		return NULL;
	store = calloc(1, sizeof(*store));
	assert(store != NULL);
	note_fault(store, sqlite3_open_v2(path, &store->database,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE, NULL));
	if (!store->has_fault) {
		sqlite3_busy_timeout(store->database, BUSY_WAIT_MS);
		sqlite3_extended_result_codes(store->database, 1);
	}
	run(store, pragmas);
	run(store, schema);
	if (store_is_well(store, why))
		return store;
	snprintf(why->where, sizeof(why->where), "%s", path);
	store_close(store);
	return NULL;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->kept_len; i++)
		sqlite3_finalize(store->kept[i].statement);
	sqlite3_close(store->database);
	free(store);
}

static sqlite3_stmt *
statement_of(struct store *store, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (store->has_fault)
		return NULL;
	for (size_t i = 0; i < store->kept_len; i++)
		if (store->kept[i].sql == sql)
			return store->kept[i].statement;
	assert(store->kept_len < KEPT_MAX);
	if (note_fault(store, sqlite3_prepare_v3(store->database, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &statement, NULL)))
		return NULL;
	store->kept[store->kept_len].sql = sql;
	store->kept[store->kept_len++].statement = statement;
	return statement;
}

static int
slice_bind(sqlite3_stmt *statement, int i, struct slice slice, bool is_blob)
{
	if (slice.at == NULL)
		return sqlite3_bind_null(statement, i);
	if (is_blob)
		return sqlite3_bind_blob64(statement, i, slice.at, slice.len,
		    SQLITE_TRANSIENT);
	return sqlite3_bind_text64(statement, i, slice.at, slice.len,
	    SQLITE_TRANSIENT, SQLITE_UTF8);
}

static int
value_bind(sqlite3_stmt *statement, int i, char type, va_list *args)
{
	const char *text;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(statement, i, va_arg(*args, int64_t));
	case 't':
		text = va_arg(*args, const char *);
		return slice_bind(statement, i, text == NULL ?
		    (struct slice){ 0 } : slice_of(text), false);
	default:
		assert(type == 's' || type == 'b');
		return slice_bind(statement, i, va_arg(*args, struct slice),
		    type == 'b');
	}
}

static sqlite3_stmt *
start(struct store *store, const char *sql, const char *types, va_list *args)
{
	sqlite3_stmt *statement = statement_of(store, sql);

	if (statement == NULL)
		return NULL;
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	for (int i = 0; types[i] != '\0'; i++)
		if (note_fault(store,
		    value_bind(statement, i + 1, types[i], args)))
			return NULL;
	return statement;
}

void
store_do(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement;
	va_list args;

	va_start(args, types);
	statement = start(store, sql, types, &args);
	va_end(args);
	if (statement == NULL)
		return;
	note_fault(store, sqlite3_step(statement));
	sqlite3_reset(statement);
}

int64_t
store_number(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement;
	int64_t number = 0;
	va_list args;

	va_start(args, types);
	statement = start(store, sql, types, &args);
	va_end(args);
	if (statement == NULL)
		return 0;
	if (!note_fault(store, sqlite3_step(statement)) &&
	    sqlite3_data_count(statement) > 0)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return number;
}

void
store_begin(struct store *store)
{
	store_do(store, "BEGIN IMMEDIATE", "");
}

void
store_rollback(struct store *store)
{
	for (size_t i = 0; i < store->kept_len; i++)
		sqlite3_reset(store->kept[i].statement);
	if (!sqlite3_get_autocommit(store->database))
		sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
	store->has_fault = false;
}

bool
store_is_well(struct store *store, struct problem *why)
{
	return !store->has_fault || problem_set(why, PROBLEM_FILE_UNREADABLE,
	    NULL, "the agent's memory (state file) cannot be used: %s",
	    store->fault);
}

bool
store_commit(struct store *store, struct problem *why)
{
	store_do(store, "COMMIT", "");
	if (store_is_well(store, why))
		return true;
	store_rollback(store);
	return false;
}

void
query_start(struct query *query, struct store *store, const char *sql,
    const char *types, ...)
{
	va_list args;

	va_start(args, types);
	*query = (struct query){ store, start(store, sql, types, &args) };
	va_end(args);
}

bool
query_next(struct query *query)
{
	int code;

	if (query->statement == NULL)
		return false;
	code = sqlite3_step(query->statement);
	if (!note_fault(query->store, code) && code == SQLITE_ROW)
		return true;
	query_end(query);
	return false;
}

void
query_end(struct query *query)
{
	if (query->statement != NULL)
		sqlite3_reset(query->statement);
	query->statement = NULL;
}

struct slice
query_text(const struct query *query, int column)
{
	const void *at = sqlite3_column_blob(query->statement, column);
	int len = sqlite3_column_bytes(query->statement, column);

	if (sqlite3_column_type(query->statement, column) == SQLITE_NULL)
		return (struct slice){ 0 };
	return (struct slice){ at != NULL ? at : "", (size_t)len };
}

const char *
query_string(const struct query *query, int column)
{
	const unsigned char *text =
	    sqlite3_column_text(query->statement, column);

	return text != NULL ? (const char *)text : "";
}

int64_t
query_int(const struct query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}
