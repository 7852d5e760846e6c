/*
 * places.c — from a row of core.settings to a class of setting. The type is
 * a GIAS code for schools and colleges and Ofsted's words for childcare.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "places.h"

#include "buf.h"
#include "dates.h"
#include "sheet.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* What a class is like: years taught, and children per 1,000 on roll. */
static const struct {
	int low_ncy, high_ncy, roll, support, plans;
} classes[PLACE_CLASSES] = {
	[PLACE_NURSERY]        = { -4, -1,   38,  95,  12 },
	[PLACE_CHILDMINDER]    = { -4, -1,    5,  30,   4 },
	[PLACE_NURSERY_SCHOOL] = { -2, -1,   90, 180,  30 },
	[PLACE_INFANT]         = {  0,  2,  210, 140,  25 },
	[PLACE_JUNIOR]         = {  3,  6,  260, 160,  30 },
	[PLACE_PRIMARY]        = {  0,  6,  280, 145,  28 },
	[PLACE_MIDDLE]         = {  5,  8,  420, 150,  30 },
	[PLACE_SECONDARY]      = {  7, 11,  950, 130,  30 },
	[PLACE_ALL_THROUGH]    = {  0, 11, 1100, 140,  30 },
	[PLACE_SPECIAL]        = {  0, 14,  120,  10, 985 },
	[PLACE_REFERRAL]       = {  5, 11,   60, 620, 250 },
	[PLACE_COLLEGE]        = { 12, 20, 3000,  45,  80 },
};

static const struct {
	const char *codes; /* GIAS type codes, each between blanks */
	enum place_class class;
} types[] = {
	{ " 7 8 10 12 33 36 44 ",          PLACE_SPECIAL },
	{ " 14 38 42 43 ",                 PLACE_REFERRAL },
	{ " 15 ",                          PLACE_NURSERY_SCHOOL },
	{ " 18 31 32 39 45 46 57 ",        PLACE_COLLEGE },
	{ " 24 25 26 27 29 30 37 49 56 ",  PLACE_NONE },
};

static enum place_class
class_by_ages(int low, int high, int phase)
{
	if (low < 0 || high < 0)
		return phase == 4 ? PLACE_SECONDARY : phase == 6 ?
		       PLACE_COLLEGE : phase == 1 ? PLACE_NURSERY_SCHOOL :
		       PLACE_PRIMARY;
	if (low >= 16)
		return PLACE_COLLEGE;
	if (low >= 10)
		return PLACE_SECONDARY;
	if (high >= 16)
		return PLACE_ALL_THROUGH;
	if (phase == 3 || phase == 5 || (low >= 8 && high >= 12))
		return PLACE_MIDDLE;
	if (low >= 6)
		return PLACE_JUNIOR;
	return high <= 8 ? PLACE_INFANT : PLACE_PRIMARY;
}

static enum place_class
class_of_school(const char *type, int low, int high, int phase)
{
	char code[16];

	snprintf(code, sizeof(code), " %.12s ", type);
	for (size_t i = 0; i < nitems(types); i++)
		if (strstr(types[i].codes, code) != NULL)
			return types[i].class;
	return class_by_ages(low, high, phase);
}

/* The register's reader writes "ofsted:childminder", "ofsted:non_domestic". */
static enum place_class
class_of_childcare(const char *type, const char *subtype)
{
	if (strcmp(type, "ofsted:childminder") == 0)
		return PLACE_CHILDMINDER;
	if (strcmp(type, "ofsted:non_domestic") != 0 &&
	    strcmp(type, "ofsted:domestic") != 0)
		return PLACE_NONE;
	if (strcmp(subtype, "Full day care") == 0 ||
	    strcmp(subtype, "Sessional day care") == 0)
		return PLACE_NURSERY;
	return PLACE_NONE;
}

/* A lowest age of 5 is the legal one: such schools have a Reception. */
static void
place_set_years(struct place *place, int low, int high)
{
	bool is_early = place_is_early_years(place);

	place->low_ncy = classes[place->class].low_ncy;
	place->high_ncy = classes[place->class].high_ncy;
	if (is_early || place->class == PLACE_REFERRAL)
		return;
	if (low >= 0)
		place->low_ncy = low == 5 ? 0 : low < 2 ? -2 : low - 4;
	if (high >= 5)
		place->high_ncy = high > 25 ? 20 : high - 5;
	if (place->class == PLACE_COLLEGE && place->low_ncy < 12)
		place->low_ncy = 12;
	if (place->high_ncy < place->low_ncy)
		place->high_ncy = place->low_ncy;
}

bool
place_is_early_years(const struct place *place)
{
	return place->class == PLACE_NURSERY ||
	       place->class == PLACE_CHILDMINDER ||
	       place->class == PLACE_NURSERY_SCHOOL;
}

bool
place_is_school(const struct place *place)
{
	return place->class >= PLACE_NURSERY_SCHOOL &&
	       place->class < PLACE_COLLEGE;
}

void
place_estimate(struct place *place)
{
	int roll;

	if (place->roll < 0)
		place->roll = classes[place->class].roll;
	roll = place->roll;
	place->support = (roll * classes[place->class].support + 500) / 1000;
	place->plans = (roll * classes[place->class].plans + 500) / 1000;
	if (place->is_independent) {
		place->support /= 2;
		place->plans /= 4;
	}
}

static const char *
outward_of(const char *postcode, struct arena *arena)
{
	size_t len = strlen(postcode);

	while (len > 0 && postcode[len - 1] == ' ')
		len--;
	if (len < 5)
		return "";
	len -= 3;
	while (len > 0 && postcode[len - 1] == ' ')
		len--;
	return arena_text(arena, postcode, len);
}

static const char *
ref_of(const struct sheet *sheet, const struct sheet_row *row,
    struct arena *arena)
{
	const char *urn = sheet_cell(sheet, row, "urn");
	const char *ofsted = sheet_cell(sheet, row, "ofsted_urn");

	if (*urn != '\0')
		return arena_print(arena, "urn:%s", urn);
	if (*ofsted != '\0')
		return arena_print(arena, "ofsted:%s", ofsted);
	return arena_print(arena, "id:%s", sheet_cell(sheet, row, "id"));
}

static enum place_class
class_of_row(const struct sheet *sheet, const struct sheet_row *row)
{
	const char *type = sheet_cell(sheet, row, "type");

	if (*type < '0' || *type > '9')
		return class_of_childcare(type,
		    sheet_cell(sheet, row, "subtype"));
	return class_of_school(type, sheet_number(sheet, row, "low_age", -1),
	    sheet_number(sheet, row, "high_age", -1),
	    sheet_number(sheet, row, "phase", 0));
}

static void
place_take_row(struct place *place, const struct sheet *sheet,
    const struct sheet_row *row, struct arena *arena)
{
	const char *opened = sheet_cell(sheet, row, "opened_on");
	int capacity = sheet_number(sheet, row, "capacity", -1);

	place->id = sheet_number(sheet, row, "id", 0);
	place->class = class_of_row(sheet, row);
	place->ref = ref_of(sheet, row, arena);
	place->name = sheet_cell(sheet, row, "name");
	place->laestab = sheet_cell(sheet, row, "laestab");
	place->outward = outward_of(sheet_cell(sheet, row, "postcode"), arena);
	place->roll = sheet_number(sheet, row, "roll", -1);
	if (place->roll < 0 && capacity > 0)
		place->roll = capacity * 85 / 100;
	if (!date_read_iso(slice_of(opened), &place->opened_on))
		place->opened_on = DATE_NONE;
	place->is_independent =
	    strcmp(sheet_cell(sheet, row, "type"), "11") == 0;
	place_set_years(place, sheet_number(sheet, row, "low_age", -1),
	    sheet_number(sheet, row, "high_age", -1));
	place_estimate(place);
}

struct place *
places_add(struct places *places, struct arena *arena)
{
	struct place *grown;

	if (places->len == places->cap) {
		places->cap = places->cap * 2 + 256;
		grown = arena_array(arena, places->cap, sizeof(*grown));
		if (places->len > 0)
			memcpy(grown, places->at,
			    places->len * sizeof(*grown));
		places->at = grown;
	}
	return &places->at[places->len++];
}

static bool
is_running(const struct sheet *sheet, const struct sheet_row *row)
{
	const char *status = sheet_cell(sheet, row, "status");

	return strcmp(status, "open") == 0 || strcmp(status, "closing") == 0;
}

bool
places_read(struct places *places, const char *path, struct arena *arena,
    struct problem *why)
{
	struct sheet sheet;

	memset(places, 0, sizeof(*places));
	if (!sheet_read(&sheet, path, arena, why))
		return false;
	for (struct sheet_row *row = sheet.rows; row != NULL; row = row->next) {
		if (sheet_number(&sheet, row, "id", 0) <= 0)
			return problem_set(why, PROBLEM_FILE_UNREADABLE, "",
			    "%s: line %u: no id", path, row->line);
		if (!is_running(&sheet, row))
			continue;
		place_take_row(places_add(places, arena), &sheet, row, arena);
		if (places->at[places->len - 1].class == PLACE_NONE)
			places->len--;
	}
	return true;
}

struct place *
places_find(struct places *places, const char *ref)
{
	for (size_t i = 0; i < places->len; i++)
		if (strcmp(places->at[i].ref, ref) == 0)
			return &places->at[i];
	return NULL;
}

bool
places_take_census(struct places *places, const char *path,
    struct arena *arena, struct problem *why)
{
	struct sheet sheet;
	char ref[32];

	if (!sheet_read(&sheet, path, arena, why))
		return false;
	for (struct sheet_row *row = sheet.rows; row != NULL; row = row->next) {
		struct place *place;

		snprintf(ref, sizeof(ref), "urn:%.16s",
		    sheet_cell(&sheet, row, "URN"));
		place = places_find(places, ref);
		if (place == NULL || place->class == PLACE_COLLEGE)
			continue;
		place->roll = sheet_number(&sheet, row, "NOR", place->roll);
		place->plans = sheet_number(&sheet, row, "TSENELSE",
		    place->plans);
		place->support = sheet_number(&sheet, row, "TSENELK",
		    place->support);
	}
	return true;
}
