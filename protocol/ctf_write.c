/*
 * ctf_write.c — the tables say which cell is which element, in the order of
 * the format; libxml2 writes and escapes them. A character that XML 1.0 does
 * not have is written as U+FFFD: a file that nobody can read helps no child.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_write.h"

#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "common.h"

struct element {
	const char *group;  /* what it stands in, within the part */
	const char *name;
	int cell;           /* -1: fixed */
	const char *fixed;
};

static const struct element header_elements[] = {
	{ NULL, "DocumentName", -1, "Common Transfer File" },
	{ NULL, "CTFversion", CTF_VERSION, NULL },
	{ NULL, "DateTime", CTF_MADE_AT, NULL },
	{ NULL, "DocumentQualifier", -1, "partial" },
	{ NULL, "DataDescriptor", -1, "SEN history" },
	{ NULL, "SupplierID", CTF_SUPPLIER, NULL },
	{ "SourceSchool", "LEA", CTF_SOURCE_LEA, NULL },
	{ "SourceSchool", "Estab", CTF_SOURCE_ESTAB, NULL },
	{ "SourceSchool", "SchoolName", CTF_SOURCE_NAME, NULL },
	{ "SourceSchool", "AcademicYear", CTF_ACADEMIC_YEAR, NULL },
	{ "DestSchool", "LEA", CTF_DEST_LEA, NULL },
	{ "DestSchool", "Estab", CTF_DEST_ESTAB, NULL },
};

static const struct element pupil_elements[] = {
	{ NULL, "UPN", CTF_UPN, NULL },
	{ NULL, "UniqueLearnerNumber", CTF_ULN, NULL },
	{ NULL, "Surname", CTF_SURNAME, NULL },
	{ NULL, "Forename", CTF_FORENAME, NULL },
	{ NULL, "DOB", CTF_DOB, NULL },
	{ NULL, "Sex", CTF_SEX, NULL },
	{ "BasicDetails", "FormerUPN", CTF_FORMER_UPN, NULL },
	{ "BasicDetails", "PreferredSurname", CTF_PREFERRED_SURNAME, NULL },
	{ "BasicDetails", "PreferredForename", CTF_PREFERRED_FORENAME, NULL },
	{ "BasicDetails", "FormerSurname", CTF_FORMER_SURNAME, NULL },
	{ "BasicDetails", "MiddleNames", CTF_MIDDLE_NAMES, NULL },
	{ "BasicDetails", "NCyearActual", CTF_NC_YEAR, NULL },
	{ "BasicDetails", "EnrolStatus", CTF_ENROL_STATUS, NULL },
};

static const struct element address_elements[] = {
	{ "Address", "PostCode", CTF_POSTCODE, NULL },
};

static const struct element sen_elements[] = {
	{ "SEN", "StartDate", CTF_SEN_START, NULL },
	{ "SEN", "SENprovision", CTF_SEN_PROVISION, NULL },
};

static const struct element need_elements[] = {
	{ "SENneed", "NeedStartDate", CTF_NEED_START, NULL },
	{ "SENneed", "NeedEndDate", CTF_NEED_END, NULL },
	{ "SENneed", "SENtypeRank", CTF_NEED_RANK, NULL },
	{ "SENneed", "SENtype", CTF_NEED_TYPE, NULL },
};

static const struct element school_elements[] = {
	{ "School", "LEA", CTF_SCHOOL_LEA, NULL },
	{ "School", "Estab", CTF_SCHOOL_ESTAB, NULL },
	{ "School", "SchoolName", CTF_SCHOOL_NAME, NULL },
	{ "School", "EntryDate", CTF_ENTRY, NULL },
	{ "School", "LeavingDate", CTF_LEAVING, NULL },
	{ "School", "LastSchool", CTF_LAST, NULL },
};

static const char *const part_names[CTF_PARTS] = {
	[CTF_HEADER] = "header", [CTF_PUPIL] = "pupil", [CTF_SEN] = "sen",
	[CTF_NEED] = "need", [CTF_SCHOOL] = "school",
};

/* What is being written, and of which rows. */
struct writing {
	xmlTextWriter *xml;
	const struct ctf_row *rows;
	size_t len;
	struct arena arena;
};

bool
ctf_part_find(struct slice name, enum ctf_part *out)
{
	for (size_t i = 0; i < CTF_PARTS; i++)
		if (slice_is(name, part_names[i])) {
			*out = (enum ctf_part)i;
			return true;
		}
	return false;
}

/* Writing into memory fails only for want of it. */
static void
check(int written)
{
	if (written < 0)
		abort();
}

static const xmlChar *
name_of(const char *text)
{
	return (const xmlChar *)text;
}

/* U+FFFE and U+FFFF, three bytes each, become U+FFFD; controls too. */
static const xmlChar *
content_of(struct writing *writing, struct slice text)
{
	char *copy = arena_text(&writing->arena, text.at, text.len);
	size_t len = strlen(copy);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)copy[i];

		if (c < ' ' && c != '\t')
			copy[i] = '?';
		else if (c == 0xef && (unsigned char)copy[i + 1] == 0xbf &&
		    (unsigned char)copy[i + 2] >= 0xbe)
			copy[i + 2] = '\xbd';
	}
	return (const xmlChar *)copy;
}

static void
open_element(struct writing *writing, const char *name)
{
	check(xmlTextWriterStartElement(writing->xml, name_of(name)));
}

static void
close_element(struct writing *writing)
{
	check(xmlTextWriterEndElement(writing->xml));
}

/* A group is opened by its first element that is there. */
static void
write_row(struct writing *writing, const struct ctf_row *row,
    const struct element *elements, size_t len)
{
	const char *group = NULL;

	for (size_t i = 0; i < len; i++) {
		const struct element *e = &elements[i];
		struct slice text = e->cell < 0 ? slice_of(e->fixed) :
		    row->cells[e->cell];

		if (text.at == NULL || text.len == 0)
			continue;
		if (group != NULL &&
		    (e->group == NULL || strcmp(group, e->group) != 0)) {
			close_element(writing);
			group = NULL;
		}
		if (group == NULL && e->group != NULL)
			open_element(writing, group = e->group);
		check(xmlTextWriterWriteElement(writing->xml, name_of(e->name),
		    content_of(writing, text)));
	}
	if (group != NULL)
		close_element(writing);
}

/* The rows of a part within an element of that name, if there are any. */
static void
write_part(struct writing *writing, enum ctf_part part, const char *around,
    const struct element *elements, size_t len)
{
	bool is_open = around == NULL;

	for (size_t i = 0; i < writing->len; i++) {
		if (writing->rows[i].part != part)
			continue;
		if (!is_open)
			open_element(writing, around);
		is_open = true;
		write_row(writing, &writing->rows[i], elements, len);
	}
	if (is_open && around != NULL)
		close_element(writing);
}

static void
write_pupil(struct writing *writing)
{
	open_element(writing, "Pupil");
	write_part(writing, CTF_PUPIL, NULL, pupil_elements,
	    nitems(pupil_elements));
	open_element(writing, "SENhistory");
	write_part(writing, CTF_SEN, NULL, sen_elements, nitems(sen_elements));
	write_part(writing, CTF_NEED, "SENneeds", need_elements,
	    nitems(need_elements));
	close_element(writing);
	write_part(writing, CTF_PUPIL, NULL, address_elements,
	    nitems(address_elements));
	write_part(writing, CTF_SCHOOL, "SchoolHistory", school_elements,
	    nitems(school_elements));
	close_element(writing);
}

void
ctf_write(const struct ctf_row *rows, size_t len, struct buf *out)
{
	xmlBuffer *bytes = xmlBufferCreate();
	struct writing writing = { .rows = rows, .len = len };

	if (bytes != NULL)
		writing.xml = xmlNewTextWriterMemory(bytes, 0);
	if (writing.xml == NULL)
		abort();
	arena_init(&writing.arena);
	check(xmlTextWriterSetIndent(writing.xml, 1));
	check(xmlTextWriterStartDocument(writing.xml, "1.0", "UTF-8", NULL));
	open_element(&writing, "CTfile");
	write_part(&writing, CTF_HEADER, "Header", header_elements,
	    nitems(header_elements));
	open_element(&writing, "CTFpupilData");
	write_pupil(&writing);
	check(xmlTextWriterEndDocument(writing.xml));
	xmlFreeTextWriter(writing.xml);
	buf_add(out, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes));
	xmlBufferFree(bytes);
	arena_release(&writing.arena);
}
