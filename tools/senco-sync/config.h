/*
 * config.h — the settings of a school's agent: one table (config.c) with
 * name, type, default and sentence, read from senco-sync.conf in the agent's
 * folder and written there by `senco-sync init`.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_CONFIG_H
#define SENCO_SYNC_CONFIG_H

#include "arena.h"
#include "problem.h"
#include <stdbool.h>
#include <stdio.h>

#define CONFIG_FILE "senco-sync.conf"

struct config {
	const char *folder;   /* all relative names start here */
	const char *server;   /* https://host:port */
	const char *setting;
	const char *ca;
	const char *certificate;
	const char *key;
	const char *inbox;
	const char *outbox;
	const char *state;
	const char *mapping;
	const char *format;   /* of the outbox: csv or ndjson */
	const char *full_roll; /* kinds, comma separated, or "" */
	int settle_seconds;
	int look_seconds;
	int wait_seconds;
	int verify_hours;
	int retry_seconds;
};

/* Names of files become absolute; texts live in the arena. */
bool config_read(struct config *, const char *folder, struct arena *,
    struct problem *) must_check;
/* The file with its comments; where config has no value, the default. */
void config_print(const struct config *, FILE *);
bool config_is_full_roll(const struct config *, struct slice kind);

#endif
