/*
 * export_file.c — rows to NDJSON to gzip to pieces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "export_file.h"

#include <string.h>

#include "arena.h"
#include "deflate.h"
#include "rows.h"

void
export_file_init(struct export_file *file)
{
	memset(file, 0, sizeof(*file));
	file->deflate = deflate_new();
	file->digest = digest_new();
}

void
export_file_release(struct export_file *file)
{
	deflate_free(file->deflate);
	digest_free(file->digest);
	file->deflate = NULL;
	file->digest = NULL;
	buf_release(&file->text);
	buf_release(&file->packed);
}

void
export_file_begin(struct export_file *file)
{
	file->records = file->bytes = 0;
	file->pieces = 0;
	file->is_ended = false;
	digest_start(file->digest);
}

void
export_file_add(struct export_file *file, const struct db_result *result)
{
	struct arena arena;
	struct rows rows;

	arena_init(&arena);
	rows_init(&rows, result, ROWS_NDJSON, db_result_rows(result), &arena);
	rows_print(&rows, &file->text, SIZE_MAX);
	arena_release(&arena);
	deflate_add(file->deflate, (struct slice){ file->text.at,
	                                           file->text.len }, &file->packed);
	buf_clear(&file->text);
	file->records += (int64_t)db_result_rows(result);
}

void
export_file_end(struct export_file *file)
{
	deflate_end(file->deflate, &file->packed);
	file->is_ended = true;
}

static size_t
left(const struct export_file *file)
{
	return file->packed.len - file->given;
}

bool
export_file_has_piece(const struct export_file *file)
{
	return left(file) >= EXPORT_PIECE_BYTES ||
	       (file->is_ended && left(file) > 0);
}

bool
export_file_is_whole(const struct export_file *file)
{
	return file->is_ended && left(file) == 0;
}

bool
export_file_piece(struct export_file *file, struct slice *piece)
{
	if (!export_file_has_piece(file))
		return false;
	piece->at = file->packed.at + file->given;
	piece->len = left(file) < EXPORT_PIECE_BYTES ? left(file) :
	    EXPORT_PIECE_BYTES;
	digest_add(file->digest, piece->at, piece->len);
	file->given += piece->len;
	file->bytes += (int64_t)piece->len;
	file->pieces++;
	if (export_file_is_whole(file))
		digest_finish(file->digest, file->sha256);
	return true;
}

void
export_file_forget(struct export_file *file)
{
	buf_drop(&file->packed, file->given);
	file->given = 0;
}
