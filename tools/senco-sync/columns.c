/*
 * columns.c — `senco-sync help columns`.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "columns.h"

#include "fields.h"

void
columns_print(FILE *out)
{
	fputs("| file | columns |\n|---|---|\n", out);
	for (size_t i = 0; sync_kinds[i] != NULL; i++) {
		const struct kind *kind = sync_kinds[i];

		fprintf(out, "| `%s.csv` | **source_id**", kind->name);
		for (size_t f = 0; f < kind->fields_len; f++) {
			const char *mark =
			    kind->fields[f].needed == REQUIRED ? "**" : "";

			fprintf(out, ", %s%s%s", mark, kind->fields[f].name,
			    mark);
		}
		fputs(" |\n", out);
	}
}
