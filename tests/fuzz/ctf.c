/*
 * ctf — any bytes at all as a transfer file: no crash, every record sound or
 * refused with its place and reason, and no memory beyond what the bytes earn.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void
check(const struct record *record)
{
	assert(record->kind != NULL && record->source_id.len > 0);
	assert(record->revision >= 0);
	assert(record->is_refused == (record->why != NULL));
	assert(record->is_refused == (record->values == NULL));
	if (record->is_refused)
		assert(record->why->where[0] != '\0');
	for (size_t i = 0; i < record->kind->fields_len; i++)
		if (!record->is_refused &&
		    record->kind->fields[i].needed == REQUIRED)
			assert(record->values[i].is_set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct problem why = { 0 };
	struct arena arena;
	struct ctf ctf;

	arena_init(&arena);
	if (ctf_read(&ctf, (const char *)at, len, &arena, &why)) {
		assert(ctf.batch.len >= 2 * ctf.pupils_len);
		for (size_t i = 0; i < ctf.batch.len; i++)
			check(&ctf.batch.records[i]);
	} else {
		assert(why.slug == PROBLEM_FILE_UNREADABLE);
	}
	/* A pupil of seven bytes gets two records with all their fields. */
	assert(arena.used_bytes < 65536 + 2048 * len);
	arena_release(&arena);
	return 0;
}
