/*
 * gias.c — DfE's Get Information About Schools extract (edubasealldata),
 * 2017 to 2025: which column fills what, and the codes of type and status.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register_layout.h"

#include <stdio.h>
#include <string.h>

#include "identifiers.h"
#include "register_cell.h"

enum {
	URN, LA_CODE, LA_NAME, NUMBER, NAME, TYPE, TYPE_NAME, STATUS, PHASE,
	LOW_AGE, HIGH_AGE, ROLL, CAPACITY, UNIT_ROLL, UNIT_CAPACITY,
	RESOURCED_ROLL, RESOURCED_CAPACITY, NURSERY, SIXTH_FORM, FURTHER_TYPE,
	UKPRN, STREET, LOCALITY, ADDRESS3, TOWN, POSTCODE, EASTING, NORTHING,
	OPENED, CLOSED
};

static const struct register_column columns[] = {
	[URN] = { "URN", .need = COLUMN_KEY },
	[LA_CODE] = { "LA (code)", .need = COLUMN_NEEDED },
	[LA_NAME] = { "LA (name)", .field = "la_name" },
	[NUMBER] = { "EstablishmentNumber" },
	[NAME] = { "EstablishmentName", .field = "name", .need = COLUMN_KEY },
	[TYPE] = { "TypeOfEstablishment (code)" },
	[TYPE_NAME] = { "TypeOfEstablishment (name)" },
	[STATUS] = { "EstablishmentStatus (code)",
		     "EstablishmentStatus (name)", .need = COLUMN_NEEDED },
	[PHASE] = { "PhaseOfEducation (code)", .field = "phase" },
	[LOW_AGE] = { "StatutoryLowAge", .field = "low_age" },
	[HIGH_AGE] = { "StatutoryHighAge", .field = "high_age" },
	[ROLL] = { "NumberOfPupils", .field = "roll" },
	[CAPACITY] = { "SchoolCapacity", .field = "capacity" },
	[UNIT_ROLL] = { "SenUnitOnRoll", .field = "sen_unit_roll" },
	[UNIT_CAPACITY] = { "SenUnitCapacity", .field = "sen_unit_capacity" },
	[RESOURCED_ROLL] = { "ResourcedProvisionOnRoll",
		             .field = "resourced_provision_roll" },
	[RESOURCED_CAPACITY] = { "ResourcedProvisionCapacity",
		                 .field = "resourced_provision_capacity" },
	[NURSERY] = { "NurseryProvision (name)", "NurseryProvision" },
	[SIXTH_FORM] = { "OfficialSixthForm (code)",
		         "OfficialSixthForm (name)" },
	[FURTHER_TYPE] = { "FurtherEducationType (name)", .field = "subtype" },
	[UKPRN] = { "UKPRN" },
	[STREET] = { "Street", .field = "street" },
	[LOCALITY] = { "Locality" },
	[ADDRESS3] = { "Address3" },
	[TOWN] = { "Town", .field = "town" },
	[POSTCODE] = { "Postcode", .field = "postcode" },
	[EASTING] = { "Easting", .field = "easting" },
	[NORTHING] = { "Northing", .field = "northing" },
	[OPENED] = { "OpenDate", .field = "opened_on" },
	[CLOSED] = { "CloseDate", .field = "closed_on" },
};

/* Types of establishment: DfE's codes of April 2025. */
static const struct {
	const char *code, *name;
} types[] = {
	{ "1", "Community school" },
	{ "2", "Voluntary aided school" },
	{ "3", "Voluntary controlled school" },
	{ "5", "Foundation school" },
	{ "6", "City technology college" },
	{ "7", "Community special school" },
	{ "8", "Non-maintained special school" },
	{ "10", "Other independent special school" },
	{ "11", "Other independent school" },
	{ "12", "Foundation special school" },
	{ "14", "Pupil referral unit" },
	{ "15", "Local authority nursery school" },
	{ "18", "Further education" },
	{ "24", "Secure units" },
	{ "25", "Offshore schools" },
	{ "26", "Service children's education" },
	{ "27", "Miscellaneous" },
	{ "28", "Academy sponsor led" },
	{ "29", "Higher education institutions" },
	{ "30", "Welsh establishment" },
	{ "31", "Sixth form centres" },
	{ "32", "Special post 16 institution" },
	{ "33", "Academy special sponsor led" },
	{ "34", "Academy converter" },
	{ "35", "Free schools" },
	{ "36", "Free schools special" },
	{ "37", "British schools overseas" },
	{ "38", "Free schools alternative provision" },
	{ "39", "Free schools 16 to 19" },
	{ "40", "University technical college" },
	{ "41", "Studio schools" },
	{ "42", "Academy alternative provision converter" },
	{ "43", "Academy alternative provision sponsor led" },
	{ "44", "Academy special converter" },
	{ "45", "Academy 16-19 converter" },
	{ "46", "Academy 16 to 19 sponsor led" },
	{ "49", "Online provider" },
	{ "56", "Institution funded by other government department" },
	{ "57", "Academy secure 16 to 19" },
};

/* What a cell may say, by code or in words, and what we call it. */
struct word {
	const char *code, *name, *ours;
};

static const struct word statuses[] = {
	{ "1", "Open", "open" },
	{ "2", "Closed", "closed" },
	{ "3", "Open, but proposed to close", "closing" },
	{ "4", "Proposed to open", "proposed" },
	{ NULL }
};

static const struct word sixth_forms[] = {
	{ "1", "Has a sixth form", "yes" },
	{ "2", "Does not have a sixth form", "no" },
	{ "0", "Not applicable", "" },
	{ "9", "Not recorded", "" },
	{ NULL }
};

static const struct word nurseries[] = {
	{ "1", "Has Nursery Classes", "yes" },
	{ "2", "No Nursery Classes", "no" },
	{ "0", "Not applicable", "" },
	{ "9", "Not recorded", "" },
	{ NULL }
};

static struct slice
without_zeros(struct slice digits)
{
	while (digits.len > 1 && digits.at[0] == '0')
		digits = (struct slice){ digits.at + 1, digits.len - 1 };
	return digits;
}

static const struct word *
find_word(const struct register_row *row, unsigned column,
    const struct word *word)
{
	struct slice cell = row_cell(row, column);
	struct slice code = cell_digits(cell, row->arena);

	for (; word->code != NULL; word++)
		if (slice_is_caseless(cell, word->name) || (code.at != NULL &&
		    slice_is(without_zeros(code), word->code)))
			return word;
	return NULL;
}

static bool
identify(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, URN);
	struct slice urn = cell_digits(cell_without_blanks(cell, row->arena),
	    row->arena);
	char *ref;

	if (cell.at == NULL)
		return row_refuse(row, PROBLEM_MISSING_FIELD, URN, "is empty",
		    why);
	if (!urn_is_valid(urn))
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, URN,
		    "is not six digits", why);
	ref = arena_print(row->arena, "urn:%.*s", (int)urn.len, urn.at);
	row->record->source_id = slice_of(ref);
	return row_set(row, "urn", urn, URN, why);
}

/* The authority's code and the number within it, whose leading zeros a
 * spreadsheet may have eaten; number 0 is none. */
static bool
set_laestab(struct register_row *row, struct problem *why)
{
	struct slice code = cell_digits(row_cell(row, LA_CODE), row->arena);
	struct slice cell = row_cell(row, NUMBER);
	struct slice number = cell_digits(cell, row->arena);
	int64_t value;

	if (!la_code_is_valid(code))
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, LA_CODE,
		    "is not three digits", why);
	if (!row_set(row, "la_code", code, LA_CODE, why))
		return false;
	if (cell.at == NULL)
		return true;
	if (number.at == NULL || !text_read_uint(number, &value) ||
	    value > 9999)
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, NUMBER,
		    "is not a number of four digits", why);
	if (value == 0)
		return true;
	return row_set(row, "laestab", slice_of(arena_print(row->arena,
	    "%.3s%04d", code.at, (int)value)), NUMBER, why);
}

/* By code; else by name; "unknown" where the register publishes neither. */
static bool
set_type(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, TYPE), type = SLICE("unknown");
	struct slice name = row_cell(row, TYPE_NAME);

	for (size_t i = 0; i < nitems(types); i++)
		if (slice_is_caseless(name, types[i].name))
			type = slice_of(types[i].code);
	if (cell.at != NULL) {
		type = cell_digits(cell, row->arena);
		if (type.at == NULL || type.len > 3)
			return row_refuse(row, PROBLEM_UNKNOWN_CODE, TYPE,
			    "is not a type of establishment", why);
		type = without_zeros(type);
	}
	return row_set(row, "type", type, TYPE, why);
}

static bool
set_status(struct register_row *row, struct problem *why)
{
	const struct word *word = find_word(row, STATUS, statuses);

	if (word == NULL)
		return row_refuse(row, PROBLEM_UNKNOWN_CODE, STATUS,
		    "is none of 1 open, 2 closed, 3 proposed to close, "
		    "4 proposed to open", why);
	return row_set(row, "status", slice_of(word->ours), STATUS, why);
}

static bool
set_yes_no(struct register_row *row, const char *field, unsigned column,
    const struct word *words, struct problem *why)
{
	const struct word *word = find_word(row, column, words);

	if (row_cell(row, column).at == NULL)
		return true;
	if (word == NULL)
		return row_refuse(row, PROBLEM_UNKNOWN_CODE, column,
		    "is none of its codes", why);
	if (word->ours[0] != '\0')
		row_set_bool(row, field, strcmp(word->ours, "yes") == 0);
	return true;
}

static bool
set_ukprn(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, UKPRN);
	struct slice digits = cell_digits(cell, row->arena);

	if (cell.at == NULL)
		return true;
	if (!ukprn_is_valid(digits))
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, UKPRN,
		    "is not eight digits that begin with 1", why);
	return row_set(row, "ukprn", digits, UKPRN, why);
}

static bool
complete(struct register_row *row, struct problem *why)
{
	unsigned locality = row_cell(row, LOCALITY).at != NULL ?
	    LOCALITY : ADDRESS3;

	return set_laestab(row, why) && set_type(row, why) &&
	       set_status(row, why) && set_ukprn(row, why) &&
	       set_yes_no(row, "has_nursery", NURSERY, nurseries, why) &&
	       set_yes_no(row, "has_sixth_form", SIXTH_FORM, sixth_forms, why) &&
	       row_set(row, "locality", row_cell(row, locality), locality, why);
}

const struct register_format register_gias = {
	.title = "a GIAS extract",
	.columns = columns,
	.columns_len = nitems(columns),
	.name_column = NAME,
	.postcode_column = POSTCODE,
	.identify = identify,
	.complete = complete,
};
