/*
 * xlsx.h — a list as a workbook: its rows on one sheet with their true types,
 * what it is and for whom on another. Blocks for as long as that takes and
 * ends the process when memory runs out, so only a child of the worker
 * (xlsx_job.h) calls it. The one door to libxlsxwriter.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_XLSX_H
#define DAEMON_XLSX_H

#include "common.h"
#include "db.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XLSX_MEDIA_TYPE \
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

struct xlsx {
	const struct db_result *result;
	size_t end;           /* the rows [0, end) */
	const char *title;    /* "SENCO coverage" */
	const char *route;    /* "GET /v1/reports/transitions": no parameters */
	const char *client;   /* who asked */
	int64_t made_us;      /* when, as time_print() takes it */
	bool names_children;
	bool has_more;        /* it is a page, and not the last one */
};

/* Writes all of it into the file, which must be a memfd; closes nothing. */
bool xlsx_write(const struct xlsx *, int fd) must_check;

#endif
