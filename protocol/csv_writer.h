/*
 * csv_writer.h — RFC 4180 cells into a buf. A cell that a spreadsheet would
 * take for a formula (= + - @ tab CR at its start) gets an apostrophe before
 * it, unless it is a plain number.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CSV_WRITER_H
#define PROTOCOL_CSV_WRITER_H

#include "buf.h"

void csv_add_cell(struct buf *, const char *at, size_t len, bool is_first);
void csv_end_line(struct buf *); /* CRLF */

#endif
