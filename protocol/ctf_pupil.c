/*
 * ctf_pupil.c — the child and the placement of one Pupil. A UPN is a blind
 * number and not for use as an id, so the child is known by a digest of it;
 * no problem ever holds what an element says, only which element it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_pupil.h"

#include <assert.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#include "ctf_xml.h"
#include "dates.h"
#include "fields.h"

#define CHILD_ID_HEX 24

/* The first element present fills the field. */
static const struct {
	const char *field, *path;
} child_elements[] = {
	{ "surname",            "Surname" },
	{ "forename",           "Forename" },
	{ "middle_names",       "BasicDetails/MiddleNames" },
	{ "preferred_surname",  "BasicDetails/PreferredSurname" },
	{ "preferred_forename", "BasicDetails/PreferredForename" },
	{ "former_surname",     "BasicDetails/FormerSurname" },
	{ "born_on",            "DOB" },
	{ "sex",                "Sex" },
	{ "sex",                "Gender" },
	{ "upn",                "UPN" },
	{ "former_upn",         "BasicDetails/FormerUPN" },
	{ "former_upn",         "FormerUPN" },
	{ "uln",                "UniqueLearnerNumber" },
	{ "uln",                "BasicDetails/UniqueLearnerNumber" },
	{ "postcode",           "Address/PostCode" },
	{ "year_group",         "BasicDetails/NCyearActual" },
};

static const struct {
	const char *code, *word;
} enrolments[] = {
	{ "C", "current" }, { "G", "guest" }, { "M", "main" },
	{ "S", "subsidiary" },
};

static size_t
field_index(const struct kind *kind, const char *name)
{
	size_t i = 0;

	while (i < kind->fields_len && strcmp(kind->fields[i].name, name) != 0)
		i++;
	assert(i < kind->fields_len);
	return i;
}

static void
print_where(const struct ctf_pupil *pupil, const char *element, char *out,
    size_t size)
{
	snprintf(out, size, "Pupil %u, %s", pupil->number, element);
}

void
ctf_record_begin(const struct ctf_pupil *pupil, struct record *record,
    const char *kind, struct slice source_id)
{
	*record = (struct record){
		.kind = kind_find(sync_kinds, slice_of(kind)),
		.source_id = source_id,
		.revision = pupil->reader->revision,
		.op = RECORD_PUT,
	};
	assert(record->kind != NULL);
	record->values = arena_array(pupil->reader->arena,
	    record->kind->fields_len, sizeof(*record->values));
}

static void
refuse(const struct ctf_pupil *pupil, struct record *record,
    const struct problem *why)
{
	struct problem *kept = arena_alloc(pupil->reader->arena, sizeof(*kept));

	*kept = *why;
	record->is_refused = true;
	record->why = kept;
}

void
ctf_record_refuse(const struct ctf_pupil *pupil, struct record *record,
    enum problem_slug slug, const char *element, const char *sentence)
{
	struct problem why = { 0 };
	char where[64];

	if (record->is_refused)
		return;
	print_where(pupil, element, where, sizeof(where));
	(void)problem_set(&why, slug, where, "%s", sentence);
	refuse(pupil, record, &why);
}

void
ctf_record_set(const struct ctf_pupil *pupil, struct record *record,
    const char *field, struct slice text, const char *element)
{
	size_t i = field_index(record->kind, field);
	struct problem why = { 0 };
	char where[64];

	if (record->is_refused || text.at == NULL)
		return;
	if (record->kind->fields[i].type == FIELD_DATE)
		text = ctf_date(text);
	print_where(pupil, element, where, sizeof(where));
	if (!field_read(&record->kind->fields[i], text, pupil->reader->arena,
	    &record->values[i], where, &why))
		refuse(pupil, record, &why);
}

static void
grow(struct ctf_reader *reader)
{
	size_t cap = reader->records_cap == 0 ? 64 : 2 * reader->records_cap;
	struct record *records = arena_array(reader->arena, cap,
	    sizeof(*records));
	unsigned *pupils = arena_array(reader->arena, cap, sizeof(*pupils));

	for (size_t i = 0; i < reader->records_len; i++) {
		records[i] = reader->records[i];
		pupils[i] = reader->pupils[i];
	}
	reader->records = records;
	reader->pupils = pupils;
	reader->records_cap = cap;
}

void
ctf_record_add(const struct ctf_pupil *pupil, struct record *record)
{
	struct ctf_reader *reader = pupil->reader;

	if (record->is_refused)
		record->values = NULL;
	else
		record_hash(record, reader->digest);
	if (reader->records_len == reader->records_cap)
		grow(reader);
	reader->pupils[reader->records_len] = pupil->number;
	reader->records[reader->records_len++] = *record;
}

struct slice
ctf_date(struct slice text)
{
	if (text.len > 10 && strchr("TZ+ ", text.at[10]) != NULL)
		text.len = 10;
	return text;
}

static struct slice
text_of(const struct ctf_pupil *pupil, const char *path)
{
	return ctf_xml_text(pupil->node, path, pupil->reader->arena);
}

/* A digest over the sending school and the UPN, or else names and birth. */
static struct slice
child_id(const struct ctf_pupil *pupil)
{
	static const char *const named[] = { "Surname", "Forename", "DOB" };
	struct digest *digest = pupil->reader->digest;
	struct slice upn = text_of(pupil, "UPN");
	uint8_t hash[DIGEST_SIZE];
	char hex[CHILD_ID_HEX + 1];

	digest_start(digest);
	digest_add(digest, pupil->reader->laestab,
	    strlen(pupil->reader->laestab));
	for (size_t i = 0; i < (upn.at != NULL ? 1 : nitems(named)); i++) {
		struct slice part = upn.at != NULL ? upn :
		    text_of(pupil, named[i]);

		digest_add(digest, "|", 1);
		if (part.at != NULL)
			digest_add(digest, part.at, part.len);
	}
	digest_finish(digest, hash);
	text_print_hex(hash, CHILD_ID_HEX / 2, hex);
	return slice_of(arena_print(pupil->reader->arena, "ctf-%s", hex));
}

/* "03" is year 3. */
static struct slice
tidy(const char *field, struct slice text)
{
	if (strcmp(field, "year_group") == 0 && text.len == 2 &&
	    text.at[0] == '0')
		return (struct slice){ text.at + 1, 1 };
	return text;
}

static void
read_child(const struct ctf_pupil *pupil)
{
	struct record record;

	ctf_record_begin(pupil, &record, "child", pupil->id);
	for (size_t i = 0; i < nitems(child_elements); i++) {
		const char *field = child_elements[i].field;
		size_t at = field_index(record.kind, field);

		if (record.values[at].is_set)
			continue;
		ctf_record_set(pupil, &record, field,
		    tidy(field, text_of(pupil, child_elements[i].path)),
		    child_elements[i].path);
	}
	if (!record.values[field_index(record.kind, "born_on")].is_set)
		ctf_record_refuse(pupil, &record, PROBLEM_MISSING_FIELD, "DOB",
		    "is missing");
	ctf_record_add(pupil, &record);
}

/* Is this entry of the history about the sending school? When the file does
 * not say who sends it, the school not left yet is the present one. */
static bool
is_present_school(const struct ctf_pupil *pupil, const xmlNode *school)
{
	struct arena *arena = pupil->reader->arena;
	struct slice lea = ctf_xml_text(school, "LEA", arena);
	struct slice estab = ctf_xml_text(school, "Estab", arena);

	if (pupil->reader->laestab[0] == '\0')
		return ctf_xml_find(school, "LeavingDate") == NULL;
	if (lea.at == NULL || estab.at == NULL)
		return false;
	return slice_is(slice_of(arena_print(arena, "%.*s%.*s", (int)lea.len,
	    lea.at, (int)estab.len, estab.at)), pupil->reader->laestab);
}

/* The latest entry; a date that is none comes before all others. */
static const xmlNode *
present_school(const struct ctf_pupil *pupil)
{
	struct arena *arena = pupil->reader->arena;
	xmlNode *school = ctf_xml_find(pupil->node, "SchoolHistory/School");
	const xmlNode *latest = NULL;
	int32_t latest_on = INT32_MIN;

	for (; school != NULL; school = ctf_xml_next(school, "School")) {
		struct slice text = ctf_xml_text(school, "EntryDate", arena);
		int32_t on;

		if (text.at == NULL || !is_present_school(pupil, school))
			continue;
		if (!date_read_iso(ctf_date(text), &on))
			on = INT32_MIN;
		if (latest == NULL || on >= latest_on) {
			latest = school;
			latest_on = on;
		}
	}
	return latest;
}

static struct slice
enrolment(struct slice code)
{
	for (size_t i = 0; i < nitems(enrolments); i++)
		if (slice_is(code, enrolments[i].code))
			return slice_of(enrolments[i].word);
	return code; /* for the reader of fields to refuse */
}

static struct slice
year_start(const struct ctf_reader *reader)
{
	char text[DATE_TEXT_SIZE];

	date_print(reader->year_start, text);
	return arena_slice(reader->arena, slice_of(text));
}

/* A history without this school leaves the start of the academic year. */
static void
read_placement(const struct ctf_pupil *pupil)
{
	struct arena *arena = pupil->reader->arena;
	const xmlNode *school = present_school(pupil);
	struct slice start = ctf_xml_text(school, "EntryDate", arena);
	struct record record;

	if (start.at == NULL)
		start = year_start(pupil->reader);
	ctf_record_begin(pupil, &record, "placement", slice_of(arena_print(
	    arena, "%s-placement", pupil->id.at)));
	ctf_record_set(pupil, &record, "child", pupil->id, "UPN");
	ctf_record_set(pupil, &record, "start_on", start, "EntryDate");
	ctf_record_set(pupil, &record, "end_on",
	    ctf_xml_text(school, "LeavingDate", arena), "LeavingDate");
	ctf_record_set(pupil, &record, "enrolment", enrolment(text_of(pupil,
	    "BasicDetails/EnrolStatus")), "EnrolStatus");
	ctf_record_add(pupil, &record);
}

void
ctf_pupil_read(struct ctf_pupil *pupil)
{
	pupil->id = child_id(pupil);
	read_child(pupil);
	read_placement(pupil);
	ctf_needs_read(pupil);
}
