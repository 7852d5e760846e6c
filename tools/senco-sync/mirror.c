/*
 * mirror.c — the change feed applied to what the authority holds for us. A
 * row shows the present state, so applying one twice changes nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mirror.h"

#include "outbound.h"
#include "record_reader.h"

#include <stdlib.h>
#include <string.h>

#define NEWS_KEPT "500"

/* An item with its members at hand; texts are the item's. */
struct item {
	const char *op, *kind, *setting, *source_id, *child_id;
	int64_t revision;
	const json_t *data;
};

static const char *
member_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool
item_read(struct item *item, const json_t *from, struct problem *why)
{
	*item = (struct item){
		.op = member_text(from, "op"),
		.kind = member_text(from, "kind"),
		.setting = member_text(from, "setting"),
		.source_id = member_text(from, "source_id"),
		.child_id = member_text(from, "child_id"),
		.revision = json_integer_value(
		    json_object_get(from, "revision")),
		.data = json_object_get(from, "data"),
	};
	return (item->kind != NULL && item->setting != NULL &&
	       item->source_id != NULL) || problem_set(why,
	    PROBLEM_MALFORMED_JSON, NULL,
	    "the server told of a change that names no record");
}

/* The hash of a record we could have sent ourselves; false for others. */
static bool
hash_reckon(struct mirror *mirror, const struct item *item,
    const char *data, uint8_t out[static 16])
{
	struct record_reader reader = { .kinds = sync_kinds };
	struct record record = { .op = RECORD_PUT };
	struct arena arena;
	struct buf line, tail;
	bool is_known;

	arena_init(&arena);
	buf_init(&line);
	buf_init(&tail);
	buf_print(&tail, ",\"data\":%s", data);
	outbound_line(item->kind, slice_of(item->source_id), item->revision,
	    (struct slice){ tail.at, tail.len }, &line);
	reader.digest = mirror->digest;
	json_reader_init(&reader.json, line.at, line.len, &arena);
	is_known = record_read(&reader, &record) && !record.is_refused;
	if (is_known) {
		record_hash(&record, mirror->digest);
		memcpy(out, record.hash, 16);
	}
	buf_release(&tail);
	buf_release(&line);
	arena_release(&arena);
	return is_known;
}

/* What was no echo of our own sending is told to people. */
static void
news_note(struct mirror *mirror, const struct item *item, const char *data,
    struct slice hash)
{
	if (strcmp(item->setting, mirror->setting) == 0 &&
	    store_number(mirror->store, "SELECT count(*) FROM records"
	    " WHERE kind = ?1 AND source_id = ?2 AND (known_hash = ?3"
	    "  OR hash = ?3)", "ttb", item->kind, item->source_id, hash) > 0)
		return;
	mirror->news++;
	store_do(mirror->store, "INSERT INTO news"
	    " (at, op, kind, setting, source_id, data)"
	    " VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),"
	    "  ?1, ?2, ?3, ?4, ?5)", "ttttt", item->op, item->kind,
	    item->setting, item->source_id, data);
	store_do(mirror->store, "DELETE FROM news WHERE id <="
	    " (SELECT max(id) FROM news) - " NEWS_KEPT, "");
}

/*
 * What the authority holds of a record of ours is known from here too, if it
 * is later than what we sent: then somebody else sent it, and ours is numbered
 * above it when its turn comes (verify).
 */
static void
record_note(struct mirror *mirror, const struct item *item, struct slice hash)
{
	if (strcmp(item->setting, mirror->setting) != 0 || hash.at == NULL)
		return;
	store_do(mirror->store, "UPDATE records SET known_hash = ?3,"
	    "  known_revision = ?4,"
	    "  revision = CASE WHEN is_numbered AND hash <> ?3"
	    "   THEN max(revision, ?4 + 1) ELSE revision END,"
	    "  state = CASE WHEN state IN ('k', 's') THEN"
	    "   CASE WHEN hash = ?3 THEN 'k' ELSE 's' END"
	    "   WHEN state = 'p' AND hash = ?3 THEN 'k' ELSE state END"
	    " WHERE kind = ?1 AND source_id = ?2 AND state <> 'f'"
	    "  AND coalesce(known_revision, -1) < ?4", "ttbi", item->kind,
	    item->source_id, hash, item->revision);
}

static void
dirty_note(struct mirror *mirror, const char *kind)
{
	store_do(mirror->store, "INSERT OR IGNORE INTO dirty (kind)"
	    " VALUES (?1)", "t", kind);
}

static void
record_put(struct mirror *mirror, const struct item *item)
{
	static const uint8_t gone[16];
	char *data = json_dumps(item->data, JSON_COMPACT);
	uint8_t bytes[16];
	struct slice hash = { 0 };

	if (data == NULL)
		return;
	if (hash_reckon(mirror, item, data, bytes))
		hash = (struct slice){ (const char *)bytes, sizeof(bytes) };
	news_note(mirror, item, data, hash.at != NULL ? hash :
	    (struct slice){ (const char *)gone, sizeof(gone) });
	store_do(mirror->store, "INSERT INTO mirror"
	    " (setting, kind, source_id, child_id, revision, hash, data)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
	    " ON CONFLICT (kind, setting, source_id) DO UPDATE SET"
	    "  child_id = excluded.child_id, revision = excluded.revision,"
	    "  hash = excluded.hash, data = excluded.data", "ttttibt",
	    item->setting, item->kind, item->source_id, item->child_id,
	    item->revision, hash, data);
	record_note(mirror, item, hash);
	dirty_note(mirror, item->kind);
	free(data);
}

static void
record_delete(struct mirror *mirror, const struct item *item)
{
	static const uint8_t gone[16];

	news_note(mirror, item, NULL, (struct slice){
		(const char *)gone, sizeof(gone)
	});
	if (strcmp(item->op, "leave") != 0)
		record_note(mirror, item, (struct slice){
			(const char *)gone, sizeof(gone)
		});
	store_do(mirror->store, "DELETE FROM mirror WHERE setting = ?1"
	    " AND kind = ?2 AND source_id = ?3", "ttt", item->setting,
	    item->kind, item->source_id);
	dirty_note(mirror, item->kind);
}

/* What hangs on a child record names it in "child". */
static void
hanging_delete(struct mirror *mirror, const struct item *item)
{
	store_do(mirror->store, "INSERT OR IGNORE INTO dirty (kind)"
	    " SELECT kind FROM mirror WHERE setting = ?1"
	    "  AND data ->> 'child' = ?2", "tt", item->setting,
	    item->source_id);
	store_do(mirror->store, "DELETE FROM mirror WHERE setting = ?1"
	    " AND data ->> 'child' = ?2", "tt", item->setting,
	    item->source_id);
}

static bool
put_apply(struct mirror *mirror, const struct item *item, struct problem *why)
{
	(void)why;
	if (json_is_object(item->data))
		record_put(mirror, item);
	else
		record_delete(mirror, item);
	return true;
}

static bool
delete_apply(struct mirror *mirror, const struct item *item,
    struct problem *why)
{
	(void)why;
	record_delete(mirror, item);
	return true;
}

/* Of a bundle the setting and the child stand outside. */
static bool
bundled_apply(struct mirror *mirror, const struct item *item,
    const char *kind, const json_t *one, struct problem *why)
{
	struct item inner = {
		.op = item->op, .kind = kind, .setting = item->setting,
		.source_id = member_text(one, "source_id"),
		.child_id = item->child_id,
		.revision = json_integer_value(
		    json_object_get(one, "revision")),
		.data = json_object_get(one, "data"),
	};

	return inner.source_id != NULL ? put_apply(mirror, &inner, why) :
	       problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
	    "the server told of a child with a record that has no id");
}

/* A child comes with all that hangs on its record, as lists by kind; what
 * hangs on none comes alone. */
static bool
enter_apply(struct mirror *mirror, const struct item *item,
    struct problem *why)
{
	const char *kind;
	json_t *list;
	const json_t *one;
	size_t i;

	if (!json_is_array(json_object_get(item->data, item->kind)))
		return put_apply(mirror, item, why);
	json_object_foreach((json_t *)(uintptr_t)item->data, kind, list)
	json_array_foreach(list, i, one)
	if (!bundled_apply(mirror, item, kind, one, why))
		return false;
	return true;
}

static bool
leave_apply(struct mirror *mirror, const struct item *item,
    struct problem *why)
{
	(void)why;
	record_delete(mirror, item);
	if (strcmp(item->kind, "child") == 0)
		hanging_delete(mirror, item);
	return true;
}

/* The authority's person behind a record is another one now. */
static bool
person_apply(struct mirror *mirror, const struct item *item,
    struct problem *why)
{
	(void)why;
	store_do(mirror->store, "UPDATE mirror SET child_id = ?3"
	    " WHERE setting = ?1 AND (kind = ?4 AND source_id = ?2"
	    "  OR data ->> 'child' = ?2)", "tttt", item->setting,
	    item->source_id, item->child_id, item->kind);
	store_do(mirror->store, "INSERT OR IGNORE INTO dirty (kind)"
	    " SELECT DISTINCT kind FROM mirror WHERE setting = ?1"
	    "  AND child_id = ?2", "tt", item->setting, item->child_id);
	return true;
}

static const struct op {
	const char *word;
	bool (*apply)(struct mirror *, const struct item *, struct problem *);
} ops[] = {
	{ "put",    put_apply },
	{ "delete", delete_apply },
	{ "enter",  enter_apply },
	{ "leave",  leave_apply },
	{ "merge",  person_apply },
	{ "split",  person_apply },
};

bool
mirror_apply(struct mirror *mirror, const json_t *from, struct problem *why)
{
	struct item item;

	if (!item_read(&item, from, why))
		return false;
	mirror->changes++;
	for (size_t i = 0; item.op != NULL && i < nitems(ops); i++)
		if (strcmp(item.op, ops[i].word) == 0)
			return ops[i].apply(mirror, &item, why);
	return problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
	    "the server told of a change this version does not know; a newer "
	    "senco-sync is needed");
}

bool
mirror_fill(struct mirror *mirror, const json_t *record, struct problem *why)
{
	struct item item;

	if (!item_read(&item, record, why))
		return false;
	mirror->changes++;
	item.op = "put";
	return put_apply(mirror, &item, why);
}

void
mirror_empty(struct mirror *mirror)
{
	store_do(mirror->store, "INSERT OR IGNORE INTO dirty (kind)"
	    " SELECT DISTINCT kind FROM mirror", "");
	store_do(mirror->store, "DELETE FROM mirror", "");
}
