/*
 * Tests of protocol/batch.c and protocol/json_reader.c: the two forms, what
 * fails whole and what is refused in its place, and records sent twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batch.h"

#include "json_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;
static struct problem why;
static struct batch batch;

static bool
reads(const char *body, enum batch_form form)
{
	why = (struct problem){ .slug = PROBLEM_NONE };
	return batch_read(&batch, sync_kinds, body, strlen(body), form, &arena,
	    &why);
}

static void
fails_whole(const char *body, enum problem_slug slug, const char *where)
{
	assert_false(reads(body, BATCH_JSON));
	assert_string_equal(problem_name(why.slug), problem_name(slug));
	assert_string_equal(why.where, where);
}

static void
is_refused(size_t i, enum problem_slug slug, const char *where)
{
	assert_true(i < batch.len);
	assert_true(batch.records[i].is_refused);
	assert_string_equal(problem_name(batch.records[i].why->slug),
	    problem_name(slug));
	assert_string_equal(batch.records[i].why->where, where);
}

static void
both_forms_give_the_same_records(void **state)
{
	static const char json[] = " {\"records\":[\n"
	    "{\"kind\":\"child\",\"source_id\":\"c-1\",\"revision\":1,"
	    "\"data\":{\"surname\":\"Testchild\",\"born_on\":\"2015-09-01\"}},\n"
	    "{\"kind\":\"need\",\"source_id\":\"n-1\",\"revision\":2,\"data\":{"
	    "\"child\":\"c-1\",\"provision\":\"K\",\"start_on\":\"2024-09-03\","
	    "\"types\":[\"SLCN\",\"ASD\"]}} ]\r\n}\n";
	static const char ndjson[] =
	    "{\"kind\":\"child\",\"source_id\":\"c-1\",\"revision\":1,"
	    "\"data\":{\"surname\":\"Testchild\",\"born_on\":\"2015-09-01\"}}\r\n"
	    "\n \t\r\n"
	    "{\"kind\":\"need\",\"source_id\":\"n-1\",\"revision\":2,\"data\":{"
	    "\"child\":\"c-1\",\"provision\":\"K\",\"start_on\":\"2024-09-03\","
	    "\"types\":[\"SLCN\",\"ASD\"]}}";
	struct batch other;

	(void)state;
	assert_true(reads(json, BATCH_JSON));
	other = batch;
	assert_true(reads(ndjson, BATCH_NDJSON));
	assert_int_equal(batch.len, 2);
	assert_int_equal(other.len, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_false(batch.records[i].is_refused);
		assert_ptr_equal(batch.records[i].kind, other.records[i].kind);
		assert_memory_equal(batch.records[i].hash,
		    other.records[i].hash, 16);
	}
	assert_true(slice_is(batch.records[1].values[4].text, "SLCN,ASD"));
}

static void
empty_batches_are_fine(void **state)
{
	(void)state;
	assert_true(reads("{\"records\":[]}", BATCH_JSON));
	assert_int_equal(batch.len, 0);
	assert_true(reads("", BATCH_NDJSON));
	assert_int_equal(batch.len, 0);
	assert_true(reads("\n\r\n  \n", BATCH_NDJSON));
	assert_int_equal(batch.len, 0);
	assert_true(batch_read(&batch, sync_kinds, NULL, 0, BATCH_NDJSON,
	    &arena, &why));
	assert_false(batch_read(&batch, sync_kinds, NULL, 0, BATCH_JSON,
	    &arena, &why));
	assert_int_equal(why.slug, PROBLEM_MALFORMED_JSON);
}

static void
a_bad_envelope_fails_whole(void **state)
{
	static const char *const malformed[] = {
		"", " ", "[]", "{", "{\"records\"", "{\"records\":",
		"{\"records\":[", "{\"records\":[]", "{\"records\":[]}}",
		"{\"records\":[]} x", "{\"records\":[],}", "{,\"records\":[]}",
		"{records:[]}", "{'records':[]}", "{\"records\":[{}]",
		"{\"records\":[{},]}", "{\"records\":[,{}]}",
		"{\"records\":[{} {}]}", "{\"records\":[{\"kind\" \"x\"}]}",
		"{\"records\":[{\"kind\":\"x\",}]}",
		"{\"records\":[{\"kind\":\"x}]}",
		"{\"records\":[{\"kind\":\"a\nb\"}]}",
		"{\"records\":[{\"kind\":\"\\x\"}]}",
		"{\"records\":[{\"kind\":\"\\u12\"}]}",
		"{\"records\":[{\"kind\":\"\\u12g4\"}]}",
		"{\"records\":[{\"kind\":\"\xff\"}]}",
		"{\"records\":[{\"kind\":\"\xed\xa0\x80\"}]}",
		"{\"records\":[{\"kind\":\"\\",
		"{\"records\":[{\"revision\":01}]}",
		"{\"records\":[{\"revision\":-}]}",
		"{\"records\":[{\"revision\":+1}]}",
		"{\"records\":[{\"revision\":1.}]}",
		"{\"records\":[{\"revision\":.5}]}",
		"{\"records\":[{\"revision\":1e}]}",
		"{\"records\":[{\"revision\":1e+}]}",
		"{\"records\":[{\"revision\":NaN}]}",
		"{\"records\":[{\"revision\":Infinity}]}",
		"{\"records\":[{\"revision\":0x10}]}",
		"{\"records\":[{\"op\":nul}]}", "{\"records\":[tru]}",
		"{\"records\":[/* */]}", "\xef\xbb\xbf{\"records\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(malformed); i++)
		fails_whole(malformed[i], PROBLEM_MALFORMED_JSON, "");
	fails_whole("{}", PROBLEM_MISSING_FIELD, "/records");
	fails_whole("{\"records\":{}}", PROBLEM_MALFORMED_FIELD, "/records");
	fails_whole("{\"records\":null}", PROBLEM_MALFORMED_FIELD, "/records");
	fails_whole("{\"records\":[],\"records\":[]}", PROBLEM_DUPLICATE_FIELD,
	    "/records");
	fails_whole("{\"record\":[]}", PROBLEM_UNKNOWN_FIELD, "");
}

static void
a_bad_record_harms_no_other(void **state)
{
	(void)state;
	assert_true(reads("{\"records\":["
	    "{\"kind\":\"nothing\",\"data\":{\"a\":[{\"b\":\"}]\"}]}},"
	    "17,\"x\",{\"kind\":\"need\",\"source_id\":\"n\",\"revision\":1,"
	    "\"op\":\"delete\"},"
	    "{\"kind\":\"child\",\"source_id\":\"c\",\"revision\":1,\"data\":"
	    "{\"born_on\":\"2015-13-01\"}}]}", BATCH_JSON));
	assert_int_equal(batch.len, 5);
	is_refused(0, PROBLEM_UNKNOWN_KIND, "/records/0/kind");
	is_refused(1, PROBLEM_MALFORMED_FIELD, "/records/1");
	is_refused(2, PROBLEM_MALFORMED_FIELD, "/records/2");
	assert_false(batch.records[3].is_refused);
	is_refused(4, PROBLEM_MALFORMED_FIELD, "/records/4/data/born_on");
	/* What is known of a refused record is kept. */
	assert_true(slice_is(batch.records[4].source_id, "c"));
}

static void
a_broken_line_harms_no_other(void **state)
{
	(void)state;
	assert_true(reads("{\"kind\":\"need\",\"source_id\":\"n\n"
	    "\n"
	    "{\"kind\":\"need\",\"source_id\":\"n\",\"revision\":1,"
	    "\"op\":\"delete\"}\n"
	    "{\"kind\":\"need\",\"source_id\":\"m\",\"revision\":1,"
	    "\"op\":\"delete\"} x\n"
	    "{\"kind\":\"need\",\"source_id\":\"\xc3\n"
	    "{\"records\":[]}\n", BATCH_NDJSON));
	assert_int_equal(batch.len, 5);
	is_refused(0, PROBLEM_MALFORMED_JSON, "/records/0");
	assert_false(batch.records[1].is_refused);
	is_refused(2, PROBLEM_MALFORMED_JSON, "/records/2");
	is_refused(3, PROBLEM_MALFORMED_JSON, "/records/3");
	is_refused(4, PROBLEM_UNKNOWN_FIELD, "/records/4/records");
	assert_null(batch.records[2].kind);
	assert_non_null(strstr(batch.records[0].why->detail, "at byte"));
}

/* Every cut of a good body is malformed, and reads no byte behind its end. */
static void
every_cut_is_noticed(void **state)
{
	static const char body[] = "{\"records\":[{\"kind\":\"child\","
	    "\"source_id\":\"c\\u0041\",\"revision\":10,\"data\":{"
	    "\"born_on\":\"2015-09-01\",\"surname\":\"Zo\xc3\xab\","
	    "\"sex\":null}}]}";
	size_t len = sizeof(body) - 1;

	(void)state;
	assert_true(reads(body, BATCH_JSON));
	for (size_t cut = 0; cut < len; cut++) {
		char *copy = malloc(cut > 0 ? cut : 1);

		assert_non_null(copy);
		memcpy(copy, body, cut);
		assert_false(batch_read(&batch, sync_kinds, copy, cut,
		    BATCH_JSON, &arena, &why));
		assert_int_equal(why.slug, PROBLEM_MALFORMED_JSON);
		free(copy);
	}
}

/* n records of distinct ids in either form. */
static void
print_many(struct buf *buf, size_t n, enum batch_form form)
{
	buf_clear(buf);
	if (form == BATCH_JSON)
		buf_add_text(buf, "{\"records\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(buf, form == BATCH_JSON ? ',' : '\n');
		buf_print(buf, "{\"kind\":\"need\",\"source_id\":\"n-%zu\","
		    "\"revision\":1,\"op\":\"delete\"}", i);
	}
	if (form == BATCH_JSON)
		buf_add_text(buf, "]}");
}

static void
a_batch_holds_5000_records(void **state)
{
	enum batch_form forms[] = { BATCH_JSON, BATCH_NDJSON };
	struct buf body;

	(void)state;
	buf_init(&body);
	for (size_t i = 0; i < nitems(forms); i++) {
		print_many(&body, 5000, forms[i]);
		assert_true(batch_read(&batch, sync_kinds, body.at, body.len,
		    forms[i], &arena, &why));
		assert_int_equal(batch.len, 5000);
		assert_true(slice_is(batch.records[4999].source_id, "n-4999"));
		assert_false(batch.records[4999].is_superseded);
		print_many(&body, 5001, forms[i]);
		assert_false(batch_read(&batch, sync_kinds, body.at, body.len,
		    forms[i], &arena, &why));
		assert_int_equal(why.slug, PROBLEM_TOO_MANY_RECORDS);
	}
	buf_release(&body);
}

static void
a_batch_holds_8_mib(void **state)
{
	struct buf body;

	(void)state;
	buf_init(&body);
	buf_reserve(&body, BATCH_BYTES_MAX + 1);
	memset(body.at, ' ', BATCH_BYTES_MAX + 1);
	assert_true(batch_read(&batch, sync_kinds, body.at, BATCH_BYTES_MAX,
	    BATCH_NDJSON, &arena, &why));
	assert_false(batch_read(&batch, sync_kinds, body.at,
	    BATCH_BYTES_MAX + 1, BATCH_NDJSON, &arena, &why));
	assert_int_equal(why.slug, PROBLEM_BODY_TOO_LARGE);
	buf_release(&body);
}

/* The envelope, the array and the record are three levels of the 32. */
static void
nesting_ends_at_32(void **state)
{
	struct buf body;

	(void)state;
	buf_init(&body);
	for (int deep = 28; deep <= 31; deep++) {
		buf_clear(&body);
		buf_add_text(&body, "{\"records\":[{\"zz\":");
		for (int i = 0; i < deep; i++)
			buf_add_char(&body, '[');
		for (int i = 0; i < deep; i++)
			buf_add_char(&body, ']');
		buf_add_text(&body, "}]}");
		buf_add_char(&body, '\0');
		if (deep <= 29) {
			assert_true(reads(body.at, BATCH_JSON));
			is_refused(0, PROBLEM_UNKNOWN_FIELD, "/records/0/zz");
		} else {
			fails_whole(body.at, PROBLEM_MALFORMED_JSON, "");
		}
	}
	buf_release(&body);
}

#define CHILD(id, revision, surname) \
	"{\"kind\":\"child\",\"source_id\":\"" id "\",\"revision\":" revision \
	",\"data\":{\"surname\":\"" surname "\",\"born_on\":\"2015-09-01\"}}\n"
#define GONE(kind, id, revision) \
	"{\"kind\":\"" kind "\",\"source_id\":\"" id "\",\"revision\":" \
	revision ",\"op\":\"delete\"}\n"

/* One letter a record: t taken, s superseded, x refused as sent twice. */
static void
settles(const char *body, const char *expected)
{
	char found[16] = "";

	assert_true(reads(body, BATCH_NDJSON));
	assert_int_equal(batch.len, strlen(expected));
	for (size_t i = 0; i < batch.len; i++) {
		const struct record *record = &batch.records[i];

		found[i] = record->is_superseded ? 's' : 't';
		if (record->is_refused) {
			assert_false(record->is_superseded);
			is_refused(i, PROBLEM_RECORD_TWICE,
			    arena_print(&arena, "/records/%zu", i));
			found[i] = 'x';
		}
	}
	assert_string_equal(found, expected);
}

static void
the_highest_revision_stands(void **state)
{
	(void)state;
	settles(CHILD("a", "1", "A") CHILD("b", "1", "A"), "tt");
	settles(CHILD("a", "1", "A") CHILD("a", "2", "B"), "st");
	settles(CHILD("a", "2", "A") CHILD("a", "1", "B"), "ts");
	settles(CHILD("a", "1", "A") CHILD("a", "1", "A"), "ts");
	settles(CHILD("a", "1", "A") CHILD("a", "1", "B"), "xx");
	settles(CHILD("a", "1", "A") GONE("child", "a", "1"), "xx");
	settles(GONE("child", "a", "1") GONE("child", "a", "1"), "ts");
	settles(CHILD("a", "1", "A") GONE("need", "a", "1"), "tt");
	settles(CHILD("a", "1", "A") CHILD("a ", "1", "A"), "ts");
	settles(CHILD("a", "1", "A") CHILD("a", "1", "A") CHILD("a", "1", "B"),
	    "xxx");
}

/* Whatever the order, the outcome of each is the same. */
static void
the_order_of_records_makes_no_difference(void **state)
{
	(void)state;
	settles(CHILD("a", "5", "A") CHILD("a", "5", "B") CHILD("a", "6", "C"),
	    "sst");
	settles(CHILD("a", "6", "C") CHILD("a", "5", "A") CHILD("a", "5", "B"),
	    "tss");
	settles(CHILD("a", "5", "A") CHILD("a", "6", "C") CHILD("a", "5", "B"),
	    "sts");
	settles(CHILD("a", "5", "A") CHILD("a", "6", "B") CHILD("a", "6", "C")
	    CHILD("z", "1", "Z"), "sxxt");
	/* What is below a dispute stays below it, and is in none itself. */
	settles(CHILD("a", "5", "A") CHILD("a", "6", "B") CHILD("a", "6", "C")
	    CHILD("a", "5", "D"), "sxxs");
}

static void
skipping_judges_every_kind_of_value(void **state)
{
	static const char right[] = " [ {\"a\":[]}, {}, \"\\u00e9\", -0.5e+10,"
	    " true, false, null, 99999999999999999999 ] ";
	static const char *const wrong[] = {
		"", "]", "{", "[1", "[1,", "[1 2]", "{\"a\"}", "{\"a\":}",
		"{1:2}", "{\"a\":1,}", "tru", "fals", "nul", "-", "1.e1", "\"",
		"[\x01]", "[\x80]", "nan", "'a'",
	};
	struct json_reader json;

	(void)state;
	json_reader_init(&json, right, sizeof(right) - 1, &arena);
	assert_true(json_skip(&json));
	assert_true(json_is_at_end(&json));
	assert_null(json.fault);
	assert_int_equal(json.depth, 0);
	for (size_t i = 0; i < nitems(wrong); i++) {
		json_reader_init(&json, wrong[i], strlen(wrong[i]), &arena);
		assert_false(json_skip(&json));
		assert_non_null(json.fault);
		/* A fault stays: nothing is read after it. */
		assert_false(json_skip(&json));
	}
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
		cmocka_unit_test(both_forms_give_the_same_records),
		cmocka_unit_test(empty_batches_are_fine),
		cmocka_unit_test(a_bad_envelope_fails_whole),
		cmocka_unit_test(a_bad_record_harms_no_other),
		cmocka_unit_test(a_broken_line_harms_no_other),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(a_batch_holds_5000_records),
		cmocka_unit_test(a_batch_holds_8_mib),
		cmocka_unit_test(nesting_ends_at_32),
		cmocka_unit_test(the_highest_revision_stands),
		cmocka_unit_test(the_order_of_records_makes_no_difference),
		cmocka_unit_test(skipping_judges_every_kind_of_value),
	};

	return cmocka_run_group_tests_name("batch", tests, NULL,
	    release_arena);
}
