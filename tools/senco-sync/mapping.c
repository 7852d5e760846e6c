/*
 * mapping.c — what a school's own system calls columns and codes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mapping.h"

#include "key_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char mapping_sample[] =
    "# mapping.conf — what your system's columns and codes are called here.\n"
    "# Columns are found without this file when they are called like the\n"
    "# fields (tools/senco-sync/README.md lists them), in any case, with\n"
    "# blanks for underscores. Lines are: YOUR NAME = OUR NAME.\n"
    "#\n"
    "# [child]\n"
    "# Admission Number = source_id\n"
    "# Legal Surname = surname\n"
    "# DOB = born_on\n"
    "# House =\n"
    "#\n"
    "# [child.sex]\n"
    "# Female = F\n"
    "# Male = M\n";

static const char *const common_columns[] = {
	"source_id", "was", "revision", "op", NULL
};

void
mapping_init(struct mapping *mapping, struct arena *arena)
{
	*mapping = (struct mapping){ .arena = arena };
}

void
mapping_release(struct mapping *mapping)
{
	free(mapping->rows);
	mapping->rows = NULL;
	mapping->len = mapping->cap = 0;
}

bool
mapping_is_common(struct slice column)
{
	for (size_t i = 0; common_columns[i] != NULL; i++)
		if (slice_is(column, common_columns[i]))
			return true;
	return false;
}

static const struct field *
field_find(const struct kind *kind, struct slice name)
{
	for (size_t i = 0; i < kind->fields_len; i++)
		if (slice_is(name, kind->fields[i].name))
			return &kind->fields[i];
	return NULL;
}

/* "child" or "child.sex". */
static bool
section_find(struct slice section, struct mapping_row *row,
    struct problem *why)
{
	const char *dot = memchr(section.at, '.', section.len);
	struct slice kind = section, name = { 0 };
	const struct field *field = NULL;

	if (dot != NULL) {
		kind.len = (size_t)(dot - section.at);
		name = (struct slice){ dot + 1, section.len - kind.len - 1 };
	}
	row->kind = kind_find(sync_kinds, kind);
	if (row->kind == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_KIND, NULL,
		    section.len == 0 ? "it stands before the first section; "
		    "begin with a line like [child]" :
		    "[%.*s] is no kind of record", (int)section.len,
		    section.at);
	if (dot != NULL && (field = field_find(row->kind, name)) == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_FIELD, NULL,
		    "a %s has no field \"%.*s\"", row->kind->name,
		    (int)name.len, name.at);
	row->field = field != NULL ? field->name : NULL;
	return true;
}

static bool
line_taken(void *owner, const struct key_line *line, struct problem *why)
{
	struct mapping *mapping = owner;
	struct mapping_row row = { 0 };

	if (!section_find(line->section, &row, why))
		return false;
	if (row.field == NULL && line->value.len > 0 &&
	    !mapping_is_common(line->value) &&
	    field_find(row.kind, line->value) == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_FIELD, NULL,
		    "a %s has no field \"%.*s\"", row.kind->name,
		    (int)line->value.len, line->value.at);
	row.theirs = arena_slice(mapping->arena, line->key);
	row.ours = arena_slice(mapping->arena, line->value);
	if (mapping->len == mapping->cap) {
		mapping->cap = mapping->cap > 0 ? 2 * mapping->cap : 32;
		mapping->rows = reallocarray(mapping->rows, mapping->cap,
		    sizeof(*mapping->rows));
		assert(mapping->rows != NULL);
	}
	mapping->rows[mapping->len++] = row;
	return true;
}

bool
mapping_read(struct mapping *mapping, const char *path, struct problem *why)
{
	return key_file_read(path, false, line_taken, mapping, why);
}

static bool
is_same(struct slice a, struct slice b)
{
	return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

static const struct mapping_row *
row_find(const struct mapping *mapping, const struct kind *kind,
    const char *field, struct slice theirs)
{
	for (size_t i = 0; i < mapping->len; i++) {
		const struct mapping_row *row = &mapping->rows[i];

		if (row->kind == kind && (row->field == NULL) ==
		    (field == NULL) && (field == NULL ||
		    strcmp(row->field, field) == 0) &&
		    is_same(row->theirs, theirs))
			return row;
	}
	return NULL;
}

struct slice
mapping_column(const struct mapping *mapping, const struct kind *kind,
    struct slice heading, struct arena *arena)
{
	const struct mapping_row *row;
	char *name;

	heading = slice_trim(heading);
	row = row_find(mapping, kind, NULL, heading);
	if (row != NULL)
		return row->ours;
	name = arena_text(arena, heading.at, heading.len);
	for (size_t i = 0; i < heading.len; i++)
		if (name[i] == ' ' || name[i] == '-')
			name[i] = '_';
		else if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] - 'A' + 'a');
	return (struct slice){ name, heading.len };
}

struct slice
mapping_code(const struct mapping *mapping, const struct kind *kind,
    const char *field, struct slice value)
{
	const struct mapping_row *row;

	value = slice_trim(value);
	row = row_find(mapping, kind, field, value);
	return row != NULL ? row->ours : value;
}
