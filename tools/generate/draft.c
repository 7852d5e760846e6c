/*
 * draft.c — a field that does not pass is a mistake of ours and ends the
 * program, naming the field.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "draft.h"

#include "dates.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
draft_start(struct draft *draft, int kind, const char *source_id,
    struct arena *arena)
{
	memset(draft, 0, sizeof(*draft));
	draft->arena = arena;
	draft->record.kind = sync_kinds[kind];
	draft->record.source_id =
	    slice_of(arena_text(arena, source_id, strlen(source_id)));
	draft->record.revision = 1;
	draft->record.op = RECORD_PUT;
	draft->record.values = draft->values;
}

void
draft_text(struct draft *draft, const char *name, const char *text)
{
	const struct kind *kind = draft->record.kind;
	struct problem why = { 0 };

	if (text == NULL || *text == '\0')
		return;
	for (size_t i = 0; i < kind->fields_len; i++) {
		if (strcmp(kind->fields[i].name, name) != 0)
			continue;
		if (field_read(&kind->fields[i], slice_of(text), draft->arena,
		    &draft->values[i], name, &why))
			return;
		fprintf(stderr, "generate: %s.%s: %s\n", kind->name, name,
		    why.detail);
		exit(1);
	}
	fprintf(stderr, "generate: %s has no field %s\n", kind->name, name);
	exit(1);
}

void
draft_date(struct draft *draft, const char *name, int32_t date)
{
	char *text;

	if (date == DATE_NONE)
		return;
	text = arena_alloc(draft->arena, DATE_TEXT_SIZE);
	date_print(date, text);
	draft_text(draft, name, text);
}

void
draft_int(struct draft *draft, const char *name, int number)
{
	draft_text(draft, name, arena_print(draft->arena, "%d", number));
}

void
draft_finish(struct draft *draft)
{
	static struct digest *digest; /* one for the whole run */

	if (digest == NULL)
		digest = digest_new();
	record_hash(&draft->record, digest);
}
