/*
 * arrays.h — PostgreSQL arrays in their binary form, built element by
 * element in a buf: how a batch of records goes to the database in one call.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_ARRAYS_H
#define DAEMON_ARRAYS_H

#include "buf.h"
#include "db.h"
#include "fields.h"
#include <stdint.h>

/* Begins a one-dimensional array of len elements, NULLs allowed. */
void array_start(struct buf *, uint32_t element_type, size_t len);
void array_add_null(struct buf *);
void array_add_bytes(struct buf *, const void *at, size_t len); /* text, uuid */
void array_add_int4(struct buf *, int32_t); /* int4 and date */
void array_add_int8(struct buf *, int64_t); /* int8 and timestamptz */
void array_add_double(struct buf *, double);  /* float8 */
void array_add_bool(struct buf *, bool);

/* The element type a field's values are sent as, and the array's type. */
uint32_t array_element_type(const struct field *);
uint32_t array_type(const struct field *);
void array_add_value(struct buf *, const struct field *, const struct value *);

#endif
