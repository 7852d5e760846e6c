/*
 * csv_reader.h — CSV bytes in, rows of cells out, in pieces of any size: a
 * thin door over libcsv that adds what registers need, namely the physical
 * lines a row came from, the byte order mark gone, and limits. Blank lines
 * give no row; LF, CRLF and CR may be mixed. (Not csv.h: that is libcsv's.)
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CSV_READER_H
#define PROTOCOL_CSV_READER_H

#include "common.h"
#include "problem.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>

#define CSV_CELL_BYTES_MAX (64 * 1024)
#define CSV_ROW_BYTES_MAX (1024 * 1024)
#define CSV_CELLS_MAX 1000

/* A row as it stands in the file; the bytes are borrowed for the call. */
struct csv_row {
	const struct slice *cells; /* an empty cell has len 0, never NULL */
	size_t len;
	unsigned first_line;       /* counted from 1, as an editor would */
	unsigned last_line;
};

typedef void csv_row_read(void *owner, const struct csv_row *);

struct csv_reader;

struct csv_reader *csv_reader_new(csv_row_read *, void *owner);
void csv_reader_free(struct csv_reader *);

/*
 * False, with file_unreadable and the line, past a limit or for UTF-16; the
 * reader must then not be fed again.
 */
bool csv_reader_feed(struct csv_reader *, const char *at, size_t len,
    struct problem *) must_check;
/* Gives out a last row that has no line end. */
bool csv_reader_finish(struct csv_reader *, struct problem *) must_check;

#endif
