/*
 * ctf_writer.c — CTF 25: the elements a school fills in for SEN, and no
 * others. An element without a value is left out, as the specification asks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_writer.h"

#include "dates.h"
#include "years.h"

#include <string.h>

static void
add_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			buf_add_text(out, "&amp;");
		else if (*text == '<')
			buf_add_text(out, "&lt;");
		else
			buf_add_char(out, *text);
	}
}

static void
add_element(struct buf *out, const char *name, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	buf_print(out, "<%s>", name);
	add_escaped(out, text);
	buf_print(out, "</%s>\n", name);
}

static void
add_date(struct buf *out, const char *name, int32_t date)
{
	char text[DATE_TEXT_SIZE];

	if (date == DATE_NONE)
		return;
	date_print(date, text);
	add_element(out, name, text);
}

static void
add_basic_details(struct buf *out, const struct person *person)
{
	buf_add_text(out, "<BasicDetails>\n");
	add_element(out, "FormerUPN", person->former_upn);
	add_element(out, "PreferredForename", person->preferred_forename);
	add_element(out, "FormerSurname", person->former_surname);
	add_element(out, "MiddleNames", person->middle_names);
	add_element(out, "NCyearActual", ncy_code(person->ncy));
	add_element(out, "EnrolStatus", "C");
	buf_add_text(out, "</BasicDetails>\n");
}

/* Types are ranked within the history, not within a period. */
static void
add_needs(struct buf *out, const char *types, int32_t start_on)
{
	char text[64], *rest = text, *type;
	int rank = 1;

	snprintf(text, sizeof(text), "%s", types);
	buf_add_text(out, "<SENneeds>\n");
	while ((type = strsep(&rest, ",")) != NULL) {
		buf_add_text(out, "<SENneed>\n");
		add_date(out, "NeedStartDate", start_on);
		buf_print(out, "<SENtypeRank>%d</SENtypeRank>\n", rank++);
		add_element(out, "SENtype", type);
		buf_add_text(out, "</SENneed>\n");
	}
	buf_add_text(out, "</SENneeds>\n");
}

static void
add_sen_history(struct buf *out, const struct story *story)
{
	const struct period *last;

	if (story->periods_len == 0)
		return;
	buf_add_text(out, "<SENhistory>\n");
	for (size_t i = 0; i < story->periods_len; i++) {
		const struct period *period = &story->periods[i];

		buf_add_text(out, "<SEN>\n");
		add_date(out, "StartDate", period->start_on);
		buf_print(out, "<SENprovision>%c</SENprovision>\n</SEN>\n",
		    period->provision);
	}
	last = &story->periods[story->periods_len - 1];
	if (last->types != NULL)
		add_needs(out, last->types, last->start_on);
	buf_add_text(out, "</SENhistory>\n");
}

static void
add_school_history(struct buf *out, const struct place *place,
    const struct story *story)
{
	buf_add_text(out, "<SchoolHistory>\n<School>\n");
	buf_print(out, "<LEA>%.3s</LEA>\n<Estab>%.4s</Estab>\n",
	    place->laestab, place->laestab + 3);
	add_element(out, "SchoolName", place->name);
	add_date(out, "EntryDate", story->start_on);
	buf_add_text(out, "</School>\n</SchoolHistory>\n");
}

void
ctf_add_pupil(struct buf *out, const struct place *place,
    const struct person *person, const struct story *story)
{
	buf_add_text(out, "<Pupil>\n");
	add_element(out, "UPN", person->upn);
	add_element(out, "UniqueLearnerNumber", person->uln);
	add_element(out, "Surname", person->surname);
	add_element(out, "Forename", person->forename);
	add_date(out, "DOB", person->born_on);
	add_element(out, "Sex", person->sex);
	add_basic_details(out, person);
	add_sen_history(out, story);
	if (person->postcode != NULL) {
		buf_add_text(out, "<Address>\n");
		add_element(out, "PostCode", person->postcode);
		buf_add_text(out, "</Address>\n");
	}
	add_school_history(out, place, story);
	buf_add_text(out, "</Pupil>\n");
}

void
ctf_add_head(struct buf *out, const struct world *world,
    const struct place *place)
{
	char today[DATE_TEXT_SIZE];
	int year, month, day;

	date_print(world->today, today);
	date_to_civil(world->today, &year, &month, &day);
	buf_print(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<CTfile>\n<Header>\n"
	    "<DocumentName>Common Transfer File</DocumentName>\n"
	    "<CTFversion>25.0</CTFversion>\n"
	    "<DateTime>%sT02:00:00</DateTime>\n"
	    "<DocumentQualifier>full</DocumentQualifier>\n"
	    "<SupplierID>Invented pupils</SupplierID>\n"
	    "<SourceSchool>\n<LEA>%.3s</LEA>\n<Estab>%.4s</Estab>\n",
	    today, place->laestab,
	    place->laestab + 3);
	add_element(out, "SchoolName", place->name);
	buf_print(out, "<AcademicYear>%d</AcademicYear>\n</SourceSchool>\n"
	    "<DestSchool>\n<LEA>%s</LEA>\n<Estab>LLLL</Estab>\n</DestSchool>\n"
	    "</Header>\n<CTFpupilData>\n", month >= 8 ? year : year - 1,
	    world->la);
}

void
ctf_add_foot(struct buf *out)
{
	buf_add_text(out, "</CTFpupilData>\n</CTfile>\n");
}
