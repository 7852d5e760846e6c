/*
 * record.h — one record as its owner sent it, read and checked against its
 * kind. A record that is refused stands in its place with the reason, so
 * that its neighbours are not harmed and nothing is silently absent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_RECORD_H
#define PROTOCOL_RECORD_H

#include "buf.h"
#include "digest.h"
#include "fields.h"
#include <stdbool.h>
#include <stdint.h>

enum record_op { RECORD_PUT, RECORD_DELETE };

struct record {
	const struct kind *kind;   /* NULL when refused before it was known */
	struct slice source_id;    /* the sender's own key, 1-128 bytes */
	struct slice was;          /* the key it had before, if it got a new one */
	int64_t revision;          /* 0 and up */
	enum record_op op;
	bool is_refused;
	bool is_superseded;        /* a later revision of it is in the same batch */
	uint8_t hash[16];          /* kind, source_id, fields; zero for a delete */
	struct value *values;      /* kind->fields_len of them; NULL for a delete */
	const struct problem *why; /* when refused; where = pointer into the record */
};

/*
 * The content hash: first 16 bytes of SHA-256 over the kind's name, the
 * source_id and each field in the kind's order, each as presence byte, 4-byte
 * big-endian length and bytes (numbers as 8 bytes big-endian; of what is
 * absent a zero byte alone). Equal records hash alike on any machine, and no
 * two records of a setting do, so the XOR of their hashes tells a set of them.
 */
void record_hash(struct record *, struct digest *);

/* The record as one line of NDJSON, newline included; reading it back gives
 * an equal record. */
void record_print_json(const struct record *, struct buf *out);

#endif
