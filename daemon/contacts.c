/*
 * contacts.c — which clients were noted when: a fixed table, one entry a
 * place, a collision costs one more note; and the notes on their way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "contacts.h"

#include <string.h>
#include <sys/queue.h>

#include "common.h"
#include "db.h"
#include "mem.h"
#include "parking.h"
#include "worker.h"

#define PLACES 4096 /* a power of two */
#define SETTING_MAX 64
#define NOTES_MAX 64 /* on their way; more are not begun */
#define KEPT_MS 60000

struct note {
	struct db_call call;
	struct contacts *contacts;
	struct actor actor;
	char setting[SETTING_MAX];
	LIST_ENTRY(note) link;
};

struct place {
	uint64_t name;
	int64_t until_ms;
};

struct contacts {
	struct worker *worker;
	LIST_HEAD(, note) notes;
	size_t len;
	struct place places[PLACES];
};

/* FNV-1a: a collision of two clients is harmless. */
static uint64_t
name_of(const struct actor *actor, struct slice setting)
{
	uint64_t name = 14695981039346656037u;

	for (const char *at = actor->client_id; *at != '\0'; at++)
		name = (name ^ (uint8_t)*at) * 1099511628211u;
	for (size_t i = 0; i < setting.len; i++)
		name = (name ^ (uint8_t)setting.at[i]) * 1099511628211u;
	return name;
}

static bool
was_noted(struct contacts *contacts, uint64_t name)
{
	struct place *place = &contacts->places[name % PLACES];
	int64_t now_ms = parking_now_ms();

	if (place->name == name && place->until_ms > now_ms)
		return true;
	place->name = name;
	place->until_ms = now_ms + KEPT_MS;
	return false;
}

static void
note_free(struct note *note)
{
	LIST_REMOVE(note, link);
	note->contacts->len--;
	db_call_clear(&note->call);
	free(note);
}

static void
note_done(struct db_call *call)
{
	struct note *note = container_of(call, struct note, call);
	uint64_t name = name_of(&note->actor, slice_of(note->setting));

	if (!call->is_ok)
		note->contacts->places[name % PLACES].until_ms = 0;
	note_free(note);
}

static void
note_send(struct contacts *contacts, const struct actor *actor,
    struct slice setting)
{
	static const uint32_t types[] = { OID_TEXT };
	static const struct statement *statement;
	struct note *note = mem_alloc(sizeof(*note));

	if (statement == NULL)
		statement = statement_new("SELECT api.contact_note($1)", 1,
		    types);
	note->contacts = contacts;
	note->actor = *actor;
	if (setting.at != NULL)
		memcpy(note->setting, setting.at, setting.len);
	LIST_INSERT_HEAD(&contacts->notes, note, link);
	contacts->len++;
	query_text(db_call_add(&note->call, statement),
	    setting.at != NULL ? note->setting : NULL);
	note->call.actor = note->actor.token;
	note->call.writes = true;
	note->call.done = note_done;
	note->call.request_id = "contact";
	db_call_start(contacts->worker->pool, &note->call, true);
}

void
contacts_note(struct contacts *contacts, const struct actor *actor,
    struct slice setting)
{
	if (actor->role != ROLE_SCHOOL_SYSTEM || setting.len >= SETTING_MAX ||
	    contacts->len >= NOTES_MAX)
		return;
	if (!was_noted(contacts, name_of(actor, setting)))
		note_send(contacts, actor, setting);
}

struct contacts *
contacts_new(struct worker *worker)
{
	struct contacts *contacts = mem_alloc(sizeof(*contacts));

	contacts->worker = worker;
	LIST_INIT(&contacts->notes);
	return contacts;
}

void
contacts_free(struct contacts *contacts)
{
	struct note *note;

	if (contacts == NULL)
		return;
	while ((note = LIST_FIRST(&contacts->notes)) != NULL)
		note_free(note);
	free(contacts);
}
