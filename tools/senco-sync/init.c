/*
 * init.c — `senco-sync init`: the agent's folder laid out, its settings and
 * an empty mapping written with their comments. Asks nothing, and never
 * writes over what is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct option_row init_options[] = {
	{ "server",  "URL", "the authority's server, https://HOST:PORT" },
	{ "setting", "REF", "whom the records are of, as urn:106283" },
	{ NULL },
};

static const struct part {
	const char *name;
	mode_t mode;
} parts[] = {
	{ "inbox",  0770 },
	{ "outbox", 0750 },
	{ "keys",   0700 },
};

static bool
folder_make(const char *path, mode_t mode, struct problem *why)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return true;
	return problem_set(why, PROBLEM_FILE_UNREADABLE, path,
	    "the folder cannot be made: %s", strerror(errno));
}

/* NULL when it is there already, or with why. */
static FILE *
file_begin(const char *path, struct problem *why)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (file < 0 && errno != EEXIST)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "it cannot be written: %s", strerror(errno));
	return file < 0 ? NULL : fdopen(file, "w");
}

static bool
files_write(struct agent *agent, const char *folder, struct problem *why)
{
	struct config config = {
		.server = options_text(&agent->options, "server"),
		.setting = options_text(&agent->options, "setting"),
	};
	FILE *file = file_begin(arena_print(&agent->arena, "%s/%s", folder,
	    CONFIG_FILE), why);

	if (file == NULL)
		return why->slug != PROBLEM_NONE ? false : problem_set(why,
		    PROBLEM_FILE_UNREADABLE, folder, "this is an agent's "
		    "folder already; its %s is left as it is", CONFIG_FILE);
	config_print(&config, file);
	fclose(file);
	file = file_begin(arena_print(&agent->arena, "%s/mapping.conf",
	    folder), why);
	if (file != NULL) {
		fputs(mapping_sample, file);
		fclose(file);
	}
	return why->slug == PROBLEM_NONE;
}

/* What was written is read back: a wrong --setting is told now. */
static enum ending
proved(struct agent *agent, const char *folder)
{
	enum ending ending = agent_open(agent, false);

	if (ending != END_WELL) {
		unlink(arena_print(&agent->arena, "%s/%s", folder,
		    CONFIG_FILE));
		return ending;
	}
	printf("%s is laid out. Next: senco-sync enrol --folder %s\n", folder,
	    folder);
	return END_WELL;
}

enum ending
init_run(struct agent *agent)
{
	const char *folder = options_text(&agent->options, "folder");
	struct problem why = { 0 };

	if (folder == NULL)
		folder = agent_folder(agent);
	if (options_text(&agent->options, "server") == NULL ||
	    options_text(&agent->options, "setting") == NULL) {
		complain("give --server URL and --setting REF, and --folder "
		    "DIR for where");
		return END_USAGE;
	}
	if (!folder_make(folder, 0750, &why))
		goto failed;
	for (size_t i = 0; i < nitems(parts); i++)
		if (!folder_make(arena_print(&agent->arena, "%s/%s", folder,
		    parts[i].name), parts[i].mode, &why))
			goto failed;
	if (files_write(agent, folder, &why))
		return proved(agent, folder);
failed:
	complain_problem(&why);
	return END_USAGE;
}
