/*
 * main.c — senco-sync: a school's agent. The table of its commands, and the
 * few lines that find the one asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "columns.h"

#include <signal.h>
#include <string.h>

const struct command commands[] = {
	{ "init", "", 0, "lay out the agent's folder", init_options,
	  init_run },
	{ "enrol", "", 0, "make our key, and later put its certificate in "
	  "place", enrol_options, enrol_run },
	{ "push", "", 0, "read the inbox and send what is new", push_options,
	  push_run },
	{ "pull", "", 0, "fetch what is new at the authority into the outbox",
	  names_options, pull_run },
	{ "verify", "", 0, "prove that both sides hold the same, and mend "
	  "what differs", NULL, verify_command_run },
	{ "watch", "", 0, "do all of this by itself until it is stopped",
	  names_options, watch_run },
	{ "status", "", 0, "one page on how the exchange stands",
	  names_options, status_run },
};
const size_t commands_len = nitems(commands);

static void
help(void)
{
	printf("senco-sync COMMAND [options]: a school's agent at its "
	    "authority's sencod\n\n");
	for (size_t i = 0; i < commands_len; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].sentence);
	printf("  %-8s send files as they are, without a folder of our own\n"
	    "  %-8s this text; help COMMAND tells a command's options, help "
	    "columns those of\n           the CSV files\n\n",
	    "send", "help");
	options_print_help(agent_options, stdout);
	printf("\nEnds with 0 when all was taken, 1 when something was "
	    "refused, 2 for a mistake in\nthe call or a file, 3 when the "
	    "server could not be reached, 4 when another\nsenco-sync is at "
	    "work in the folder.\n");
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < commands_len; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void
command_help(const struct command *command)
{
	printf("senco-sync %s [options]: %s\n", command->name,
	    command->sentence);
	if (command->options != NULL)
		options_print_help(command->options, stdout);
	options_print_help(agent_options, stdout);
}

static enum ending
command_run(const struct command *command, int argc, char **argv)
{
	const struct option_row *const tables[] = {
		command->options != NULL ? command->options : agent_options,
		agent_options, NULL
	};
	struct agent agent;
	struct problem why = { 0 };
	enum ending ending = END_USAGE;

	agent_init(&agent, argc);
	if (!options_read(&agent.options, tables, &argv, false, &why)) {
		complain_problem(&why);
	} else if (options_has(&agent.options, "help")) {
		command_help(command);
		ending = END_WELL;
	} else if (agent.options.args_len > command->args_max) {
		complain("%s takes no \"%s\"; to send files by name: "
		    "senco-sync send", command->name,
		    agent.options.args[command->args_max]);
	} else {
		ending = command->run(&agent);
	}
	agent_release(&agent);
	return ending;
}

static enum ending
help_run(const char *name)
{
	char *const call[] = { "--help", NULL };
	const struct command *command = command_find(name);

	if (command != NULL)
		command_help(command);
	else if (name != NULL && strcmp(name, "columns") == 0)
		columns_print(stdout);
	else if (name != NULL && strcmp(name, "send") == 0)
		return send_run(2, (char **)call);
	else
		help();
	return END_WELL;
}

int
main(int argc, char **argv)
{
	const struct command *command = command_find(argv[1]);

	complain_as("senco-sync");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN); /* of the lease that tries an inbox's file */
	if (argc < 2 || strcmp(argv[1], "help") == 0)
		return help_run(argc < 2 ? NULL : argv[2]);
	if (command == NULL)
		return send_run(argc, argv + 1 +
		    (strcmp(argv[1], "send") == 0));
	agent_heed_signals();
	return command_run(command, argc, argv + 2);
}
