/*
 * columns.h — the columns of the CSV files, printed from the kinds' own
 * tables of fields, so that what is documented is what is read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_COLUMNS_H
#define SENCO_SYNC_COLUMNS_H

#include <stdio.h>

/* A table in Markdown, a row a kind; required columns in bold. */
void columns_print(FILE *);

#endif
