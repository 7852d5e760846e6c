/*
 * store.h — the agent's memory, a SQLite file: the one door to libsqlite3.
 * What is committed survives a power cut (WAL, synchronous=FULL). A fault
 * (disk full, damaged file) is kept: whatever is asked after it is left
 * undone and finds nothing, and the commit, or store_is_well, tells of it.
 * So a transaction is written as if nothing could go wrong, and judged once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_STORE_H
#define SENCO_SYNC_STORE_H

#include "problem.h"
#include "text.h"
#include <stdbool.h>
#include <stdint.h>

struct store;

/* schema is applied in each opening: CREATE … IF NOT EXISTS. */
struct store *store_open(const char *path, const char *schema,
    bool may_create, struct problem *) must_check;
void store_close(struct store *);

/*
 * The parameters ?1, ?2 … by letters: t text (const char *, NULL is NULL),
 * s text (struct slice, at == NULL is NULL), b bytes (struct slice), i number
 * (int64_t). The SQL must be a literal: statements are kept by its address.
 */
void store_do(struct store *, const char *sql, const char *types, ...);
/* The first cell of the first row; 0 when there is none. */
int64_t store_number(struct store *, const char *sql, const char *types, ...);

void store_begin(struct store *);
/* False: nothing of the transaction stays, and why; the fault is forgotten. */
bool store_commit(struct store *, struct problem *) must_check;
void store_rollback(struct store *);
bool store_is_well(struct store *, struct problem *) must_check;

/* Rows; texts are borrowed until the next call. */
struct query {
	struct store *store;
	void *statement;
};

void query_start(struct query *, struct store *, const char *sql,
    const char *types, ...);
bool query_next(struct query *);
struct slice query_text(const struct query *, int column); /* NULL: at NULL */
const char *query_string(const struct query *, int column); /* "" for NULL */
int64_t query_int(const struct query *, int column);
void query_end(struct query *); /* before the last row; else by itself */

#endif
