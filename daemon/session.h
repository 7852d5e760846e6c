/*
 * session.h — who a client certificate belongs to. The database decides
 * (api.identify) and gives a token that proves it to row-level security; an
 * answer is kept for five seconds, so that revocation bites within five.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include "db.h"
#include "worker.h"
#include <stdbool.h>
#include <stdint.h>

enum role {
	ROLE_SCHOOL_SYSTEM = 1 << 0,
	ROLE_AREA_SENCO = 1 << 1,
	ROLE_LA_OFFICER = 1 << 2,
	ROLE_LA_MANAGER = 1 << 3,
	ROLE_LA_ADMINISTRATOR = 1 << 4,
	ROLE_AUDITOR = 1 << 5,
	ROLE_SENCO = 1 << 6,
	ROLE_ANY = (1 << 7) - 1
};

#define ACTOR_TOKEN_SIZE 160
#define ACTOR_NAME_SIZE 128

struct actor {
	char token[ACTOR_TOKEN_SIZE];
	char client_id[37];
	char name[ACTOR_NAME_SIZE]; /* cut to what fits; never for logs */
	unsigned role; /* one of enum role */
};

struct actors *actors_new(struct worker *);
void actors_free(struct actors *);

/* A copy of what is known; false when it is not or has grown old. */
bool actors_find(struct actors *, const uint8_t fingerprint[static 32], struct actor *);

/* Puts the question into the call (to be started by the caller). */
void actors_ask(struct db_call *, const uint8_t fingerprint[static 32]);
/* Takes the answer: false when the certificate belongs to nobody. */
bool actors_learn(struct actors *, const uint8_t fingerprint[static 32],
    const struct db_call *, struct actor *);

#endif
