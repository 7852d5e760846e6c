/*
 * register.h — the published registers of settings read row by row as they
 * arrive: DfE's Get Information About Schools extract, and Ofsted's list of
 * childcare providers. Columns are found by name; missing ones are absent
 * values, unknown ones are passed over. Each row becomes a record of
 * kind_setting: source_id is the setting's typed reference ("urn:106283").
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_REGISTER_H
#define PROTOCOL_REGISTER_H

#include "arena.h"
#include "problem.h"
#include "record.h"
#include <stdbool.h>
#include <stddef.h>

/* Called once a row; the record lives in the reader's arena. A row that
 * cannot be read comes refused, with "line 12" as where. */
typedef void register_row(void *owner, const struct record *, unsigned line);

/* One layout: its name in the URL ("gias"), and how a row is read. */
struct register_format;
extern const struct register_format register_gias;   /* gias.c */
extern const struct register_format register_ofsted; /* ofsted.c */

struct register_reader;

/* Values live in the arena, which must outlive the reader's use of them. */
struct register_reader *register_reader_new(const struct register_format *,
    struct arena *, register_row *, void *owner);
void register_reader_free(struct register_reader *);

/* False when the file is no such register at all (no header found). */
bool register_reader_feed(struct register_reader *, const char *at, size_t len,
    struct problem *) must_check;
bool register_reader_finish(struct register_reader *, struct problem *) must_check;

#endif
