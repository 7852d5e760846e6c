/*
 * ctf.c — the envelope of a Common Transfer File: who sends it, when it was
 * made, and the pupils one after the other. Records of one source_id are
 * settled as in a batch: equal ones stand once, unequal ones not at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf.h"

#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_pupil.h"
#include "ctf_xml.h"
#include "dates.h"

#define UNIX_OF_2000 946684800 /* 2000-01-01T00:00:00Z */
#define MICROSECONDS 1000000

/* LEA and Estab in one; "" unless they make seven characters. */
static void
read_laestab(const xmlNode *header, const char *school, char out[static 8],
    struct arena *arena)
{
	xmlNode *node = ctf_xml_first(header, school);
	struct slice lea = ctf_xml_text(node, "LEA", arena);
	struct slice estab = ctf_xml_text(node, "Estab", arena);

	out[0] = '\0';
	if (lea.len == 3 && estab.len == 4)
		snprintf(out, 8, "%.3s%.4s", lea.at, estab.at);
}

/* Transfer files give the time of the school's clock without its zone; for
 * telling the newer of two files apart it is taken as UTC. */
static bool
read_time(const xmlNode *header, int64_t *us, struct arena *arena)
{
	struct slice text = ctf_xml_text(header, "DateTime", arena);

	if (text.at == NULL)
		return false;
	if (time_read_rfc3339(text, us))
		return true;
	return time_read_rfc3339(slice_of(arena_print(arena, "%.*s%sZ",
	    (int)text.len, text.at, text.len == 10 ? "T00:00:00" : "")), us);
}

/* AcademicYear is the year it starts in. */
static int32_t
read_year_start(const xmlNode *header, int64_t us, struct arena *arena)
{
	struct slice text = ctf_xml_text(header, "SourceSchool/AcademicYear",
	    arena);
	int64_t year;

	if (text.at == NULL || !text_read_uint(text, &year) ||
	    year < 1900 || year > 9998)
		year = date_academic_year((int32_t)(us / MICROSECONDS / 86400))
		    - 1;
	return date_from_civil((int)year, 9, 1);
}

static bool
read_header(struct ctf *ctf, struct ctf_reader *reader, const xmlNode *root,
    struct problem *why)
{
	xmlNode *header = ctf_xml_first(root, "Header");
	struct slice version;
	int64_t us;

	if (header == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file has no Header");
	version = ctf_xml_text(header, "CTFversion", reader->arena);
	snprintf(ctf->version, sizeof(ctf->version), "%.*s",
	    (int)version.len, version.at == NULL ? "" : version.at);
	read_laestab(header, "SourceSchool", ctf->source_laestab,
	    reader->arena);
	read_laestab(header, "DestSchool", ctf->dest_laestab, reader->arena);
	if (!read_time(header, &us, reader->arena) ||
	    us / MICROSECONDS + UNIX_OF_2000 < 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE,
		    "Header, DateTime", "the time the file was made is missing "
		    "or malformed, so newer files cannot be told from older");
	reader->revision = us / MICROSECONDS + UNIX_OF_2000;
	reader->laestab = ctf->source_laestab;
	reader->year_start = read_year_start(header, us, reader->arena);
	return true;
}

static int
by_identity(const void *left, const void *right)
{
	const struct record *a = *(struct record *const *)left;
	const struct record *b = *(struct record *const *)right;
	int order = strcmp(a->kind->name, b->kind->name);

	if (order == 0)
		order = strcmp(a->source_id.at, b->source_id.at);
	return order != 0 ? order : (a > b) - (a < b);
}

static bool
is_same(const struct record *a, const struct record *b)
{
	return a->kind == b->kind &&
	       strcmp(a->source_id.at, b->source_id.at) == 0;
}

static void
refuse_twice(struct ctf_reader *reader, struct record *record)
{
	struct problem *why = arena_alloc(reader->arena, sizeof(*why));
	char where[32];

	snprintf(where, sizeof(where), "Pupil %u",
	    reader->pupils[record - reader->records]);
	(void)problem_set(why, PROBLEM_RECORD_TWICE, where,
	    "the file says two different things about the same %s",
	    record->kind->name);
	record->is_refused = true;
	record->values = NULL;
	record->why = why;
}

/* The records [0, len) are of one identity, in the order of the file. */
static void
settle(struct ctf_reader *reader, struct record **same, size_t len)
{
	bool is_equal = true;

	for (size_t i = 1; i < len; i++)
		is_equal = is_equal && memcmp(same[i]->hash, same[0]->hash,
		    sizeof(same[0]->hash)) == 0;
	for (size_t i = 0; i < len; i++) {
		if (same[i]->is_refused)
			continue;
		if (is_equal)
			same[i]->is_superseded = i > 0;
		else
			refuse_twice(reader, same[i]);
	}
}

static void
settle_all(struct ctf_reader *reader)
{
	size_t len = reader->records_len;
	struct record **sorted = arena_array(reader->arena, len,
	    sizeof(struct record *));

	for (size_t i = 0; i < len; i++)
		sorted[i] = &reader->records[i];
	qsort(sorted, len, sizeof(struct record *), by_identity);
	for (size_t i = 0, end; i < len; i = end) {
		for (end = i + 1; end < len && is_same(sorted[i], sorted[end]);)
			end++;
		if (end - i > 1)
			settle(reader, sorted + i, end - i);
	}
}

static void
read_pupils(struct ctf *ctf, struct ctf_reader *reader, const xmlNode *root)
{
	xmlNode *data = ctf_xml_first(root, "CTFpupilData");
	xmlNode *node = ctf_xml_first(data, "Pupil");

	for (; node != NULL; node = ctf_xml_next(node, "Pupil")) {
		struct ctf_pupil pupil = { .reader = reader, .node = node };

		pupil.number = (unsigned)++ctf->pupils_len;
		ctf_pupil_read(&pupil);
	}
	settle_all(reader);
	ctf->batch = (struct batch){ reader->records, reader->records_len };
}

bool
ctf_read(struct ctf *ctf, const char *at, size_t len, struct arena *arena,
    struct problem *why)
{
	struct ctf_reader reader = { .arena = arena };
	const xmlNode *root;
	bool is_read = false;
	xmlDoc *doc;

	memset(ctf, 0, sizeof(*ctf));
	doc = ctf_xml_read(at, len, why);
	if (doc == NULL)
		return false;
	reader.digest = digest_new();
	root = xmlDocGetRootElement(doc);
	if (root == NULL || xmlStrcasecmp(root->name,
	    (const xmlChar *)"CTfile") != 0)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file is no Common Transfer File: its root is not "
		    "CTfile");
	else
		is_read = read_header(ctf, &reader, root, why);
	if (is_read)
		read_pupils(ctf, &reader, root);
	digest_free(reader.digest);
	xmlFreeDoc(doc);
	return is_read;
}
