/*
 * bare_sql.c — the floor of a report: its SQL as the daemon sends it, as the
 * daemon's role, for the same client, in one pipeline, with binary rows of
 * which nothing is made. Prints the milliseconds of each run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define PARAMS_MAX 32

/* The plan of a prepared statement settles after five runs. */
#define WARM_UP 6

static const char actor_sql[] =
    "SELECT pg_catalog.set_config('app.actor', $1, true),"
    " pg_catalog.set_config('app.request', $2, true),"
    " pg_catalog.set_config('transaction_read_only', $3, true)";

static void
check(PGconn *pg, PGresult *result, ExecStatusType wanted)
{
	if (PQresultStatus(result) != wanted)
		die("bare_sql: %s", PQerrorMessage(pg));
}

static char *
mint(PGconn *pg, const char *fingerprint)
{
	PGresult *result = PQexecParams(pg, "SELECT token"
	    " FROM api.identify(decode($1, 'hex'))", 1, NULL,
	    &fingerprint, NULL, NULL, 0);
	char *token;

	check(pg, result, PGRES_TUPLES_OK);
	if (PQntuples(result) != 1)
		die("bare_sql: the client is not enrolled");
	token = strdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return token;
}

static int
take(PGconn *pg, ExecStatusType wanted)
{
	PGresult *result = PQgetResult(pg);
	int rows;

	check(pg, result, wanted);
	rows = PQntuples(result);
	PQclear(result);
	if (wanted == PGRES_TUPLES_OK && PQgetResult(pg) != NULL)
		die("bare_sql: more than one result");
	return rows;
}

static int
run(PGconn *pg, const char *token, const char *const params[], int len)
{
	const char *actor[] = { token, "bench", "on" };
	int rows;

	if (!PQsendQueryPrepared(pg, "actor", 3, actor, NULL, NULL, 1)
	    || !PQsendQueryPrepared(pg, "report", len, params, NULL, NULL, 1)
	    || !PQpipelineSync(pg))
		die("bare_sql: %s", PQerrorMessage(pg));
	take(pg, PGRES_TUPLES_OK);
	rows = take(pg, PGRES_TUPLES_OK);
	take(pg, PGRES_PIPELINE_SYNC);
	return rows;
}

int
main(int argc, char **argv)
{
	const char *params[PARAMS_MAX];
	Oid types[PARAMS_MAX];
	int len = 0, count, rows = 0;
	PGconn *pg;
	char *token;

	if (argc < 5)
		die("usage: bare_sql CONNECTION FINGERPRINT COUNT SQL"
		    " [TYPE:VALUE|TYPE:NULL ...]");
	for (int i = 5; i < argc && len < PARAMS_MAX; i++) {
		char *value = strchr(argv[i], ':');

		if (value == NULL)
			die("bare_sql: a parameter is TYPE:VALUE");
		types[len] = (Oid)atoi(argv[i]);
		params[len++] = strcmp(value, ":NULL") == 0 ? NULL : value + 1;
	}
	pg = PQconnectdb(argv[1]);
	if (PQstatus(pg) != CONNECTION_OK)
		die("bare_sql: %s", PQerrorMessage(pg));
	token = mint(pg, argv[2]);
	PQclear(PQprepare(pg, "actor", actor_sql, 3, NULL));
	check(pg, PQprepare(pg, "report", argv[4], len, types),
	    PGRES_COMMAND_OK);
	PQenterPipelineMode(pg);
	count = atoi(argv[3]);
	for (int i = -WARM_UP; i < count; i++) {
		double began = now_s();

		rows = run(pg, token, params, len);
		if (i >= 0)
			printf("%.3f\n", (now_s() - began) * 1e3);
	}
	fprintf(stderr, "rows=%d\n", rows);
	free(token);
	PQfinish(pg);
	return 0;
}
