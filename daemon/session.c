/*
 * session.c — the cache of actors by certificate: a fixed table, one entry a
 * place; a collision costs one more question to the database.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "session.h"

#include <string.h>
#include <time.h>

#include "conn.h"
#include "mem.h"
#include "text.h"

#define PLACES 4096 /* a power of two */
#define KEPT_SECONDS 5

struct place {
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct actor actor;
	time_t until; /* monotonic; 0 is empty */
};

struct actors {
	struct place places[PLACES];
};

static const struct {
	const char *name;
	unsigned role;
} roles[] = {
	{ "school_system", ROLE_SCHOOL_SYSTEM },
	{ "senco", ROLE_SENCO },
	{ "area_senco", ROLE_AREA_SENCO },
	{ "la_officer", ROLE_LA_OFFICER },
	{ "la_manager", ROLE_LA_MANAGER },
	{ "la_administrator", ROLE_LA_ADMINISTRATOR },
	{ "auditor", ROLE_AUDITOR },
};

static time_t
now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + 1;
}

struct actors *
actors_new(struct worker *worker)
{
	(void)worker;
	return mem_alloc(sizeof(struct actors));
}

void
actors_free(struct actors *actors)
{
	free(actors);
}

/* A fingerprint is a SHA-256: its first bytes are as good as a hash. */
static struct place *
place_of(struct actors *actors, const uint8_t *fingerprint)
{
	uint32_t n;
	memcpy(&n, fingerprint, sizeof(n));
	return &actors->places[n % PLACES];
}

bool
actors_find(struct actors *actors, const uint8_t fingerprint[static 32],
    struct actor *actor)
{
	struct place *place = place_of(actors, fingerprint);
	if (place->until < now() ||
	    memcmp(place->fingerprint, fingerprint, FINGERPRINT_SIZE) != 0)
		return false;
	*actor = place->actor;
	return true;
}

void
actors_ask(struct db_call *call, const uint8_t fingerprint[static 32])
{
	static const uint32_t types[] = { OID_BYTEA };
	static const struct statement *identify;
	if (identify == NULL)
		identify = statement_new("SELECT token, client_id, role, name"
		    " FROM api.identify($1)", 1, types);
	query_binary(db_call_add(call, identify), fingerprint,
	    FINGERPRINT_SIZE);
}

static unsigned
role_find(struct slice name)
{
	for (size_t i = 0; i < nitems(roles); i++)
		if (slice_is(name, roles[i].name))
			return roles[i].role;
	return 0;
}

/* As much of it as fits, in whole characters. */
static void
name_keep(struct actor *actor, struct slice name)
{
	size_t len = name.len;

	if (len >= sizeof(actor->name))
		len = sizeof(actor->name) - 1;
	while (len > 0 && !text_is_utf8(name.at, len))
		len--;
	snprintf(actor->name, sizeof(actor->name), "%.*s", (int)len, name.at);
}

bool
actors_learn(struct actors *actors, const uint8_t fingerprint[static 32],
    const struct db_call *call, struct actor *actor)
{
	const struct db_result *result = call->queries[0]->result;
	struct place *place = place_of(actors, fingerprint);
	if (db_result_rows(result) == 0)
		return false;
	struct slice token = db_result_cell(result, 0, 0);
	struct slice id = db_result_cell(result, 0, 1);
	actor->role = role_find(db_result_cell(result, 0, 2));
	if (token.at == NULL || token.len >= sizeof(actor->token) ||
	    id.len != 16 || actor->role == 0)
		return false;
	memcpy(actor->token, token.at, token.len);
	actor->token[token.len] = '\0';
	text_print_uuid((const uint8_t *)id.at, actor->client_id);
	name_keep(actor, db_result_cell(result, 0, 3));
	memcpy(place->fingerprint, fingerprint, FINGERPRINT_SIZE);
	place->actor = *actor;
	place->until = now() + KEPT_SECONDS;
	return true;
}
