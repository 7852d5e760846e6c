/*
 * agent.h — what all of the agent's commands share: its folder's settings,
 * memory and lock, its connection, and the one way to ask the server
 * something: again and again with back-off while it is away, for as long as
 * the command has patience, never past a SIGTERM.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_AGENT_H
#define SENCO_SYNC_AGENT_H

#include "arena.h"
#include "complaint.h"
#include "config.h"
#include "https.h"
#include "identity.h"
#include "mapping.h"
#include "options.h"
#include "state.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct agent {
	struct arena arena;
	struct options options;
	struct config config;
	struct identity identity;
	struct mapping mapping;
	struct store *store;
	struct https *https;    /* NULL until first needed */
	int lock;               /* -1: not held */
	int64_t patience_ms;    /* with a server that is away */
	unsigned retry_after_s; /* what the server asked for last */
	bool (*is_unwanted)(void *owner); /* may end a long wait */
	void *owner;
};

extern const struct option_row agent_options[]; /* --folder, --help */

/* Which folder is meant: --folder, SENCO_SYNC_FOLDER, the present one when
 * it holds senco-sync.conf, else /var/lib/senco-sync. Absolute. */
const char *agent_folder(struct agent *);

void agent_init(struct agent *, int argc);
void agent_release(struct agent *);
/* Settings and memory; with the lock unless only looked at. */
enum ending agent_open(struct agent *, bool is_only_looked_at);

/* Has SIGTERM or SIGINT come? */
bool agent_is_stopped(void);
void agent_heed_signals(void);
/* Sleeps, but not past a signal. */
void agent_wait_ms(int64_t);

/*
 * END_WELL: the server answered, with any status that is no reason to ask
 * again; else why not. The answer is for https_answer_release() in every
 * case.
 */
enum ending agent_ask(struct agent *, const struct https_request *,
    struct https_answer *, struct problem *) must_check;
/* The body of a 2xx answer as JSON of bounded depth; NULL and why else. */
json_t *agent_json(const struct https_answer *, struct problem *) must_check;
/* What the server said no to, in words. */
enum ending agent_refused(const struct https_answer *, struct problem *);

#endif
