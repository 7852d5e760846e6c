/*
 * commands.h — the table of senco-sync's commands. Each gets its options and
 * arguments read, and answers how the program ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_COMMANDS_H
#define SENCO_SYNC_COMMANDS_H

#include "agent.h"

struct command {
	const char *name;
	const char *args;       /* for the help */
	size_t args_max;
	const char *sentence;
	const struct option_row *options; /* its own, or NULL */
	enum ending (*run)(struct agent *);
};

extern const struct command commands[];
extern const size_t commands_len;

extern const struct option_row init_options[];
extern const struct option_row enrol_options[];
extern const struct option_row push_options[];
extern const struct option_row names_options[];

enum ending init_run(struct agent *);
enum ending enrol_run(struct agent *);
enum ending push_run(struct agent *);
enum ending pull_run(struct agent *);
enum ending verify_command_run(struct agent *);
enum ending status_run(struct agent *);
enum ending watch_run(struct agent *);

/* `senco-sync send`, and senco-sync without a command: files, no memory. */
enum ending send_run(int argc, char **argv);

#endif
