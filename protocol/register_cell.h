/*
 * register_cell.h — one cell of a published register made fit to read.
 * Nothing is guessed: what a spreadsheet did is undone where only one thing
 * can have been meant, and left for the row to refuse where not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_REGISTER_CELL_H
#define PROTOCOL_REGISTER_CELL_H

#include "arena.h"
#include "common.h"
#include "text.h"
#include <stdbool.h>

/* UTF-8 or else cp1252 turned into UTF-8; spreadsheet formulas ="x" opened;
 * runs of blanks and line ends made one blank. */
struct slice cell_clean(struct slice raw, struct arena *);
bool cell_is_placeholder(struct slice); /* "", "NULL", "Not applicable" ... */
/* The digits of "1,234", "1 234", "'1234" or "1234.0"; else at == NULL. */
struct slice cell_digits(struct slice, struct arena *);
struct slice cell_without_blanks(struct slice, struct arena *);
bool cell_is_postcode(struct slice); /* by its shape alone */

#endif
