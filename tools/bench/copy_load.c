/*
 * copy_load.c — the floor of the sync: rows of core.needs by plain binary
 * COPY over one connection, made in memory before the clock starts. One COPY,
 * and so one transaction, per BATCH rows. Prints rows a second.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <endian.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define OID_TEXT 25

struct bytes {
	char *at;
	size_t len, size;
};

static void
add(struct bytes *bytes, const void *at, size_t len)
{
	if (bytes->len + len > bytes->size) {
		bytes->size = (bytes->size + len) * 2;
		bytes->at = realloc(bytes->at, bytes->size);
	}
	memcpy(bytes->at + bytes->len, at, len);
	bytes->len += len;
}

static void
add_16(struct bytes *bytes, uint16_t n)
{
	n = htobe16(n);
	add(bytes, &n, sizeof(n));
}

static void
add_32(struct bytes *bytes, uint32_t n)
{
	n = htobe32(n);
	add(bytes, &n, sizeof(n));
}

static void
add_cell(struct bytes *bytes, const void *at, size_t len)
{
	add_32(bytes, (uint32_t)len);
	add(bytes, at, len);
}

static void
add_int4(struct bytes *bytes, uint32_t n)
{
	add_32(bytes, 4);
	add_32(bytes, n);
}

static void
add_types(struct bytes *bytes)
{
	add_32(bytes, 20 + 8 + 4 + 3);
	add_32(bytes, 1);
	add_32(bytes, 0);
	add_32(bytes, OID_TEXT);
	add_32(bytes, 2);
	add_32(bytes, 1);
	add_cell(bytes, "SLCN", 4);
	add_cell(bytes, "ASD", 3);
}

/* One row: the columns of the COPY statement in main, in their order. */
static void
add_row(struct bytes *bytes, PGresult *children, int child, unsigned long n)
{
	uint64_t revision = htobe64(n), hash[2] = { n * 0x9e3779b97f4a7c15u, n };
	char source_id[48];
	int len = snprintf(source_id, sizeof(source_id), "copy-%012lu", n);

	add_16(bytes, 9);
	add_cell(bytes, PQgetvalue(children, child, 0), 4);
	add_cell(bytes, source_id, (size_t)len);
	add_cell(bytes, PQgetvalue(children, child, 2), 16);
	add_cell(bytes, &revision, 8);
	add_cell(bytes, hash, 16);
	add_cell(bytes, PQgetvalue(children, child, 1),
	    (size_t)PQgetlength(children, child, 1));
	add_cell(bytes, "K", 1);
	add_int4(bytes, 8000 + (uint32_t)(n % 1500));
	add_types(bytes);
}

static void
copy(PGconn *pg, const char *sql, const struct bytes *rows)
{
	PGresult *result = PQexec(pg, sql);

	if (PQresultStatus(result) != PGRES_COPY_IN
	    || PQputCopyData(pg, rows->at, (int)rows->len) != 1
	    || PQputCopyEnd(pg, NULL) != 1)
		die("copy_load: %s", PQerrorMessage(pg));
	PQclear(result);
	result = PQgetResult(pg);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		die("copy_load: %s", PQerrorMessage(pg));
	PQclear(result);
	while ((result = PQgetResult(pg)) != NULL)
		PQclear(result);
}

/* Batches of rows, each a whole binary stream. */
static struct bytes *
prepare(PGresult *children, unsigned long first, int rows, int batch)
{
	struct bytes *all = calloc((size_t)(rows / batch), sizeof(*all));

	for (int i = 0; i < rows; i++) {
		struct bytes *bytes = &all[i / batch];

		if (i % batch == 0)
			add(bytes, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
		add_row(bytes, children, i % PQntuples(children),
		    first + (unsigned long)i);
		if (i % batch == batch - 1)
			add_16(bytes, 0xffff);
	}
	return all;
}

int
main(int argc, char **argv)
{
	char sql[256];
	int rows, batch;
	struct bytes *all;
	PGresult *children;
	PGconn *pg;
	double began;

	if (argc != 7)
		die("usage: copy_load CONNECTION TABLE FIRST ROWS BATCH SETTINGS"
		    "\nof whose children rows numbered from FIRST are made");
	pg = PQconnectdb(argv[1]);
	rows = atoi(argv[4]);
	batch = atoi(argv[5]);
	if (PQstatus(pg) != CONNECTION_OK || batch < 1 || rows % batch != 0)
		die("copy_load: %s", PQerrorMessage(pg));
	children = PQexecParams(pg, "SELECT setting_id, source_id, child_id"
	    " FROM core.child_records"
	    " WHERE setting_id = ANY (string_to_array($1, ',')::int[])"
	    " ORDER BY 1, 2", 1, NULL, (const char *const *)&argv[6], NULL,
	    NULL, 1);
	if (PQntuples(children) == 0)
		die("copy_load: no children %s", PQerrorMessage(pg));
	all = prepare(children, strtoul(argv[3], NULL, 10), rows, batch);
	snprintf(sql, sizeof(sql), "COPY %s (setting_id, source_id, child_id,"
	    " revision, content_hash, child, provision, start_on, types)"
	    " FROM STDIN (FORMAT binary)", argv[2]);
	began = now_s();
	for (int i = 0; i < rows / batch; i++)
		copy(pg, sql, &all[i]);
	printf("%.0f\n", rows / (now_s() - began));
	PQclear(children);
	PQfinish(pg);
	return 0;
}
