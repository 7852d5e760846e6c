/*
 * export_file.h — a file of an export while it is made: rows go in, pieces
 * of a gzip of their NDJSON come out, with its length and SHA-256. Used again
 * for the next file. Knows no database.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_EXPORT_FILE_H
#define DAEMON_EXPORT_FILE_H

#include "buf.h"
#include "db.h"
#include "digest.h"
#include "text.h"
#include <stdbool.h>
#include <stdint.h>

/* Every piece of a file but its last; core.export_pieces holds to it. */
#define EXPORT_PIECE_BYTES (256 * 1024)

struct export_file {
	int64_t records, bytes;       /* taken in; given out */
	int pieces;                   /* given out */
	uint8_t sha256[DIGEST_SIZE];  /* once all is given out */
	bool is_ended;                /* no more rows */

	/* its own */
	struct deflate *deflate;
	struct digest *digest;
	struct buf text, packed;
	size_t given;                 /* of packed, since the last forget */
};

void export_file_init(struct export_file *);
void export_file_release(struct export_file *); /* usable after another init */
void export_file_begin(struct export_file *);   /* the next one */

void export_file_add(struct export_file *, const struct db_result *);
void export_file_end(struct export_file *);

/* The next piece, if one is ready; it stays where it is until the forget. */
bool export_file_piece(struct export_file *, struct slice *piece);
void export_file_forget(struct export_file *);

/* Another piece could be given, or the last one was and sha256 is set. */
bool export_file_has_piece(const struct export_file *);
bool export_file_is_whole(const struct export_file *);

#endif
