/*
 * Tests of protocol/field_read.c and of the kinds in protocol/fields.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fields.h"

#include "arena.h"
#include "codes.h"
#include "dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;
static struct value value;
static struct problem why;

static bool
reads(const struct field *field, struct slice text)
{
	why.slug = PROBLEM_NONE;
	return field_read(field, text, &arena, &value, "where", &why);
}

static void
reads_as(const struct field *field, const char *text, const char *expected)
{
	assert_true(reads(field, slice_of(text)));
	assert_true(value.is_set);
	assert_true(slice_is(value.text, expected));
}

static void
is_refused(const struct field *field, const char *text, enum problem_slug slug)
{
	assert_false(reads(field, slice_of(text)));
	assert_false(value.is_set);
	assert_int_equal(why.slug, slug);
	assert_string_equal(why.where, "where");
	assert_non_null(strstr(why.detail, field->name));
	/* A detail never repeats what was sent. */
	if (strlen(text) > 6)
		assert_null(strstr(why.detail, text));
}

static void
texts_are_trimmed_and_bounded(void **state)
{
	const struct field text = { "note", FIELD_TEXT, OPTIONAL, .max = 5 };
	const struct field wide = { "note", FIELD_TEXT, OPTIONAL };
	char long_text[1002];

	(void)state;
	reads_as(&text, "abcde", "abcde");
	reads_as(&text, " ab \t", "ab");
	reads_as(&text, "\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9");
	is_refused(&text, "abcdef", PROBLEM_MALFORMED_FIELD);
	is_refused(&text, "", PROBLEM_MALFORMED_FIELD);
	is_refused(&text, "   ", PROBLEM_MALFORMED_FIELD);
	is_refused(&text, "a\nb", PROBLEM_MALFORMED_FIELD);
	is_refused(&text, "a\x7f", PROBLEM_MALFORMED_FIELD);
	is_refused(&text, "a\xc2\x85", PROBLEM_MALFORMED_FIELD);
	reads_as(&text, "a\xc2\xa0", "a\xc2\xa0");
	is_refused(&text, "\xff", PROBLEM_MALFORMED_FIELD);
	assert_false(reads(&text, (struct slice){ NULL, 0 }));
	assert_false(reads(&text, (struct slice){ "a\0b", 3 }));
	memset(long_text, 'x', sizeof(long_text));
	assert_true(reads(&wide, (struct slice){ long_text, 1000 }));
	assert_false(reads(&wide, (struct slice){ long_text, 1001 }));
}

/* Every byte at every place of a text, held against the rule itself. */
static void
one_byte_decides_wherever_it_stands(void **state)
{
	const struct field field = { "note", FIELD_TEXT, OPTIONAL };
	char text[20];

	(void)state;
	for (size_t len = 3; len <= sizeof(text); len++) {
		for (size_t at = 1; at + 1 < len; at++) {
			for (int c = 0; c < 256; c++) {
				memset(text, 'x', sizeof(text));
				text[at] = (char)c;
				assert_int_equal(reads(&field,
				    (struct slice){ text, len }),
				    c >= 0x20 && c < 0x7f);
			}
		}
	}
}

static void
codes_are_those_of_the_list(void **state)
{
	const struct field sex = { "sex", FIELD_CODE, .codes = codes_sex };
	const struct field types = { "types", FIELD_CODES,
		                     .codes = codes_need_type };
	char all[256] = "";
	size_t len = 0;

	(void)state;
	reads_as(&sex, "M", "M");
	is_refused(&sex, "m", PROBLEM_UNKNOWN_CODE);
	is_refused(&sex, "MF", PROBLEM_UNKNOWN_CODE);
	is_refused(&sex, "X", PROBLEM_UNKNOWN_CODE);
	is_refused(&sex, " M", PROBLEM_UNKNOWN_CODE);
	reads_as(&types, "SLCN", "SLCN");
	reads_as(&types, "SLCN,ASD", "SLCN,ASD");
	reads_as(&types, "ASD,SLCN", "ASD,SLCN"); /* rank is kept */
	is_refused(&types, "SLCN,SLCN", PROBLEM_MALFORMED_FIELD);
	is_refused(&types, "SLCN,", PROBLEM_UNKNOWN_CODE);
	is_refused(&types, ",SLCN", PROBLEM_UNKNOWN_CODE);
	is_refused(&types, "SLCN,,ASD", PROBLEM_UNKNOWN_CODE);
	is_refused(&types, "SLCN, ASD", PROBLEM_UNKNOWN_CODE);
	is_refused(&types, "SLCN,BESD", PROBLEM_UNKNOWN_CODE);
	is_refused(&types, ",", PROBLEM_UNKNOWN_CODE);
	for (size_t i = 0; codes_need_type[i] != NULL; i++) {
		if (i > 0)
			all[len++] = ',';
		memcpy(all + len, codes_need_type[i],
		    strlen(codes_need_type[i]));
		len += strlen(codes_need_type[i]);
	}
	reads_as(&types, all, all);
}

/* Kept as lines, each without the blanks around it. */
static void
texts_are_lines(void **state)
{
	const struct field texts = { "texts", FIELD_TEXTS, .max = 5 };
	const struct field usual = { "texts", FIELD_TEXTS };
	char longest[502];

	(void)state;
	reads_as(&texts, "a", "a");
	reads_as(&texts, "a, b\n c \nd", "a, b\nc\nd");
	reads_as(&texts, "12345\nZo\xc3\xab", "12345\nZo\xc3\xab");
	is_refused(&texts, "123456", PROBLEM_MALFORMED_FIELD);
	is_refused(&texts, "a\n", PROBLEM_MALFORMED_FIELD);
	is_refused(&texts, "a\n\nb", PROBLEM_MALFORMED_FIELD);
	is_refused(&texts, "a\n \nb", PROBLEM_MALFORMED_FIELD);
	is_refused(&texts, "a\tb", PROBLEM_MALFORMED_FIELD);
	is_refused(&texts, "a\xff", PROBLEM_MALFORMED_FIELD);
	reads_as(&texts, "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n0",
	    "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n0");
	is_refused(&texts, "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n1",
	    PROBLEM_MALFORMED_FIELD);
	memset(longest, 'x', sizeof(longest));
	longest[501] = '\0';
	is_refused(&usual, longest, PROBLEM_MALFORMED_FIELD);
	longest[500] = '\0';
	reads_as(&usual, longest, longest);
}

static void
numbers_and_dates_are_bounded(void **state)
{
	const struct field age = { "age", FIELD_INT, .max = 99 };
	const struct field year = { "year", FIELD_INT, .max = 2100, .min = 2014 };
	const struct field count = { "count", FIELD_INT };
	const struct field hours = { "hours", FIELD_DECIMAL, .max = 168, .min = 1 };
	const struct field date = { "born_on", FIELD_DATE };
	const struct field at = { "at", FIELD_TIME };
	const struct field flag = { "flag", FIELD_BOOL };

	(void)state;
	assert_true(reads(&age, SLICE("99")));
	assert_int_equal(value.number, 99);
	is_refused(&age, "100", PROBLEM_MALFORMED_FIELD);
	is_refused(&age, "-1", PROBLEM_MALFORMED_FIELD);
	is_refused(&age, "1.0", PROBLEM_MALFORMED_FIELD);
	is_refused(&age, "1e1", PROBLEM_MALFORMED_FIELD);
	is_refused(&age, "", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&year, SLICE("2014")));
	is_refused(&year, "2013", PROBLEM_MALFORMED_FIELD);
	is_refused(&year, "0", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&count, SLICE("2147483647")));
	is_refused(&count, "2147483648", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&hours, SLICE("18.5")));
	assert_int_equal(value.number, 1850);
	assert_true(reads(&hours, SLICE("1.05")));
	assert_int_equal(value.number, 105);
	assert_true(reads(&hours, SLICE("168.00")));
	assert_int_equal(value.number, 16800);
	is_refused(&hours, "168.01", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, "0.99", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, "1.005", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, "12.", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, ".5", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, "-2", PROBLEM_MALFORMED_FIELD);
	is_refused(&hours, "1e1", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&date, SLICE("2000-01-02")));
	assert_int_equal(value.number, 1);
	is_refused(&date, "02/01/2000", PROBLEM_MALFORMED_FIELD);
	is_refused(&date, "2001-02-29", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&at, SLICE("2000-01-01T00:00:01Z")));
	assert_int_equal(value.number, 1000000);
	is_refused(&at, "2000-01-01", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&flag, SLICE("true")));
	assert_int_equal(value.number, 1);
	assert_true(reads(&flag, SLICE("false")));
	assert_true(value.is_set);
	assert_int_equal(value.number, 0);
	is_refused(&flag, "TRUE", PROBLEM_MALFORMED_FIELD);
	is_refused(&flag, "1", PROBLEM_MALFORMED_FIELD);
}

static void
wrong_check_characters_make_a_value_suspect(void **state)
{
	const struct field upn = { "upn", FIELD_UPN };
	const struct field uln = { "uln", FIELD_ULN };
	const struct field nhs = { "nhs_number", FIELD_NHS };

	(void)state;
	reads_as(&upn, "H801200001001", "H801200001001");
	assert_false(value.is_suspect);
	reads_as(&upn, " H801200001001 ", "H801200001001");
	reads_as(&upn, "A801200001001", "A801200001001");
	assert_true(value.is_suspect);
	is_refused(&upn, "h801200001001", PROBLEM_MALFORMED_FIELD);
	is_refused(&upn, "H80120000100", PROBLEM_MALFORMED_FIELD);
	reads_as(&uln, "1000000000", "1000000000");
	assert_false(value.is_suspect);
	reads_as(&uln, "1000000001", "1000000001");
	assert_true(value.is_suspect);
	is_refused(&uln, "123", PROBLEM_MALFORMED_FIELD);
	assert_true(reads(&uln, SLICE("9999999999"))); /* "none yet" */
	assert_false(value.is_set);
	reads_as(&nhs, "943 476 5919", "9434765919");
	assert_false(value.is_suspect);
	reads_as(&nhs, "943-476-5919", "9434765919");
	reads_as(&nhs, "9434765918", "9434765918");
	assert_true(value.is_suspect);
	is_refused(&nhs, "943476591", PROBLEM_MALFORMED_FIELD);
	is_refused(&nhs, "943.476.5919", PROBLEM_MALFORMED_FIELD);
	is_refused(&nhs, "   ", PROBLEM_MALFORMED_FIELD);
}

static void
postcodes_get_their_blank(void **state)
{
	const struct field postcode = { "postcode", FIELD_POSTCODE };
	static const char *const wrong[] = {
		"", "  ", "M33", "M33 7Z", "M33 77Z", "MM33 77Z", "M333 7ZZ",
		"MMM3 7ZZ", "3M3 7ZZ", "M33-7ZZ", "M33 7ZZ X", "A1A1 1AA",
		"AA1AA 1AA", "M3\xc3\xa9 7ZZ", "GIR 0AB",
	};

	(void)state;
	reads_as(&postcode, "M33 7ZZ", "M33 7ZZ");
	reads_as(&postcode, "m337zz", "M33 7ZZ");
	reads_as(&postcode, " M33  7ZZ ", "M33 7ZZ");
	reads_as(&postcode, "M3 37ZZ", "M33 7ZZ");
	reads_as(&postcode, "M1 1AA", "M1 1AA");
	reads_as(&postcode, "W1A0AX", "W1A 0AX");
	reads_as(&postcode, "ec1a1bb", "EC1A 1BB");
	reads_as(&postcode, "DN551PT", "DN55 1PT");
	reads_as(&postcode, "CR26XH", "CR2 6XH");
	reads_as(&postcode, "GIR0AA", "GIR 0AA");
	for (size_t i = 0; i < nitems(wrong); i++)
		is_refused(&postcode, wrong[i], PROBLEM_MALFORMED_FIELD);
}

static void
uuids_and_references_are_checked(void **state)
{
	const struct field uuid = { "id", FIELD_UUID };
	const struct field setting = { "to_setting", FIELD_SETTING };

	(void)state;
	reads_as(&uuid, "00112233-4455-6677-8899-AABBCCDDEEFF",
	    "00112233-4455-6677-8899-aabbccddeeff");
	is_refused(&uuid, "00112233445566778899aabbccddeeff",
	    PROBLEM_MALFORMED_FIELD);
	reads_as(&setting, "urn:106283", "urn:106283");
	is_refused(&setting, "106283", PROBLEM_MALFORMED_FIELD);
	is_refused(&setting, " urn:106283", PROBLEM_MALFORMED_FIELD);
}

/* The table is a contract with the database: its bounds are kept here. */
static void
kinds_are_found_and_well_formed(void **state)
{
	(void)state;
	assert_non_null(kind_find(sync_kinds, SLICE("need")));
	assert_null(kind_find(sync_kinds, SLICE("setting")));
	assert_null(kind_find(sync_kinds, SLICE("")));
	assert_null(kind_find(sync_kinds, SLICE("NEED")));
	for (size_t k = 0; sync_kinds[k] != NULL; k++) {
		assert_in_range(k, 0, KINDS_MAX - 1);
		assert_in_range(sync_kinds[k]->fields_len, 1, FIELDS_MAX);
		for (size_t i = 0; i < sync_kinds[k]->fields_len; i++) {
			const struct field *field = &sync_kinds[k]->fields[i];
			bool has_codes = field->type == FIELD_CODE ||
			    field->type == FIELD_CODES;

			assert_int_equal(field->codes != NULL, has_codes);
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(field->name,
				    sync_kinds[k]->fields[j].name);
		}
	}
	assert_in_range(kind_setting.fields_len, 1, FIELDS_MAX);
}

static int
release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_trimmed_and_bounded),
		cmocka_unit_test(one_byte_decides_wherever_it_stands),
		cmocka_unit_test(codes_are_those_of_the_list),
		cmocka_unit_test(texts_are_lines),
		cmocka_unit_test(numbers_and_dates_are_bounded),
		cmocka_unit_test(wrong_check_characters_make_a_value_suspect),
		cmocka_unit_test(postcodes_get_their_blank),
		cmocka_unit_test(uuids_and_references_are_checked),
		cmocka_unit_test(kinds_are_found_and_well_formed),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL,
	    release_arena);
}
