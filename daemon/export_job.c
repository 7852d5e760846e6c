/*
 * export_job.c — what is asked of the database to make an export. The rules
 * are sql/core/exports.sql.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "export_job.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "common.h"

#define TEXT_OF(n) #n
#define TEXT(n) TEXT_OF(n)
#define SETTINGS_A_PAGE 12 /* rows of the audit log a transaction */

enum { TAKE, START, RECORDS, PAGE_FETCH, CLOSE, CHILDREN, CHILDREN_FETCH,
       PIECE, FILE_WHOLE, AUDIT, FINISH };

static const struct {
	const char *sql;
	size_t params;
	uint32_t types[6];
} texts[] = {
	[TAKE] = { "SELECT id, settings, kinds, feed_xid, feed_epoch, feed_key"
		   " FROM api.export_take()", 0, { 0 } },
	[START] = { "SELECT api.export_start($1)", 1, { OID_UUID } },
	[RECORDS] = { "DECLARE export NO SCROLL CURSOR FOR"
		      " SELECT r.setting, r.kind, r.source_id, r.child_id,"
		      " r.revision, r.data FROM api.records AS r"
		      " WHERE r.kind = $1"
		      " AND ($2 IS NULL OR r.setting_id = ANY ($2))",
		      2, { OID_TEXT, OID_INT4_ARRAY } },
	[PAGE_FETCH] = { "FETCH " TEXT(EXPORT_PAGE_ROWS) " FROM export", 0, { 0 } },
	[CLOSE] = { "CLOSE export", 0, { 0 } },
	[CHILDREN] = { "DECLARE export_children NO SCROLL CURSOR FOR"
		       " SELECT r.setting_id, array_agg(DISTINCT r.child_id)"
		       " FILTER (WHERE r.child_id IS NOT NULL) AS child_ids,"
		       " count(*) AS records FROM api.records AS r"
		       " WHERE $1 IS NULL OR r.setting_id = ANY ($1)"
		       " GROUP BY r.setting_id", 1, { OID_INT4_ARRAY } },
	[CHILDREN_FETCH] = { "FETCH " TEXT(SETTINGS_A_PAGE) " FROM export_children",
		             0, { 0 } },
	[PIECE] = { "SELECT api.export_piece($1, $2, $3, $4, $5)", 5,
		    { OID_UUID, OID_UUID, OID_TEXT, OID_INT4, OID_BYTEA } },
	[FILE_WHOLE] = { "SELECT api.export_file($1, $2, $3, $4, $5, $6)", 6,
			 { OID_UUID, OID_UUID, OID_TEXT, OID_INT8, OID_INT8,
			   OID_BYTEA } },
	[AUDIT] = { "SELECT api.export_audit($1, $2, $3, $4, $5)", 5,
		    { OID_UUID, OID_UUID, OID_INT4, OID_UUID_ARRAY, OID_INT8 } },
	[FINISH] = { "SELECT api.export_finish($1, $2, $3, $4)", 4,
		     { OID_UUID, OID_UUID, OID_INT4_ARRAY, OID_TEXT } },
};

static struct query *
add(struct db_call *call, size_t which)
{
	static const struct statement *made[nitems(texts)];
	if (made[which] == NULL)
		made[which] = statement_new(texts[which].sql,
		    texts[which].params, texts[which].types);
	return db_call_add(call, made[which]);
}

static struct query *
add_of_run(struct export_job *job, struct db_call *write, size_t which)
{
	struct query *query = add(write, which);

	query_text(query, job->id);
	query_text(query, job->run);
	return query;
}

static void
bind_slice(struct query *query, struct slice bytes)
{
	if (bytes.at == NULL)
		query_text(query, NULL);
	else
		query_binary(query, bytes.at, bytes.len);
}

static void
bind_number(struct query *query, struct export_job *job, int64_t number)
{
	query_text(query, arena_print(&job->arena, "%lld", (long long)number));
}

void
export_job_release(struct export_job *job)
{
	arena_release(&job->arena);
	memset(job, 0, sizeof(*job));
	arena_init(&job->arena);
}

/* ---- whose ---- */

/* A text[] in binary: 20 bytes of head, then length and bytes of each. */
static void
kinds_take(struct export_job *job, struct slice array)
{
	const char *at = array.at + 20, *end = array.at + array.len;

	job->kinds = arena_array(&job->arena, array.len / 4 + 1,
	    sizeof(*job->kinds));
	while (array.len > 20 && at < end) {
		uint32_t len;
		memcpy(&len, at, sizeof(len));
		len = be32toh(len);
		job->kinds[job->kinds_len++] = arena_text(&job->arena, at + 4,
		    len);
		at += 4 + len;
	}
}

static const char *
uuid_text(struct export_job *job, struct slice cell)
{
	char *text = arena_alloc(&job->arena, 37);

	text_print_uuid((const uint8_t *)cell.at, text);
	return text;
}

void
export_job_ask(struct db_call *read)
{
	add(read, TAKE);
}

bool
export_job_take(struct export_job *job, const struct db_call *read)
{
	const struct db_result *result = read->queries[0]->result;
	struct slice settings, key;
	int64_t xid = 0;

	if (db_result_rows(result) == 0)
		return false;
	settings = db_result_cell(result, 0, 1);
	key = db_result_cell(result, 0, 5);
	job->id = uuid_text(job, db_result_cell(result, 0, 0));
	if (settings.at != NULL)
		job->settings = arena_slice(&job->arena, settings);
	kinds_take(job, db_result_cell(result, 0, 2));
	assert(job->kinds_len > 0);
	if (!text_read_uint(db_result_cell(result, 0, 3), &xid))
		assert(!"a transaction number");
	job->place = (struct cursor){
		.epoch = (uint32_t)db_result_int(result, 0, 4),
		.xid = (uint64_t)xid
	};
	if (key.len == sizeof(job->key))
		memcpy(job->key, key.at, key.len);
	return true;
}

void
export_job_start(struct export_job *job, struct db_call *write)
{
	query_text(add(write, START), job->id);
}

bool
export_job_started(struct export_job *job, const struct db_call *write)
{
	struct slice run = db_result_cell(write->queries[0]->result, 0, 0);

	if (run.at != NULL)
		job->run = uuid_text(job, run);
	return run.at != NULL;
}

/* ---- reading ---- */

void
export_job_open_kind(struct export_job *job, struct db_call *read, size_t kind)
{
	struct query *query;

	if (kind > 0)
		add(read, CLOSE);
	query = add(read, RECORDS);
	query_text(query, job->kinds[kind]);
	bind_slice(query, job->settings);
}

void
export_job_add_page(struct db_call *read)
{
	add(read, PAGE_FETCH);
}

void
export_job_open_children(struct export_job *job, struct db_call *read)
{
	bind_slice(add(read, CHILDREN), job->settings);
}

void
export_job_add_children(struct db_call *read)
{
	add(read, CHILDREN_FETCH);
}

const struct db_result *
export_job_page(const struct db_call *read)
{
	return read->queries[read->len - 1]->result;
}

/* ---- writing ---- */

void
export_job_add_piece(struct export_job *job, struct db_call *write,
    size_t kind, int number, struct slice bytes)
{
	struct query *query = add_of_run(job, write, PIECE);

	query_text(query, job->kinds[kind]);
	bind_number(query, job, number);
	bind_slice(query, bytes);
}

void
export_job_add_file(struct export_job *job, struct db_call *write,
    size_t kind, int64_t records, int64_t bytes, const uint8_t sha256[32])
{
	struct query *query = add_of_run(job, write, FILE_WHOLE);

	query_text(query, job->kinds[kind]);
	bind_number(query, job, records);
	bind_number(query, job, bytes);
	query_binary(query, sha256, 32);
}

void
export_job_add_audit(struct export_job *job, struct db_call *write,
    const struct db_result *children, size_t row)
{
	struct query *query = add_of_run(job, write, AUDIT);

	for (size_t column = 0; column < 3; column++)
		bind_slice(query, db_result_cell(children, row, column));
}

void
export_job_add_finish(struct export_job *job, struct db_call *write)
{
	struct query *query = add_of_run(job, write, FINISH);
	char *text = arena_alloc(&job->arena, CURSOR_TEXT_SIZE);

	cursor_print(&job->place, job->key, text);
	bind_slice(query, job->settings);
	query_text(query, text);
}

bool
export_job_is_ours(const struct db_call *write)
{
	for (size_t i = 0; i < write->len; i++) {
		struct slice cell = db_result_cell(write->queries[i]->result,
		    0, 0);
		if (cell.len != 1 || cell.at[0] == 0)
			return false;
	}
	return true;
}
