/*
 * json_writer.h — JSON text into a buf, without a tree in between.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_JSON_WRITER_H
#define PROTOCOL_JSON_WRITER_H

#include "buf.h"
#include "text.h"

/* A JSON string with its quotes; bytes are taken to be UTF-8. */
void json_add_string(struct buf *, const char *at, size_t len);
void json_add_text(struct buf *, const char *text); /* null for NULL */

#endif
