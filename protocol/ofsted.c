/*
 * ofsted.c — Ofsted's list of childcare providers: nurseries, childminders
 * and home childcarers. Childminders are redacted at source and stay so:
 * they are called by what they are and their number.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register_layout.h"

#include <ctype.h>
#include <string.h>

#include "identifiers.h"
#include "register_cell.h"

enum {
	URN, NAME, TYPE, SUBTYPE, STATUS, REGISTERED, LINE1, LINE2, LINE3, TOWN,
	POSTCODE, AUTHORITY, PLACES
};

static const struct register_column columns[] = {
	[URN] = { "Provider URN", .need = COLUMN_KEY },
	[NAME] = { "Provider name", .need = COLUMN_KEY },
	[TYPE] = { "Provider type", .need = COLUMN_NEEDED },
	[SUBTYPE] = { "Provider subtype" },
	[STATUS] = { "Provider status", "Registration status",
		     .need = COLUMN_NEEDED },
	[REGISTERED] = { "Registration date", .field = "opened_on" },
	[LINE1] = { "Provider address line 1", .field = "street" },
	[LINE2] = { "Provider address line 2" },
	[LINE3] = { "Provider address line 3" },
	[TOWN] = { "Provider town", .field = "town" },
	[POSTCODE] = { "Postcode", "Provider postcode", .field = "postcode" },
	[AUTHORITY] = { "Local authority", .field = "la_name" },
	[PLACES] = { "Places", .field = "capacity" },
};

static const struct {
	const char *name, *type;
} types[] = {
	{ "Childminder", "ofsted:childminder" },
	{ "Childcare on non-domestic premises", "ofsted:non_domestic" },
	{ "Childcare on domestic premises", "ofsted:domestic" },
	{ "Home childcarer", "ofsted:home_childcarer" },
};

/* By the first word: "Suspended (pending appeal)" is suspended. */
static const struct {
	const char *opening, *status;
} statuses[] = {
	{ "Active", "open" },
	{ "Registered", "open" },
	{ "Suspended", "open" }, /* still on the register, may reopen */
	{ "Inactive", "closed" },
	{ "Resigned", "closed" },
	{ "Cancelled", "closed" },
	{ "Removed", "closed" },
	{ "Closed", "closed" },
	{ "Proposed", "proposed" },
	{ "Pending", "proposed" },
};

static bool
identify(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, URN);
	struct slice text = cell_without_blanks(cell, row->arena);
	struct slice digits = cell_digits(text, row->arena);
	char *urn;

	if (cell.at == NULL)
		return row_refuse(row, PROBLEM_MISSING_FIELD, URN, "is empty",
		    why);
	if (digits.at == NULL)
		digits = text;
	urn = arena_text(row->arena, digits.at, digits.len);
	for (char *at = urn; *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	if (!ofsted_urn_is_valid(slice_of(urn)))
		return row_refuse(row, PROBLEM_MALFORMED_FIELD, URN,
		    "is no number of a childcare provider", why);
	row->record->source_id = slice_of(arena_print(row->arena, "ofsted:%s",
	    urn));
	return row_set(row, "ofsted_urn", slice_of(urn), URN, why);
}

static bool
set_name(struct register_row *row, struct problem *why)
{
	struct slice name = row_cell(row, NAME), type = row_cell(row, TYPE);
	const char *urn = row->record->source_id.at + strlen("ofsted:");

	if (slice_is_caseless(row->cells[NAME], "REDACTED"))
		name = slice_of(arena_print(row->arena, "%.*s %s",
		    (int)type.len, type.at, urn));
	if (name.at == NULL)
		return row_refuse(row, PROBLEM_MISSING_FIELD, NAME, "is empty",
		    why);
	return row_set(row, "name", name, NAME, why);
}

/* A type we do not know is kept in its own words as the subtype. */
static bool
set_type(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, TYPE), subtype = row_cell(row, SUBTYPE);
	const char *type = NULL;

	if (cell.at == NULL)
		return row_refuse(row, PROBLEM_MISSING_FIELD, TYPE, "is empty",
		    why);
	for (size_t i = 0; i < nitems(types); i++)
		if (slice_is_caseless(cell, types[i].name))
			type = types[i].type;
	if (type == NULL) {
		type = "ofsted:other";
		if (subtype.at == NULL)
			subtype = cell;
	}
	return row_set(row, "type", slice_of(type), TYPE, why) &&
	       row_set(row, "subtype", subtype, SUBTYPE, why);
}

static bool
set_status(struct register_row *row, struct problem *why)
{
	struct slice cell = row_cell(row, STATUS);

	for (size_t i = 0; i < nitems(statuses); i++) {
		size_t len = strlen(statuses[i].opening);

		if (cell.len >= len && slice_is_caseless(
		    (struct slice){ cell.at, len }, statuses[i].opening))
			return row_set(row, "status",
			    slice_of(statuses[i].status), STATUS, why);
	}
	return row_refuse(row, PROBLEM_UNKNOWN_CODE, STATUS,
	    "is no status of a provider", why);
}

static bool
set_locality(struct register_row *row, struct problem *why)
{
	struct slice second = row_cell(row, LINE2), third = row_cell(row, LINE3);

	if (second.at == NULL)
		second = third;
	else if (third.at != NULL)
		second = slice_of(arena_print(row->arena, "%.*s, %.*s",
		    (int)second.len, second.at, (int)third.len, third.at));
	return row_set(row, "locality", second, LINE2, why);
}

static bool
complete(struct register_row *row, struct problem *why)
{
	return set_type(row, why) && set_name(row, why) &&
	       set_status(row, why) && set_locality(row, why);
}

const struct register_format register_ofsted = {
	.title = "Ofsted's list of childcare providers",
	.columns = columns,
	.columns_len = nitems(columns),
	.name_column = NAME,
	.postcode_column = POSTCODE,
	.identify = identify,
	.complete = complete,
};
