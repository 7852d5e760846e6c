/*
 * commands.h — the sub-commands: one row each, and the functions behind
 * them, one file per noun.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCOCTL_COMMANDS_H
#define SENCOCTL_COMMANDS_H

#include "complaint.h"
#include "options.h"
#include "session.h"
#include <stdio.h>

struct call;

struct command {
	const char *name;      /* one or two words */
	const char *args;      /* as help shows them */
	size_t args_min, args_max;
	const char *sentence;
	const struct option_row *options;
	enum ending (*run)(struct session *);
	const struct call *call; /* for call_run: see calls.h */
};

/* By the words at the start of argv, which moves past them; NULL if none. */
const struct command *command_find(char ***argv);
void command_print_help(const struct command *, FILE *);
void commands_print_help(FILE *);

extern const struct option_row settings_options[];
extern const struct option_row import_options[];
extern const struct option_row caseload_options[];
extern const struct option_row transitions_options[];
extern const struct option_row freshness_options[];
extern const struct option_row clients_add_options[];
extern const struct option_row proposals_options[];
extern const struct option_row proposals_decline_options[];
extern const struct option_row identities_candidates_options[];
extern const struct option_row identities_merge_options[];
extern const struct option_row ehc_transfer_options[];
extern const struct option_row changes_options[];
extern const struct option_row digest_options[];

enum ending whoami_run(struct session *);
enum ending settings_run(struct session *);
enum ending import_gias_run(struct session *);
enum ending import_ofsted_run(struct session *);
enum ending caseload_run(struct session *);
enum ending transitions_run(struct session *);
enum ending freshness_run(struct session *);
enum ending clients_list_run(struct session *);
enum ending clients_add_run(struct session *);
enum ending clients_revoke_run(struct session *);
enum ending proposals_run(struct session *);
enum ending proposals_accept_run(struct session *);
enum ending proposals_decline_run(struct session *);
enum ending identities_candidates_run(struct session *);
enum ending identities_merge_run(struct session *);
enum ending identities_split_run(struct session *);
enum ending ehc_transfer_run(struct session *);
enum ending changes_run(struct session *);
enum ending digest_run(struct session *);

#endif
