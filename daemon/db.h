/*
 * db.h — calls to the database, as a request sees them: one call is one
 * libpq pipeline and one transaction, in one or more stages. Nothing here
 * blocks; a completion never runs inside the function that started it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_DB_H
#define DAEMON_DB_H

#include "problem.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define STATEMENTS_MAX 512
#define QUERY_PARAMS_MAX 48
#define CALL_QUERIES_MAX 72 /* a batch compares and merges each kind */

/* PostgreSQL's own numbers for the types we send and read. */
enum {
	OID_BOOL = 16, OID_CHAR = 18, OID_INT8 = 20, OID_INT2 = 21,
	OID_INT4 = 23, OID_TEXT = 25, OID_JSON = 114, OID_FLOAT8 = 701,
	OID_VARCHAR = 1043, OID_DATE = 1082, OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950, OID_JSONB = 3802, OID_BYTEA = 17,
	OID_BOOL_ARRAY = 1000, OID_INT4_ARRAY = 1007, OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016, OID_DATE_ARRAY = 1182,
	OID_FLOAT8_ARRAY = 1022, OID_TIMESTAMPTZ_ARRAY = 1185,
	OID_UUID_ARRAY = 2951
};

/* Prepared once a connection, when first used. Made at start-up, kept. */
struct statement;
const struct statement *statement_new(const char *sql, size_t params,
    const uint32_t types[]);

struct db_result; /* libpq's PGresult */

struct query {
	const struct statement *statement;
	const char *values[QUERY_PARAMS_MAX]; /* borrowed until the call is done */
	int lengths[QUERY_PARAMS_MAX];
	int formats[QUERY_PARAMS_MAX];        /* 0 text, 1 binary */
	size_t params;
	struct db_result *result;             /* the call's; freed with it */
};

void query_text(struct query *, const char *value); /* NULL is SQL NULL */
void query_slice(struct query *, struct slice value); /* NUL-terminated; at NULL is SQL NULL */
void query_binary(struct query *, const void *at, size_t len);

struct db;
struct pool;

/* Embedded in whoever waits; done may be called once per stage started. */
struct db_call {
	void (*done)(struct db_call *);
	struct query *queries[CALL_QUERIES_MAX]; /* owned; all stages' */
	size_t len;
	bool writes;                /* else the transaction is read-only */
	bool is_snapshot;           /* all stages read what the first one saw */
	int timeout_ms;             /* of a statement; 0: statement_timeout_ms */
	const char *actor;          /* token; NULL for none */
	const char *request_id;

	bool is_ok;                 /* after done */
	struct problem problem;     /* why not */

	/* the pool's */
	struct pool *pool;
	struct db *db;
	bool is_last;
	bool asked_last;            /* is_last as asked; a failure sets is_last */
	bool is_queued;
	bool was_repeated;
	unsigned stage;             /* from 1 */
	uint64_t deadline_us;
	TAILQ_ENTRY(db_call) link;
};

/* The next query of the coming stage. */
struct query *db_call_add(struct db_call *, const struct statement *);

/*
 * Starts a stage: sends the queries added since the last one. With is_last
 * the transaction commits (or, after an error, is gone) before done is
 * called and the connection goes back; without, the call keeps it and must
 * start another stage. After a failure there is no further stage.
 */
void db_call_start(struct pool *, struct db_call *, bool is_last);

/* Forgets results and queries; the call may be used again. Not while running. */
void db_call_clear(struct db_call *);

/* Between two stages: those of the stages so far, for a call of many. */
void db_call_forget_stages(struct db_call *);

/* ---- results, always binary ---- */
size_t db_result_rows(const struct db_result *);
size_t db_result_columns(const struct db_result *);
const char *db_result_name(const struct db_result *, size_t column);
uint32_t db_result_type(const struct db_result *, size_t column);
long db_result_column(const struct db_result *, const char *name); /* or -1 */
/* Bytes of a cell; at == NULL for SQL NULL. */
struct slice db_result_cell(const struct db_result *, size_t row, size_t column);
int64_t db_result_int(const struct db_result *, size_t row, size_t column); /* int2/4/8 */

#endif
