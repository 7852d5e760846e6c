/*
 * session.h — what every sub-command is given, and the calls it makes: each
 * complains by itself and answers how the program is to end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCOCTL_SESSION_H
#define SENCOCTL_SESSION_H

#include "arena.h"
#include "complaint.h"
#include "https.h"
#include "options.h"

#include <jansson.h>

struct command;

struct session {
	const struct command *command; /* the one that is run */
	struct https *https;
	const struct identity *identity;
	const struct options *options;
	struct arena *arena;
};

/* END_WELL only for a 2xx answer; release the answer in every case. */
enum ending session_call(struct session *, const struct https_request *,
    struct https_answer *);
/* A GET answered with one JSON document, for the caller to json_decref(). */
enum ending session_get(struct session *, const char *target,
    json_t **document);
/* The same for a body sent; NULL body for none, document may be NULL. */
enum ending session_send(struct session *, const struct https_request *,
    json_t **document);

/* One request's defaults: JSON wanted, a minute of patience. */
struct https_request session_request(const char *method, const char *target);

#endif
