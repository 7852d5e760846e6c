/*
 * buf.h — a growing run of bytes: reply heads, JSON, CSV and binary
 * parameters are all built in one. Growth never fails (see arena.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_BUF_H
#define PROTOCOL_BUF_H

#include "text.h"
#include "common.h"
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *at;   /* owned; NULL while empty */
	size_t len;
	size_t cap;
};

void buf_init(struct buf *);
void buf_release(struct buf *);  /* frees; usable again afterwards */
void buf_clear(struct buf *);    /* keeps the memory */
void buf_reserve(struct buf *, size_t more); /* room for that many more */
void buf_drop(struct buf *, size_t n);       /* the first n bytes go */

void buf_add(struct buf *, const void *at, size_t len);
void buf_add_text(struct buf *, const char *text);
void buf_add_char(struct buf *, char);
void buf_add_int(struct buf *, int64_t); /* decimal */
void buf_add_uint(struct buf *, uint64_t);
void buf_print(struct buf *, const char *fmt, ...) printf_like(2, 3);

/* Network byte order, as PostgreSQL's binary formats want it. */
void buf_add_be16(struct buf *, uint16_t);
void buf_add_be32(struct buf *, uint32_t);
void buf_add_be64(struct buf *, uint64_t);
void buf_set_be32(struct buf *, size_t offset, uint32_t); /* patch a length */

#endif
