/*
 * records.c — invented children, their placements and needs, numbered so that
 * any two revisions in a row differ in every field but the child.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 512
#define FRAME_MAX 512

static const struct dialect dialects[] = {
	{ "sencod", "/v1/sync/batches?setting=%s",
	  "{\"records\":[", "]}", false, "\"%s\":%d," },
	{ "fastify", "/needs?setting=%s",
	  "{\"records\":[", "]}", false, "\"%s\":%d" },
	{ "postgraphile", "/graphql",
	  "{\"query\":\"mutation($s:String!,$r:JSON!){needsSync(input:"
	  "{setting:$s,records:$r}){json}}\",\"variables\":{\"s\":\"%s\",\"r\":[",
	  "]}}", false, "\"%s\":%d" },
	{ "pouchdb", "/needs/_bulk_docs",
	  "{\"new_edits\":false,\"docs\":[", "]}", true, "" },
	{ 0 },
};

const struct dialect *
dialect_find(const char *name)
{
	for (const struct dialect *at = dialects; at->name != NULL; at++)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

static void
print_date(char out[static 11], long day)
{
	time_t time = (time_t)day * 86400;
	struct tm tm;

	gmtime_r(&time, &tm);
	strftime(out, 11, "%Y-%m-%d", &tm);
}

/* A valid unique pupil number: the check letter is of DfE's guide. */
static void
print_upn(char out[static 14], int setting, int child)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRTUVWXYZ";
	char digits[32];
	int sum = 0;

	snprintf(digits, sizeof(digits), "358%04d%02d%03d", 9000 + setting,
	    10 + child / 1000 % 90, child % 1000);
	for (int i = 0; i < 12; i++)
		sum += (i + 2) * (digits[i] - '0');
	snprintf(out, 14, "%c%.12s", letters[sum % 23], digits);
}

static int
print_child(char *out, int setting, int child, long revision)
{
	char born_on[11], upn[14];

	print_date(born_on, 15000 + child % 4000);
	print_upn(upn, setting, child);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"child\",\"source_id\":"
	    "\"bench-child-%06d\",\"revision\":%ld,\"op\":\"put\",\"data\":{"
	    "\"surname\":\"Fictional-%d-%d\",\"forename\":\"Testchild\","
	    "\"middle_names\":\"Bench %ld\",\"born_on\":\"%s\",\"sex\":\"F\","
	    "\"upn\":\"%s\",\"year_group\":\"5\"}}", child, revision, setting,
	    child, revision, born_on, upn);
}

static int
print_placement(char *out, int child, long revision)
{
	char start_on[11];

	print_date(start_on, 18000 + (revision * 7 + child) % 1500);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"placement\","
	    "\"source_id\":\"bench-placement-%06d\",\"revision\":%ld,"
	    "\"op\":\"put\",\"data\":{\"child\":\"bench-child-%06d\","
	    "\"start_on\":\"%s\"}}", child, revision, child, start_on);
}

/* What a document of CouchDB has before the record: who it is, and which
 * revision follows which, made by the sender as a replication would. */
static int
print_pouch_head(char *out, const char *ref, int child, long revision)
{
	return snprintf(out, RECORD_MAX, "{\"_id\":\"%s/bench-need-%06d\","
	    "\"_rev\":\"%ld-%032lx\",\"_revisions\":{\"start\":%ld,\"ids\":["
	    "\"%032lx\",\"%032lx\",\"%032lx\",\"%032lx\"]}", ref, child,
	    revision, revision, revision, revision, revision - 1,
	    revision - 2, revision - 3);
}

static int
print_need(char *out, int child, long revision)
{
	static const char *const types[] = {
		"\"SLCN\",\"ASD\"", "\"SEMH\"",
		"\"MLD\",\"SPLD\",\"HI\"", "\"ASD\",\"PD\"",
	};
	char start_on[11];

	print_date(start_on, 18000 + (revision * 7 + child) % 1500);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"need\",\"source_id\":"
	    "\"bench-need-%06d\",\"revision\":%ld,\"op\":\"put\",\"data\":{"
	    "\"child\":\"bench-child-%06d\",\"provision\":\"%s\",\"start_on\":"
	    "\"%s\",\"types\":[%s]}}", child, revision, child,
	    (child + revision) % 2 ? "K" : "E", start_on,
	    types[(child + revision) % 4]);
}

static int
print_record(char *out, const struct dialect *dialect,
    const struct batch *batch, int number)
{
	int len, rest;

	if (dialect->is_pouch) {
		len = print_pouch_head(out, batch->ref, number,
		    batch->revision);
		rest = print_need(out + len, number, batch->revision);
		out[len] = ','; /* for the brace it opens with */
		return len + rest;
	}
	if (!batch->is_mixed)
		return print_need(out, number, batch->revision);
	switch (number % 3) {
	case 0:
		return print_child(out, batch->setting, number / 3,
		    batch->revision);
	case 1:
		return print_placement(out, number / 3, batch->revision);
	default:
		return print_need(out, number / 3, batch->revision);
	}
}

static char *
body_make(const struct dialect *dialect, const struct batch *batch,
    size_t *len)
{
	char *body = malloc((size_t)(batch->to - batch->from) * RECORD_MAX
	    + 2 * FRAME_MAX);

	*len = (size_t)snprintf(body, FRAME_MAX, dialect->opening, batch->ref);
	for (int i = batch->from; i < batch->to; i++) {
		if (i > batch->from)
			body[(*len)++] = ',';
		*len += (size_t)print_record(body + *len, dialect, batch, i);
	}
	*len += (size_t)snprintf(body + *len, FRAME_MAX, "%s",
	    dialect->closing);
	return body;
}

struct request
request_make(const struct dialect *dialect, const struct batch *batch)
{
	struct request request = { .records = batch->to - batch->from };
	struct timespec now;
	char target[FRAME_MAX];
	size_t len;
	char *body = body_make(dialect, batch, &len);

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(target, sizeof(target), dialect->target, batch->ref);
	request.at = malloc(len + HEAD_MAX + FRAME_MAX);
	request.len = (size_t)snprintf(request.at, HEAD_MAX + FRAME_MAX,
	    "POST %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Idempotency-Key: bench-%ld-%d-%d-%lld-%ld\r\n\r\n", target, len,
	    batch->revision, batch->setting, batch->from,
	    (long long)now.tv_sec, now.tv_nsec);
	memcpy(request.at + request.len, body, len);
	request.len += len;
	free(body);
	return request;
}
