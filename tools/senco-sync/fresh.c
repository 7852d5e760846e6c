/*
 * fresh.c — the mirror made anew from an export: its files are fetched and
 * proved by their SHA-256 before anything of the mirror is given up; then
 * mirror and cursor change in one transaction.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fresh.h"

#include "digest.h"
#include "inflate.h"
#include "lines.h"
#include "mirror.h"
#include "progress.h"
#include "target.h"
#include "uuid.h"

#include <string.h>

#define TIMEOUT_S 120
#define LOOK_EVERY_MS 500
#define PATIENCE_MS (30 * 60 * 1000)
#define FILE_MAX_BYTES (256 * 1024 * 1024)
#define UNPACKED_MAX_BYTES ((size_t)1024 * 1024 * 1024)
#define LINE_MAX_BYTES (1024 * 1024)

struct filling {
	struct mirror mirror;
	struct problem *why;
};

static enum ending
json_ask(struct agent *agent, const char *method, const char *target,
    const char *key, json_t **out, int *status, struct problem *why)
{
	struct https_request request = {
		.method = method, .target = target,
		.accept = "application/json", .idempotency_key = key,
		.timeout_s = TIMEOUT_S,
	};
	struct https_answer answer;
	enum ending ending = agent_ask(agent, &request, &answer, why);

	*out = NULL;
	*status = answer.status;
	if (ending == END_WELL && answer.status / 100 != 2)
		ending = agent_refused(&answer, why);
	else if (ending == END_WELL && (*out = agent_json(&answer, why)) ==
	    NULL)
		ending = END_REFUSED;
	https_answer_release(&answer);
	return ending;
}

static const char *
member_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* Looks after the export until it is ready; *job is its last state. */
static enum ending
job_await(struct agent *agent, json_t **job, struct problem *why)
{
	int64_t until_ms = clock_ms() + PATIENCE_MS;
	enum ending ending = END_WELL;
	struct buf target;
	int status;

	buf_init(&target);
	target_start(&target, "/v1/sync/exports");
	target_add_segment(&target, member_text(*job, "id"));
	while (ending == END_WELL && strcmp(member_text(*job, "state"),
	    "ready") != 0) {
		const char *state = member_text(*job, "state");

		if (strcmp(state, "failed") == 0 || clock_ms() > until_ms ||
		    agent_is_stopped()) {
			(void)problem_set(why, PROBLEM_BUSY, NULL,
			    "the server did not make the export asked for");
			ending = END_UNREACHABLE;
			break;
		}
		agent_wait_ms(LOOK_EVERY_MS);
		json_decref(*job);
		ending = json_ask(agent, "GET", target.at, NULL, job, &status,
		    why);
	}
	buf_release(&target);
	return ending;
}

static bool
is_what_was_promised(const struct buf *bytes, const json_t *file)
{
	uint8_t digest[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];

	digest_of(bytes->at, bytes->len, digest);
	text_print_hex(digest, sizeof(digest), hex);
	return strcmp(hex, member_text(file, "sha256")) == 0;
}

static enum ending
file_fetch(struct agent *agent, const json_t *file, struct buf *out,
    struct problem *why)
{
	struct https_request request = {
		.method = "GET", .target = member_text(file, "url"),
		.accept = "*/*", .timeout_s = 10 * TIMEOUT_S,
		.answer_max_bytes = FILE_MAX_BYTES,
	};
	struct https_answer answer;
	enum ending ending;

	if (request.target[0] != '/') {
		(void)problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
		    "the export names no file here");
		return END_REFUSED;
	}
	ending = agent_ask(agent, &request, &answer, why);
	if (ending == END_WELL && answer.status / 100 != 2)
		ending = agent_refused(&answer, why);
	else if (ending == END_WELL &&
	    !is_what_was_promised(&answer.body, file)) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "a file of the export arrived damaged");
		ending = END_UNREACHABLE;
	}
	buf_add(out, answer.body.at, answer.body.len);
	https_answer_release(&answer);
	return ending;
}

static bool
line_read(void *owner, struct slice line, unsigned number)
{
	struct filling *filling = owner;
	json_t *record = line.at != NULL ?
	    json_loadb(line.at, line.len, 0, NULL) : NULL;
	bool is_filled = record != NULL ?
	    mirror_fill(&filling->mirror, record, filling->why) :
	    problem_set(filling->why, PROBLEM_MALFORMED_JSON, NULL,
	    "line %u of a file of the export cannot be read", number);

	json_decref(record);
	return is_filled;
}

/* One file's bytes into the emptied mirror. */
static bool
file_fill(struct filling *filling, const struct buf *packed)
{
	struct inflate *inflate = inflate_new(UNPACKED_MAX_BYTES);
	struct lines lines;
	struct buf text;
	bool is_filled;

	buf_init(&text);
	lines_init(&lines, LINE_MAX_BYTES, line_read, filling);
	is_filled = inflate_feed(inflate, packed->at, packed->len, &text,
	    filling->why) && inflate_end(inflate, filling->why) &&
	    lines_feed(&lines, text.at, text.len) && lines_finish(&lines);
	lines_release(&lines);
	inflate_free(inflate);
	buf_release(&text);
	return is_filled;
}

static bool
files_fill(struct agent *agent, struct buf *files, size_t len,
    const char *cursor, struct problem *why)
{
	struct filling filling = {
		{ .store = agent->store, .setting = agent->config.setting,
		  .digest = digest_new() }, why
	};
	bool is_filled = true;

	store_begin(agent->store);
	mirror_empty(&filling.mirror);
	for (size_t i = 0; i < len && is_filled; i++)
		is_filled = file_fill(&filling, &files[i]);
	state_set(agent->store, "cursor", cursor);
	digest_free(filling.mirror.digest);
	if (is_filled)
		return store_commit(agent->store, why);
	store_rollback(agent->store);
	return false;
}

static enum ending
export_take(struct agent *agent, const json_t *job, struct problem *why)
{
	const json_t *list = json_object_get(job, "files");
	size_t len = json_array_size(list);
	struct buf *files = arena_array(&agent->arena, len + 1,
	    sizeof(*files));
	enum ending ending = END_WELL;

	for (size_t i = 0; i < len && ending == END_WELL; i++)
		ending = file_fetch(agent, json_array_get(list, i), &files[i],
		    why);
	if (ending == END_WELL && !files_fill(agent, files, len,
	    member_text(job, "cursor"), why))
		ending = END_REFUSED;
	for (size_t i = 0; i < len; i++)
		buf_release(&files[i]);
	return ending;
}

/* No export to be had: all the feed still tells, from its beginning. */
static enum ending
feed_rewind(struct agent *agent, struct problem *why)
{
	struct mirror mirror = { .store = agent->store };

	store_begin(agent->store);
	mirror_empty(&mirror);
	state_set(agent->store, "cursor", "");
	return store_commit(agent->store, why) ? END_WELL : END_USAGE;
}

enum ending
fresh_start(struct agent *agent, struct problem *why)
{
	struct buf target;
	char key[37];
	json_t *job = NULL;
	int status = 0;
	enum ending ending;

	complain("the server no longer keeps what changed since we last "
	    "asked; we begin anew with all it holds");
	uuid_print_fresh(key);
	buf_init(&target);
	target_start(&target, "/v1/sync/exports");
	ending = json_ask(agent, "POST", target.at, key, &job, &status, why);
	if (ending == END_REFUSED && (status == 404 || status == 405)) {
		ending = feed_rewind(agent, why);
	} else {
		if (ending == END_WELL)
			ending = job_await(agent, &job, why);
		if (ending == END_WELL)
			ending = export_take(agent, job, why);
	}
	json_decref(job);
	buf_release(&target);
	return ending;
}
