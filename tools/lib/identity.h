/*
 * identity.h — which server to speak to and who we are: a few settings, each
 * from the command line, else the configuration file, else the environment.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_IDENTITY_H
#define TOOLS_IDENTITY_H

#include "arena.h"
#include "options.h"
#include "problem.h"

struct identity {
	const char *url;     /* https://host[:port], no slash at the end */
	const char *ca;
	const char *cert;
	const char *key;
	const char *setting; /* for senco-sync; may be NULL */
	const char *smtp;    /* for letters; NULL: none are sent */
	const char *sender;
};

/* --url --ca --cert --key --config --help, for the programs' tables. */
extern const struct option_row identity_options[];

/* Texts live in the arena. */
bool identity_resolve(struct identity *, const struct options *,
    struct arena *, struct problem *) must_check;

#endif
