/*
 * snapshot.c — who is missing from a full roll, and the snapshot by which
 * they leave. A snapshot is made in one go: what a crash leaves open is
 * dropped by the next, and expires anyway.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "snapshot.h"

#include "fields.h"
#include "outbound.h"
#include "target.h"
#include "uuid.h"

#include <string.h>

#define TIMEOUT_S 120

/*
 * Missing: known to the authority, of a kind that is whole here, and in no
 * file. A CSV counts by its name, also when it is gone: its absence says
 * nothing. A Common Transfer File, named anew each time, counts while it is
 * there, or while no other is. A file with a row beyond naming proves nothing.
 */
#define FILES_THAT_COUNT \
	" (f.form <> 'ctf' OR f.is_present OR NOT EXISTS (SELECT 1" \
	"   FROM files AS g WHERE g.form = 'ctf' AND g.is_present))"
#define IS_MISSING \
	" r.kind = ?1 AND r.state IN ('k', 's') AND r.known_hash IS NOT" \
	" x'00000000000000000000000000000000'" \
	" AND NOT EXISTS (SELECT 1 FROM seen AS s" \
	"  JOIN files AS f ON f.name = s.file" \
	"  WHERE s.kind = r.kind AND s.source_id = r.source_id AND" \
	FILES_THAT_COUNT ")"

static int64_t
missing_count(struct agent *agent, const char *kind)
{
	if (!config_is_full_roll(&agent->config, slice_of(kind)))
		return 0;
	/* Proved by a file that is there, and by none that is in doubt. */
	if (store_number(agent->store, "SELECT count(*) FROM files AS f"
	    " WHERE f.is_whole AND f.is_present AND (f.kind = ?1 OR EXISTS"
	    "  (SELECT 1 FROM seen AS s WHERE s.file = f.name"
	    "    AND s.kind = ?1))", "t", kind) == 0 ||
	    store_number(agent->store, "SELECT count(*) FROM files AS f"
	    " WHERE NOT f.is_whole AND f.is_present AND"
	    "  (f.kind = ?1 OR f.kind IS NULL)", "t", kind) > 0)
		return 0;
	return store_number(agent->store, "SELECT count(*) FROM records AS r"
	    " WHERE" IS_MISSING, "t", kind);
}

struct roll {
	struct agent *agent;
	json_t *kinds;       /* that go into it */
	char id[256];
	struct problem *why;
};

static enum ending
ask(struct roll *roll, const char *method, const char *verb,
    const json_t *body, json_t **out, int *status)
{
	char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
	struct https_request request = {
		.method = method, .accept = "application/json",
		.content_type = text != NULL ? "application/json" : NULL,
		.body = text, .body_len = text != NULL ? strlen(text) : 0,
		.timeout_s = TIMEOUT_S,
	};
	struct https_answer answer;
	struct buf target;
	char key[37];
	enum ending ending;

	buf_init(&target);
	target_start(&target, "/v1/sync/snapshots");
	if (roll->id[0] != '\0')
		target_add_segment(&target, roll->id);
	else
		target_add(&target, "setting", roll->agent->config.setting);
	if (verb != NULL)
		target_add_segment(&target, verb);
	request.target = target.at;
	uuid_print_fresh(key);
	if (strcmp(method, "POST") == 0)
		request.idempotency_key = key;
	ending = agent_ask(roll->agent, &request, &answer, roll->why);
	*out = NULL;
	*status = answer.status;
	if (ending == END_WELL && answer.status / 100 != 2)
		ending = agent_refused(&answer, roll->why);
	else if (ending == END_WELL &&
	    (*out = agent_json(&answer, roll->why)) == NULL)
		ending = END_REFUSED;
	https_answer_release(&answer);
	buf_release(&target);
	free(text);
	return ending;
}

static void
drop(struct roll *roll)
{
	struct problem why = { 0 }, *said = roll->why;
	json_t *answer = NULL, *body = json_object();
	int status;

	roll->why = &why; /* why it is dropped was said already */
	if (roll->id[0] != '\0' && ask(roll, "POST", "drop", body, &answer,
	    &status) == END_UNREACHABLE)
		complain("the snapshot could not be dropped: %s", why.detail);
	else
		state_set(roll->agent->store, "snapshot", "");
	roll->why = said;
	json_decref(answer);
	json_decref(body);
}

/* One the last run left open is in the way. */
static void
left_open_drop(struct roll *roll)
{
	char id[256];

	state_get(roll->agent->store, "snapshot", id);
	if (id[0] == '\0')
		return;
	snprintf(roll->id, sizeof(roll->id), "%s", id);
	drop(roll);
	roll->id[0] = '\0';
}

static enum ending
open_anew(struct roll *roll)
{
	json_t *body = json_object(), *answer = NULL;
	const char *id;
	int status;
	enum ending ending;

	json_object_set(body, "kinds", roll->kinds);
	ending = ask(roll, "POST", NULL, body, &answer, &status);
	id = json_string_value(json_object_get(answer, "id"));
	if (ending == END_WELL && (id == NULL || strlen(id) >=
	    sizeof(roll->id)))
		ending = END_REFUSED;
	if (ending == END_WELL) {
		snprintf(roll->id, sizeof(roll->id), "%s", id);
		state_set(roll->agent->store, "snapshot", id);
	}
	json_decref(answer);
	json_decref(body);
	return ending;
}

static enum ending
body_post(struct roll *roll, const char *target, struct buf *body)
{
	struct https_answer answer;
	enum ending ending;
	char key[37];

	if (body->len == 0)
		return END_WELL;
	uuid_print_fresh(key);
	ending = outbound_post(roll->agent, target, key, (struct slice){
		body->at, body->len
	}, &answer, roll->why);
	if (ending == END_WELL && answer.status / 100 != 2)
		ending = agent_refused(&answer, roll->why);
	https_answer_release(&answer);
	buf_clear(body);
	return ending;
}

/* All records of the kind that are on the roll, known or refused. */
static enum ending
kind_post(struct roll *roll, const char *kind, const char *target,
    struct buf *body)
{
	enum ending ending = END_WELL;
	size_t len = 0;
	struct query row;

	query_start(&row, roll->agent->store, "SELECT r.source_id, r.revision,"
	    " r.tail FROM records AS r WHERE r.kind = ?1 AND r.hash <>"
	    " x'00000000000000000000000000000000' AND r.rowid NOT IN"
	    " (SELECT r.rowid FROM records AS r WHERE" IS_MISSING ")", "t",
	    kind);
	while (ending == END_WELL && query_next(&row)) {
		outbound_line(kind, query_text(&row, 0), query_int(&row, 1),
		    query_text(&row, 2), body);
		if (++len % OUTBOUND_RECORDS_MAX == 0 ||
		    body->len > OUTBOUND_BYTES_MAX / 2)
			ending = body_post(roll, target, body);
	}
	query_end(&row);
	return ending == END_WELL ? body_post(roll, target, body) : ending;
}

/* A row that could not be made a record is on the roll all the same. */
static enum ending
unread_post(struct roll *roll, const char *kind, const char *target,
    struct buf *body)
{
	struct query row;

	query_start(&row, roll->agent->store, "SELECT DISTINCT u.source_id"
	    " FROM unread AS u WHERE u.kind = ?1 AND NOT EXISTS"
	    " (SELECT 1 FROM records AS r WHERE r.kind = u.kind"
	    "   AND r.source_id = u.source_id)", "t", kind);
	while (query_next(&row))
		outbound_line(kind, query_text(&row, 0), 0, (struct slice){
			",\"data\":{}", 10
		}, body);
	return body_post(roll, target, body);
}

static enum ending
roll_post(struct roll *roll)
{
	enum ending ending = END_WELL;
	struct buf target, body;
	const json_t *kind;
	size_t i;

	buf_init(&target);
	buf_init(&body);
	target_start(&target, "/v1/sync/batches");
	target_add(&target, "setting", roll->agent->config.setting);
	target_add(&target, "snapshot", roll->id);
	json_array_foreach(roll->kinds, i, kind) {
		const char *name = json_string_value(kind);

		if (ending == END_WELL)
			ending = kind_post(roll, name, target.at, &body);
		if (ending == END_WELL)
			ending = unread_post(roll, name, target.at, &body);
	}
	buf_release(&body);
	buf_release(&target);
	return ending;
}

/* They are gone there; here too, so that they are not missed again. */
static enum ending
missing_forget(struct roll *roll)
{
	struct store *store = roll->agent->store;
	const json_t *kind;
	size_t i;

	store_begin(store);
	json_array_foreach(roll->kinds, i, kind)
	store_do(store, "DELETE FROM records WHERE rowid IN"
	    " (SELECT r.rowid FROM records AS r WHERE" IS_MISSING ")",
	    "t", json_string_value(kind));
	state_set(store, "snapshot", "");
	state_set(store, "leavers_wait", "");
	return store_commit(store, roll->why) ? END_WELL : END_USAGE;
}

static enum ending
commit(struct roll *roll, const char *confirmed_by)
{
	json_t *body = json_object(), *answer = NULL;
	int status = 0;
	enum ending ending;

	if (confirmed_by != NULL)
		json_object_set_new(body, "confirmed_by",
		    json_string(confirmed_by));
	ending = ask(roll, "POST", "commit", body, &answer, &status);
	json_decref(answer);
	json_decref(body);
	return ending == END_WELL ? missing_forget(roll) : ending;
}

static long long
count_of(const json_t *row, const char *name)
{
	return (long long)json_integer_value(json_object_get(row, name));
}

/* What a commit would do, shown; and whether a person must answer for it. */
static enum ending
preview_look(struct roll *roll, bool *needs_name)
{
	json_t *answer = NULL;
	const json_t *preview, *row;
	size_t i;
	int status;
	enum ending ending = ask(roll, "GET", NULL, NULL, &answer, &status);

	preview = json_object_get(answer, "preview");
	*needs_name = !json_is_false(json_object_get(preview, "needs_name"));
	json_array_foreach(json_object_get(preview, "kinds"), i, row)
	printf("%s: %lld join, %lld leave, %lld changed, %lld "
	    "unchanged, %lld cannot be used and stay\n",
	    json_string_value(json_object_get(row, "kind")),
	    count_of(row, "joiners"), count_of(row, "leavers"),
	    count_of(row, "changed"), count_of(row, "unchanged"),
	    count_of(row, "invalid"));
	json_decref(answer);
	return ending;
}

static enum ending
name_wanted(struct roll *roll)
{
	state_set(roll->agent->store, "leavers_wait", "yes");
	return problem_set(roll->why, PROBLEM_FORBIDDEN, NULL, "so many would "
	    "leave that a person must answer for it: senco-sync push "
	    "--confirm \"Name\"") ? END_WELL : END_REFUSED;
}

static enum ending
roll_run(struct roll *roll, const char *confirmed_by)
{
	bool needs_name = true;
	enum ending ending;

	left_open_drop(roll);
	ending = open_anew(roll);
	if (ending == END_WELL)
		ending = roll_post(roll);
	if (ending == END_WELL)
		ending = preview_look(roll, &needs_name);
	if (ending == END_WELL && needs_name && confirmed_by == NULL)
		ending = name_wanted(roll);
	if (ending == END_WELL)
		ending = commit(roll, confirmed_by);
	if (ending != END_WELL)
		drop(roll);
	return ending;
}

enum ending
snapshot_settle(struct agent *agent, const char *confirmed_by)
{
	struct problem why = { 0 };
	struct roll roll = { .agent = agent, .kinds = json_array(),
		             .why = &why };
	enum ending ending = END_WELL;

	for (size_t i = 0; sync_kinds[i] != NULL; i++) {
		const char *kind = sync_kinds[i]->name;
		int64_t missing = missing_count(agent, kind);

		if (missing == 0 || sync_kinds[i]->owner != OWNER_SETTING)
			continue;
		printf("%s: %lld records of the authority are not on the "
		    "roll any more\n", kind, (long long)missing);
		json_array_append_new(roll.kinds, json_string(kind));
	}
	if (json_array_size(roll.kinds) > 0 && !agent_is_stopped())
		ending = roll_run(&roll, confirmed_by);
	else
		state_set(agent->store, "leavers_wait", "");
	if (ending != END_WELL && why.detail[0] != '\0')
		complain("nobody has left: %s", why.detail);
	json_decref(roll.kinds);
	return ending;
}
