/*
 * main.c — sencoctl: find the sub-command, resolve who we are, run it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"
#include "complaint.h"
#include "https.h"
#include "identity.h"
#include "options.h"
#include "session.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum ending
usage(const char *word)
{
	if (word == NULL)
		complain("what shall be done? `sencoctl help` lists the "
		    "commands");
	else
		complain("there is no command \"%s\"; `sencoctl help` lists "
		    "them", word);
	return END_USAGE;
}

static enum ending
help(char **argv)
{
	const struct command *command = command_find(&argv);

	if (command != NULL)
		command_print_help(command, stdout);
	else if (*argv != NULL)
		return usage(*argv);
	else
		commands_print_help(stdout);
	return END_WELL;
}

/* "sencoctl … | head": who reads our output has seen enough. */
static bool
reader_has_left(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

static enum ending
command_run(const struct command *command, const struct options *options)
{
	struct arena arena;
	struct identity identity;
	struct problem why = { 0 };
	struct session session = {
		.command = command, .options = options, .arena = &arena,
		.identity = &identity
	};
	enum ending ending = END_USAGE;

	arena_init(&arena);
	if (identity_resolve(&identity, options, &arena, &why))
		session.https = https_new(&identity, "sencoctl", &why);
	if (session.https == NULL)
		complain_problem(&why);
	else
		ending = command->run(&session);
	https_free(session.https);
	arena_release(&arena);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !reader_has_left()) {
		complain("the output could not be written");
		ending = END_USAGE;
	}
	return ending;
}

static bool
args_check(const struct command *command, const struct options *options,
    struct problem *why)
{
	if (options->args_len < command->args_min)
		return problem_set(why, PROBLEM_MISSING_PARAMETER, NULL,
		    "`sencoctl %s` needs %s", command->name,
		    command->args);
	if (options->args_len > command->args_max)
		return problem_set(why, PROBLEM_UNKNOWN_PARAMETER, NULL,
		    "`sencoctl %s` does not take \"%s\"", command->name,
		    options->args[command->args_max]);
	return true;
}

/*
 * Identity options may stand before the command too, all others after it:
 * there `clients add --cert` is the certificate of the client.
 */
static enum ending
words_run(char **argv, struct options *options)
{
	static const struct option_row none[] = { { NULL } };
	const struct option_row *tables[] = { none, identity_options, NULL };
	const struct command *command;
	struct problem why = { 0 };

	if (!options_read(options, tables, &argv, true, &why))
		goto refused;
	if (options_has(options, "help") ||
	    (*argv != NULL && strcmp(*argv, "help") == 0))
		return help(*argv != NULL && !options_has(options, "help") ?
		    argv + 1 : argv);
	command = command_find(&argv);
	if (command == NULL)
		return usage(*argv);
	if (command->options != NULL)
		tables[0] = command->options;
	if (!options_read(options, tables, &argv, false, &why))
		goto refused;
	if (options_has(options, "help")) {
		command_print_help(command, stdout);
		return END_WELL;
	}
	if (!args_check(command, options, &why))
		goto refused;
	return command_run(command, options);
refused:
	complain_problem(&why);
	return END_USAGE;
}

int
main(int argc, char **argv)
{
	struct options options;
	enum ending ending;

	complain_as("sencoctl");
	signal(SIGPIPE, SIG_IGN);
	options_init(&options, argc);
	ending = words_run(argv + 1, &options);
	options_release(&options);
	return ending;
}
