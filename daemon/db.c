/*
 * db.c — statements, parameters and results: the parts of a call that need
 * no connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "db.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <string.h>

#include "db_internal.h"
#include "mem.h"

const struct statement *
statement_new(const char *sql, size_t params, const uint32_t types[])
{
	static unsigned made;
	struct statement *st = mem_alloc(sizeof(*st));
	assert(made < STATEMENTS_MAX && params <= QUERY_PARAMS_MAX);
	st->sql = sql;
	st->number = made++;
	st->params = params;
	snprintf(st->name, sizeof(st->name), "s%u", st->number);
	if (params > 0)
		memcpy(st->types, types, params * sizeof(types[0]));
	return st;
}

static void
query_add(struct query *query, const char *at, size_t len, int format)
{
	assert(query->params < QUERY_PARAMS_MAX);
	query->values[query->params] = at;
	query->lengths[query->params] = (int)len;
	query->formats[query->params++] = format;
}

void
query_text(struct query *query, const char *value)
{
	query_add(query, value, 0, 0);
}

void
query_slice(struct query *query, struct slice value)
{
	assert(value.at == NULL || value.at[value.len] == '\0');
	query_add(query, value.at, value.len, 0);
}

void
query_binary(struct query *query, const void *at, size_t len)
{
	query_add(query, at, len, 1);
}

struct query *
db_call_add(struct db_call *call, const struct statement *statement)
{
	struct query *query = mem_alloc(sizeof(*query));
	assert(call->len < CALL_QUERIES_MAX);
	call->queries[call->len++] = query;
	query->statement = statement;
	return query;
}

void
db_call_forget(struct db_call *call)
{
	for (size_t i = 0; i < call->len; i++) {
		PQclear((PGresult *)call->queries[i]->result);
		call->queries[i]->result = NULL;
	}
}

void
db_call_forget_stages(struct db_call *call)
{
	db_call_forget(call);
	for (size_t i = 0; i < call->len; i++)
		free(call->queries[i]);
	call->len = 0;
}

void
db_call_clear(struct db_call *call)
{
	db_call_forget_stages(call);
	call->stage = 0;
	call->was_repeated = false;
	call->problem.slug = PROBLEM_NONE;
}

size_t
db_result_rows(const struct db_result *result)
{
	return (size_t)PQntuples((const PGresult *)result);
}

size_t
db_result_columns(const struct db_result *result)
{
	return (size_t)PQnfields((const PGresult *)result);
}

const char *
db_result_name(const struct db_result *result, size_t column)
{
	return PQfname((const PGresult *)result, (int)column);
}

uint32_t
db_result_type(const struct db_result *result, size_t column)
{
	return PQftype((const PGresult *)result, (int)column);
}

long
db_result_column(const struct db_result *result, const char *name)
{
	for (size_t i = 0; i < db_result_columns(result); i++)
		if (strcmp(db_result_name(result, i), name) == 0)
			return (long)i;
	return -1;
}

struct slice
db_result_cell(const struct db_result *result, size_t row, size_t column)
{
	const PGresult *pg = (const PGresult *)result;
	if (PQgetisnull(pg, (int)row, (int)column))
		return (struct slice){ NULL, 0 };
	return (struct slice){ PQgetvalue(pg, (int)row, (int)column),
		               (size_t)PQgetlength(pg, (int)row, (int)column) };
}

int64_t
db_result_int(const struct db_result *result, size_t row, size_t column)
{
	struct slice cell = db_result_cell(result, row, column);
	uint16_t two;
	uint32_t four;
	uint64_t eight;
	switch (cell.len) {
	case 2:
		memcpy(&two, cell.at, 2);
		return (int16_t)be16toh(two);
	case 4:
		memcpy(&four, cell.at, 4);
		return (int32_t)be32toh(four);
	case 8:
		memcpy(&eight, cell.at, 8);
		return (int64_t)be64toh(eight);
	default:
		return 0;
	}
}
