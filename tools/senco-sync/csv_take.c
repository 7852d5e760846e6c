/*
 * csv_take.c — a CSV of one kind of record. Its columns are the fields of
 * the kind and source_id, revision and op, found by their headings or by the
 * mapping; what stands in a cell becomes what the wire wants where only one
 * thing can be meant: dates as dd/mm/yyyy, yes and no, lists between bars.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "read_inbox.h"

#include "buf.h"
#include "csv_reader.h"
#include "dates.h"
#include "register_cell.h"

#include <string.h>

enum { COLUMN_FIELD, COLUMN_SOURCE_ID, COLUMN_WAS, COLUMN_REVISION,
       COLUMN_OP, COLUMN_NONE };

struct column {
	int use;
	size_t field; /* of COLUMN_FIELD */
};

struct intake {
	struct reading *reading;
	const struct mapping *mapping;
	const struct kind *kind;
	struct arena arena;       /* of the row */
	struct arena lasting;
	struct column *columns;   /* NULL until the headings are read */
	size_t columns_len;
	bool has_revision;
	bool is_broken;           /* the headings are of no use */
	struct problem *why;
};

static const struct field revision_field = {
	"revision", FIELD_TEXT, OPTIONAL, .max = 19
};
static const struct field source_id_field = {
	"source_id", FIELD_TEXT, REQUIRED, .max = 128
};

/* ---- the headings ---- */

static struct column
column_of(const struct kind *kind, struct slice name)
{
	if (slice_is(name, "source_id"))
		return (struct column){ COLUMN_SOURCE_ID, 0 };
	if (slice_is(name, "was"))
		return (struct column){ COLUMN_WAS, 0 };
	if (slice_is(name, "revision"))
		return (struct column){ COLUMN_REVISION, 0 };
	if (slice_is(name, "op"))
		return (struct column){ COLUMN_OP, 0 };
	for (size_t i = 0; i < kind->fields_len; i++)
		if (slice_is(name, kind->fields[i].name))
			return (struct column){ COLUMN_FIELD, i };
	return (struct column){ COLUMN_NONE, 0 };
}

static bool
has_column(const struct intake *intake, int use, size_t field)
{
	for (size_t i = 0; i < intake->columns_len; i++)
		if (intake->columns[i].use == use &&
		    intake->columns[i].field == field)
			return true;
	return false;
}

static void
column_lacks(struct intake *intake, const char *name)
{
	intake->is_broken = true;
	(void)problem_set(intake->why, PROBLEM_MISSING_FIELD, NULL,
	    "no column is called %s, which every %s needs; mapping.conf can "
	    "say which of your columns it is", name, intake->kind->name);
}

static void
headings_judge(struct intake *intake)
{
	const struct kind *kind = intake->kind;

	intake->has_revision = has_column(intake, COLUMN_REVISION, 0);
	if (!has_column(intake, COLUMN_SOURCE_ID, 0))
		column_lacks(intake, "source_id");
	for (size_t i = 0; i < kind->fields_len && !intake->is_broken; i++)
		if (kind->fields[i].needed == REQUIRED &&
		    !has_column(intake, COLUMN_FIELD, i))
			column_lacks(intake, kind->fields[i].name);
}

/* A column misspelt must not be passed over in silence. */
static void
stranger_note(struct intake *intake, struct slice heading)
{
	char *note = intake->reading->note;
	size_t len = strlen(note), room = sizeof(intake->reading->note) - len;

	snprintf(note + len, room, "%s\"%.*s\"", len == 0 ? "these columns are "
	    "no field of its kind and were passed over: " : ", ",
	    (int)heading.len, heading.at);
}

static void
headings_read(struct intake *intake, const struct csv_row *row)
{
	struct column *columns = arena_array(&intake->lasting, row->len,
	    sizeof(*columns));

	intake->columns = columns;
	for (size_t i = 0; i < row->len && !intake->is_broken; i++) {
		struct slice heading = cell_clean(row->cells[i],
		    &intake->lasting);
		struct slice name = mapping_column(intake->mapping,
		    intake->kind, heading, &intake->lasting);
		struct column column = column_of(intake->kind, name);

		if (column.use != COLUMN_NONE &&
		    has_column(intake, column.use, column.field)) {
			intake->is_broken = true;
			(void)problem_set(intake->why, PROBLEM_DUPLICATE_FIELD,
			    NULL, "two columns are called %.*s",
			    (int)name.len, name.at);
		}
		if (column.use == COLUMN_NONE && name.len > 0)
			stranger_note(intake, heading);
		columns[intake->columns_len++] = column;
	}
	if (!intake->is_broken)
		headings_judge(intake);
}

/* ---- the cells ---- */

/* "SLCN; ASD" or "SLCN ASD" as "SLCN,ASD", each code mapped. */
static struct slice
codes_text(const struct intake *intake, const struct field *field,
    struct slice cell, struct arena *arena)
{
	static const char between[] = ",;|/ ";
	struct slice text = { arena_text(arena, "", 0), 0 };

	while (cell.len > 0) {
		struct slice word = cell;
		struct slice code;

		for (word.len = 0; word.len < cell.len &&
		    strchr(between, cell.at[word.len]) == NULL; word.len++)
			continue;
		cell.at += word.len + (word.len < cell.len);
		cell.len -= word.len + (word.len < cell.len);
		if (word.len == 0)
			continue;
		code = mapping_code(intake->mapping, intake->kind,
		    field->name, word);
		text.at = arena_print(arena, "%.*s%s%.*s", (int)text.len,
		    text.at, text.len > 0 ? "," : "", (int)code.len, code.at);
		text.len = strlen(text.at);
	}
	return text;
}

/* "speak in turn | ask for help" as the two texts. */
static struct slice
texts_text(struct slice cell, struct arena *arena)
{
	struct buf text;
	struct slice out;

	buf_init(&text);
	while (cell.len > 0) {
		const char *bar = memchr(cell.at, '|', cell.len);
		struct slice one = cell;

		if (bar != NULL)
			one.len = (size_t)(bar - cell.at);
		cell.at += one.len + (bar != NULL);
		cell.len -= one.len + (bar != NULL);
		one = slice_trim(one);
		if (one.len > 0 && text.len > 0)
			buf_add_char(&text, '\n');
		buf_add(&text, one.at, one.len);
	}
	out = arena_slice(arena, (struct slice){
		text.at != NULL ? text.at : "", text.len
	});
	buf_release(&text);
	return out;
}

static struct slice
date_text(struct slice cell, struct arena *arena)
{
	char iso[DATE_TEXT_SIZE];
	int32_t date;

	if (!date_read_register(cell, &date))
		return cell;
	date_print(date, iso);
	return arena_slice(arena, slice_of(iso));
}

static struct slice
bool_text(struct slice cell)
{
	static const char *const yes[] = { "yes", "y", "1", "true" };
	static const char *const no[] = { "no", "n", "0", "false" };

	for (size_t i = 0; i < nitems(yes); i++) {
		if (slice_is_caseless(cell, yes[i]))
			return SLICE("true");
		if (slice_is_caseless(cell, no[i]))
			return SLICE("false");
	}
	return cell;
}

/* What the field's reader shall judge. */
static struct slice
cell_text(struct intake *intake, const struct field *field, struct slice cell)
{
	struct slice mapped;

	if (field->type == FIELD_CODES) {
		mapped = mapping_code(intake->mapping, intake->kind,
		    field->name, cell); /* a whole cell may be mapped too */
		return codes_text(intake, field, mapped, &intake->arena);
	}
	cell = mapping_code(intake->mapping, intake->kind, field->name, cell);
	if (field->type == FIELD_TEXTS)
		return texts_text(cell, &intake->arena);
	if (field->type == FIELD_DATE)
		return date_text(cell, &intake->arena);
	if (field->type == FIELD_BOOL)
		return bool_text(cell);
	return cell;
}

static bool
is_absent(const struct field *field, struct slice cell)
{
	return cell.len == 0 ||
	       (field->type != FIELD_TEXT && cell_is_placeholder(cell));
}

static void
refuse(struct intake *intake, struct record *record, const char *where,
    const struct problem *said)
{
	struct problem *why;

	if (record->is_refused)
		return; /* the first fault is the one told */
	why = arena_alloc(&intake->arena, sizeof(*why));
	(void)problem_set(why, said->slug, where, "%s", said->detail);
	record->is_refused = true;
	record->why = why;
}

static void
field_cell_read(struct intake *intake, struct record *record, size_t i,
    struct slice cell)
{
	const struct field *field = &intake->kind->fields[i];
	struct problem why = { 0 };

	if (is_absent(field, cell))
		return;
	cell = cell_text(intake, field, cell);
	if (cell.len > 0 && !field_read(field, cell, &intake->arena,
	    &record->values[i], field->name, &why))
		refuse(intake, record, field->name, &why);
}

static void
common_cell_read(struct intake *intake, struct record *record, int use,
    struct slice cell)
{
	struct problem why = { 0 };
	struct value value;

	if (use == COLUMN_WAS && cell.len == 0)
		return;
	if (use == COLUMN_SOURCE_ID || use == COLUMN_WAS) {
		if (!field_read(&source_id_field, cell, &intake->arena, &value,
		    "source_id", &why))
			refuse(intake, record, "source_id", &why);
		else if (use == COLUMN_WAS)
			record->was = value.text;
		else
			record->source_id = value.text;
	} else if (use == COLUMN_OP) {
		if (slice_is_caseless(cell, "delete"))
			record->op = RECORD_DELETE;
		else if (cell.len > 0 && !slice_is_caseless(cell, "put") &&
		    !problem_set(&why, PROBLEM_UNKNOWN_CODE, NULL,
		    "op must be put or delete"))
			refuse(intake, record, "op", &why);
	} else if (!text_read_uint(cell, &record->revision) &&
	    !problem_set(&why, PROBLEM_MALFORMED_FIELD, NULL,
	    "%s must be a whole number", revision_field.name)) {
		refuse(intake, record, "revision", &why);
	}
}

static void
needed_check(struct intake *intake, struct record *record)
{
	for (size_t i = 0; i < intake->kind->fields_len; i++) {
		const struct field *field = &intake->kind->fields[i];
		struct problem why = { .slug = PROBLEM_MISSING_FIELD };

		if (field->needed == REQUIRED && !record->values[i].is_set)
			refuse(intake, record, field->name, &why);
	}
}

static bool
is_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->len; i++)
		if (slice_trim(row->cells[i]).len > 0)
			return false;
	return true;
}

static void
cells_read(struct intake *intake, struct record *record,
    const struct csv_row *row)
{
	struct problem why = { 0 };

	for (size_t i = 0; i < row->len; i++) {
		struct slice cell = cell_clean(row->cells[i], &intake->arena);

		if (i >= intake->columns_len) {
			if (cell.len > 0 && !problem_set(&why,
			    PROBLEM_MALFORMED_FIELD, NULL,
			    "the row has more cells than there are headings"))
				refuse(intake, record, "", &why);
		} else if (intake->columns[i].use == COLUMN_FIELD) {
			field_cell_read(intake, record,
			    intake->columns[i].field, cell);
		} else if (intake->columns[i].use != COLUMN_NONE) {
			common_cell_read(intake, record,
			    intake->columns[i].use, cell);
		}
	}
}

static void
row_read(void *owner, const struct csv_row *row)
{
	struct intake *intake = owner;
	struct record record = { .kind = intake->kind };

	if (intake->is_broken)
		return;
	if (intake->columns == NULL) {
		headings_read(intake, row);
		return;
	}
	if (is_empty(row))
		return;
	record.values = arena_array(&intake->arena, intake->kind->fields_len,
	    sizeof(*record.values));
	cells_read(intake, &record, row);
	if (record.op == RECORD_DELETE)
		record.values = NULL;
	else
		needed_check(intake, &record);
	if (record.source_id.len == 0 && !record.is_refused) {
		struct problem why = { .slug = PROBLEM_MISSING_FIELD };

		refuse(intake, &record, "source_id", &why);
	}
	reading_add(intake->reading, &record, row->first_line);
	arena_release(&intake->arena);
}

/* ---- the file ---- */

const struct kind *
csv_kind_of(const char *name)
{
	size_t len = strlen(name);
	const char *at;

	if (len <= 4)
		return NULL;
	len -= 4; /* ".csv" */
	for (at = name + len; at > name && at[-1] != '.'; at--)
		continue;
	for (size_t i = 0; sync_kinds[i] != NULL; i++) {
		const char *kind = sync_kinds[i]->name;
		struct slice word = { at, (size_t)(name + len - at) };

		if (slice_is_caseless(word, kind) ||
		    (strcmp(kind, "child") == 0 &&
		    slice_is_caseless(word, "children")))
			return sync_kinds[i];
		if (word.len > 1 && (word.at[word.len - 1] | 0x20) == 's' &&
		    (word.len--, slice_is_caseless(word, kind)))
			return sync_kinds[i];
	}
	return NULL;
}

/* Half a file: its last line has no end, or a quoted cell none. */
static bool
is_finished(struct slice bytes, struct problem *why)
{
	size_t quotes = 0;

	for (size_t i = 0; i < bytes.len; i++)
		quotes += bytes.at[i] == '"';
	if (bytes.len == 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file is empty");
	if (bytes.at[bytes.len - 1] != '\n')
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "its last line has no end, so it may not be written to "
		    "its end yet");
	return quotes % 2 == 0 || problem_set(why, PROBLEM_FILE_UNREADABLE,
	    NULL, "a quoted cell in it has no end, so it may not be written "
	    "to its end yet");
}

bool
csv_take(struct reading *reading, const struct mapping *mapping,
    struct slice bytes, struct problem *why)
{
	struct intake intake = {
		.reading = reading, .mapping = mapping, .why = why,
		.kind = reading->kind,
	};
	struct csv_reader *reader;
	bool is_taken;

	if (!is_finished(bytes, why))
		return false;
	arena_init(&intake.arena);
	arena_init(&intake.lasting);
	reader = csv_reader_new(row_read, &intake);
	is_taken = csv_reader_feed(reader, bytes.at, bytes.len, why) &&
	    csv_reader_finish(reader, why) && !intake.is_broken;
	if (is_taken && intake.columns == NULL)
		is_taken = problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "it has no line of headings");
	reading->is_numbered = !intake.has_revision;
	csv_reader_free(reader);
	arena_release(&intake.lasting);
	arena_release(&intake.arena);
	return is_taken;
}
