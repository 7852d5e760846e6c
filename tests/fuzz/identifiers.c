/*
 * identifiers — any bytes at all as a value of every type of field: no
 * crash, and what is taken reads back as itself (a normal form is normal).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "identifiers.h"

#include "arena.h"
#include "codes.h"
#include "dates.h"
#include "fields.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static const struct field fields[] = {
	{ "text",     FIELD_TEXT, REQUIRED },
	{ "code",     FIELD_CODE, OPTIONAL, .codes = codes_year_group },
	{ "codes",    FIELD_CODES, OPTIONAL, .codes = codes_need_type },
	{ "texts",    FIELD_TEXTS, OPTIONAL, .max = 20 },
	{ "date",     FIELD_DATE, OPTIONAL },
	{ "time",     FIELD_TIME, OPTIONAL },
	{ "int",      FIELD_INT, OPTIONAL },
	{ "decimal",  FIELD_DECIMAL, OPTIONAL, .max = 168 },
	{ "bool",     FIELD_BOOL, OPTIONAL },
	{ "uuid",     FIELD_UUID, OPTIONAL },
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "upn",      FIELD_UPN, OPTIONAL },
	{ "uln",      FIELD_ULN, OPTIONAL },
	{ "nhs",      FIELD_NHS, OPTIONAL },
	{ "postcode", FIELD_POSTCODE, OPTIONAL },
};

/* Numbers are printed and must read back; texts are read again as they are. */
static void
read_again(const struct field *field, const struct value *value,
    struct arena *arena)
{
	struct slice text = value->text;
	char date[DATE_TEXT_SIZE], time[TIME_TEXT_SIZE];
	char decimal[DECIMAL_TEXT_SIZE];
	struct value again;
	struct problem why;

	if (field->type == FIELD_DATE) {
		date_print((int32_t)value->number, date);
		text = slice_of(date);
	} else if (field->type == FIELD_TIME) {
		time_print(value->number, time);
		text = slice_of(time);
	} else if (field->type == FIELD_INT) {
		text = slice_of(arena_print(arena, "%lld",
		    (long long)value->number));
	} else if (field->type == FIELD_DECIMAL) {
		text_print_decimal(value->number, decimal);
		text = slice_of(decimal);
	} else if (field->type == FIELD_BOOL) {
		text = value->number == 1 ? SLICE("true") : SLICE("false");
	}
	assert(field_read(field, text, arena, &again, "", &why));
	assert(again.is_set && again.is_suspect == value->is_suspect);
	assert(again.number == value->number);
	assert(again.text.len == value->text.len);
	if (again.text.len > 0)
		assert(memcmp(again.text.at, value->text.at,
		    again.text.len) == 0);
}

static void
check_verdicts(struct slice text)
{
	if (upn_check(text) == IDENTIFIER_VALID)
		assert(text.len == 13 &&
		    text.at[0] == upn_check_letter(text.at + 1));
	if (upn_is_temporary(text))
		assert(upn_check(text) == IDENTIFIER_VALID);
	if (uln_check(text) != IDENTIFIER_MALFORMED)
		assert(text.len == 10);
	if (nhs_check(text) != IDENTIFIER_MALFORMED)
		assert(text.len == 10);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct slice text = { (const char *)at, len };
	struct problem why;
	struct arena arena;
	struct value value;
	int32_t date;

	arena_init(&arena);
	check_verdicts(text);
	if (date_read_register(text, &date))
		assert(len == 10);
	for (size_t i = 0; i < nitems(fields); i++) {
		why.slug = PROBLEM_NONE;
		if (!field_read(&fields[i], text, &arena, &value, "", &why)) {
			assert(why.slug != PROBLEM_NONE && !value.is_set);
			continue;
		}
		if (value.is_set)
			read_again(&fields[i], &value, &arena);
		else
			assert(fields[i].type == FIELD_ULN);
	}
	arena_release(&arena);
	return 0;
}
