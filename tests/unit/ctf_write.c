/*
 * ctf_write — a transfer file in the order of the published format, and what
 * is written is read back by our own reader as it was. All children here are
 * fictional.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "ctf.h"
#include "fields.h"

#define CELL(text) { text, sizeof(text) - 1 }

static const struct ctf_row rows[] = {
	{ CTF_HEADER, { [CTF_VERSION] = CELL("25.0"),
		        [CTF_MADE_AT] = CELL("2026-07-10T14:30:00"),
		        [CTF_SUPPLIER] = CELL("sencod"),
		        [CTF_SOURCE_LEA] = CELL("358"),
		        [CTF_SOURCE_ESTAB] = CELL("9001"),
		        [CTF_SOURCE_NAME] = CELL("Test & <Fictional>"),
		        [CTF_ACADEMIC_YEAR] = CELL("2025"),
		        [CTF_DEST_LEA] = CELL("358"),
		        [CTF_DEST_ESTAB] = CELL("9002") } },
	{ CTF_PUPIL, { [CTF_UPN] = CELL("Z999000018001"),
		       [CTF_SURNAME] = CELL("Testchild-O'Łucja"),
		       [CTF_FORENAME] = CELL("Zoë \"Z\" & <co>"),
		       [CTF_DOB] = CELL("2016-05-14"),
		       [CTF_SEX] = CELL("F"),
		       [CTF_MIDDLE_NAMES] = CELL("Anne"),
		       [CTF_NC_YEAR] = CELL("5"),
		       [CTF_ENROL_STATUS] = CELL("M"),
		       [CTF_POSTCODE] = CELL("M33 1AA") } },
	{ CTF_SEN, { [CTF_SEN_START] = CELL("2022-09-01"),
		     [CTF_SEN_PROVISION] = CELL("K") } },
	{ CTF_SEN, { [CTF_SEN_START] = CELL("2024-01-08"),
		     [CTF_SEN_PROVISION] = CELL("E") } },
	{ CTF_NEED, { [CTF_NEED_START] = CELL("2022-09-01"),
		      [CTF_NEED_END] = CELL("2024-01-07"),
		      [CTF_NEED_RANK] = CELL("1"),
		      [CTF_NEED_TYPE] = CELL("SLCN") } },
	{ CTF_NEED, { [CTF_NEED_START] = CELL("2024-01-08"),
		      [CTF_NEED_RANK] = CELL("1"),
		      [CTF_NEED_TYPE] = CELL("ASD") } },
	{ CTF_NEED, { [CTF_NEED_START] = CELL("2024-01-08"),
		      [CTF_NEED_RANK] = CELL("2"),
		      [CTF_NEED_TYPE] = CELL("SLCN") } },
	{ CTF_SCHOOL, { [CTF_SCHOOL_LEA] = CELL("358"),
		        [CTF_SCHOOL_ESTAB] = CELL("9001"),
		        [CTF_SCHOOL_NAME] = CELL("Test & <Fictional>"),
		        [CTF_ENTRY] = CELL("2020-09-02"),
		        [CTF_LEAVING] = CELL("2026-07-17"),
		        [CTF_LAST] = CELL("true") } },
};

static void
written_is(const struct ctf_row *of, size_t len, const char *text)
{
	struct buf out;

	buf_init(&out);
	ctf_write(of, len, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.at, text);
	buf_release(&out);
}

static void
elements_come_in_the_order_of_the_format(void **state)
{
	(void)state;
	written_is(rows, nitems(rows),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<CTfile>\n <Header>\n"
	    "  <DocumentName>Common Transfer File</DocumentName>\n"
	    "  <CTFversion>25.0</CTFversion>\n"
	    "  <DateTime>2026-07-10T14:30:00</DateTime>\n"
	    "  <DocumentQualifier>partial</DocumentQualifier>\n"
	    "  <DataDescriptor>SEN history</DataDescriptor>\n"
	    "  <SupplierID>sencod</SupplierID>\n"
	    "  <SourceSchool>\n   <LEA>358</LEA>\n   <Estab>9001</Estab>\n"
	    "   <SchoolName>Test &amp; &lt;Fictional&gt;</SchoolName>\n"
	    "   <AcademicYear>2025</AcademicYear>\n  </SourceSchool>\n"
	    "  <DestSchool>\n   <LEA>358</LEA>\n   <Estab>9002</Estab>\n"
	    "  </DestSchool>\n </Header>\n <CTFpupilData>\n  <Pupil>\n"
	    "   <UPN>Z999000018001</UPN>\n"
	    "   <Surname>Testchild-O'Łucja</Surname>\n"
	    "   <Forename>Zoë &quot;Z&quot; &amp; &lt;co&gt;</Forename>\n"
	    "   <DOB>2016-05-14</DOB>\n   <Sex>F</Sex>\n   <BasicDetails>\n"
	    "    <MiddleNames>Anne</MiddleNames>\n"
	    "    <NCyearActual>5</NCyearActual>\n"
	    "    <EnrolStatus>M</EnrolStatus>\n   </BasicDetails>\n"
	    "   <SENhistory>\n    <SEN>\n"
	    "     <StartDate>2022-09-01</StartDate>\n"
	    "     <SENprovision>K</SENprovision>\n    </SEN>\n    <SEN>\n"
	    "     <StartDate>2024-01-08</StartDate>\n"
	    "     <SENprovision>E</SENprovision>\n    </SEN>\n"
	    "    <SENneeds>\n     <SENneed>\n"
	    "      <NeedStartDate>2022-09-01</NeedStartDate>\n"
	    "      <NeedEndDate>2024-01-07</NeedEndDate>\n"
	    "      <SENtypeRank>1</SENtypeRank>\n"
	    "      <SENtype>SLCN</SENtype>\n     </SENneed>\n     <SENneed>\n"
	    "      <NeedStartDate>2024-01-08</NeedStartDate>\n"
	    "      <SENtypeRank>1</SENtypeRank>\n"
	    "      <SENtype>ASD</SENtype>\n     </SENneed>\n     <SENneed>\n"
	    "      <NeedStartDate>2024-01-08</NeedStartDate>\n"
	    "      <SENtypeRank>2</SENtypeRank>\n"
	    "      <SENtype>SLCN</SENtype>\n     </SENneed>\n"
	    "    </SENneeds>\n   </SENhistory>\n   <Address>\n"
	    "    <PostCode>M33 1AA</PostCode>\n   </Address>\n"
	    "   <SchoolHistory>\n    <School>\n     <LEA>358</LEA>\n"
	    "     <Estab>9001</Estab>\n"
	    "     <SchoolName>Test &amp; &lt;Fictional&gt;</SchoolName>\n"
	    "     <EntryDate>2020-09-02</EntryDate>\n"
	    "     <LeavingDate>2026-07-17</LeavingDate>\n"
	    "     <LastSchool>true</LastSchool>\n    </School>\n"
	    "   </SchoolHistory>\n  </Pupil>\n </CTFpupilData>\n</CTfile>\n");
}

static void
what_is_not_known_is_left_out(void **state)
{
	static const struct ctf_row bare[] = {
		{ CTF_PUPIL, { [CTF_SURNAME] = CELL("Testchild"),
			       [CTF_DOB] = CELL("2021-02-28") } },
	};

	(void)state;
	written_is(bare, 1, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<CTfile>\n <CTFpupilData>\n  <Pupil>\n"
	    "   <Surname>Testchild</Surname>\n   <DOB>2021-02-28</DOB>\n"
	    "   <SENhistory/>\n  </Pupil>\n </CTFpupilData>\n</CTfile>\n");
}

static void
what_xml_does_not_have_is_replaced(void **state)
{
	static const struct ctf_row odd[] = {
		{ CTF_PUPIL, { [CTF_SURNAME] = CELL("a\x01 b\xef\xbf\xbf") } },
	};

	(void)state;
	written_is(odd, 1, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<CTfile>\n <CTFpupilData>\n  <Pupil>\n"
	    "   <Surname>a? b\xef\xbf\xbd</Surname>\n   <SENhistory/>\n"
	    "  </Pupil>\n </CTFpupilData>\n</CTfile>\n");
}

/* "surname=…;forename=…" of a record, dates as days. */
static void
record_print(const struct record *record, struct buf *out)
{
	buf_print(out, "%s%s:", out->len > 0 ? "\n" : "", record->kind->name);
	for (size_t i = 0; i < record->kind->fields_len; i++) {
		const struct value *value = &record->values[i];

		if (!value->is_set ||
		    strcmp(record->kind->fields[i].name, "child") == 0)
			continue;
		buf_print(out, " %s=", record->kind->fields[i].name);
		if (value->text.at != NULL)
			buf_add(out, value->text.at, value->text.len);
		else
			buf_add_int(out, value->number);
	}
}

static void
our_reader_reads_it_as_it_was(void **state)
{
	struct problem why = { 0 };
	struct buf out, said;
	struct arena arena;
	struct ctf ctf;

	(void)state;
	arena_init(&arena);
	buf_init(&out);
	buf_init(&said);
	ctf_write(rows, nitems(rows), &out);
	assert_true(ctf_read(&ctf, out.at, out.len, &arena, &why));
	assert_string_equal(ctf.source_laestab, "3589001");
	assert_string_equal(ctf.dest_laestab, "3589002");
	assert_string_equal(ctf.version, "25.0");
	assert_int_equal(ctf.pupils_len, 1);
	for (size_t i = 0; i < ctf.batch.len; i++) {
		assert_false(ctf.batch.records[i].is_refused);
		record_print(&ctf.batch.records[i], &said);
	}
	buf_add_char(&said, '\0');
	assert_string_equal(said.at,
	    "child: surname=Testchild-O'Łucja forename=Zoë \"Z\" & <co>"
	    " middle_names=Anne born_on=5978 sex=F upn=Z999000018001"
	    " postcode=M33 1AA year_group=5\n"
	    "placement: start_on=7550 end_on=9694 enrolment=main\n"
	    "need: provision=K start_on=8279 end_on=8772 types=SLCN\n"
	    "need: provision=E start_on=8773 types=ASD,SLCN");
	buf_release(&said);
	buf_release(&out);
	arena_release(&arena);
}

static void
parts_have_names(void **state)
{
	enum ctf_part part;

	(void)state;
	assert_true(ctf_part_find(slice_of("school"), &part));
	assert_int_equal(part, CTF_SCHOOL);
	assert_false(ctf_part_find(slice_of("attendance"), &part));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_come_in_the_order_of_the_format),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(what_xml_does_not_have_is_replaced),
		cmocka_unit_test(our_reader_reads_it_as_it_was),
		cmocka_unit_test(parts_have_names),
	};
	return cmocka_run_group_tests_name("ctf_write", tests, NULL, NULL);
}
