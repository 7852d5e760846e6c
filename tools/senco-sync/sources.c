/*
 * sources.c — the files to send. In name order, so that a school can number
 * its files and a second run does the same as the first. Folders in a folder
 * are not entered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sources.h"

#include "complaint.h"
#include "text.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct ending_row {
	const char *ending;
	enum source_form form;
} forms[] = {
	{ ".ndjson", SOURCE_NDJSON },
	{ ".xml",    SOURCE_CTF },
};

void
sources_init(struct sources *sources, struct arena *arena)
{
	*sources = (struct sources){ .arena = arena };
}

void
sources_release(struct sources *sources)
{
	free(sources->files);
	sources->files = NULL;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
file_add(struct sources *sources, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < nitems(forms); i++) {
		size_t tail = strlen(forms[i].ending);

		if (len <= tail || !slice_is_caseless((struct slice){
			path + len - tail, tail
		}, forms[i].ending))
			continue;
		if (sources->len == sources->cap) {
			sources->cap = sources->cap > 0 ? 2 * sources->cap : 16;
			sources->files = reallocarray(sources->files,
			    sources->cap, sizeof(*sources->files));
			assert(sources->files != NULL);
		}
		path = arena_text(sources->arena, path, len);
		sources->files[sources->len++] = (struct source){
			path, last_part(path), forms[i].form
		};
		return;
	}
	complain("%s: passed over (its name ends neither in .ndjson nor in "
	    ".xml)", path);
}

static int
name_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
folder_add(struct sources *sources, const char *folder, struct problem *why)
{
	struct dirent **entries;
	size_t len = strlen(folder);
	int count = scandir(folder, &entries, is_visible, name_compare);

	if (count < 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, folder, "%s",
		    strerror(errno));
	while (len > 1 && folder[len - 1] == '/')
		len--;
	for (int i = 0; i < count; i++) {
		const char *path = arena_print(sources->arena, "%.*s/%s",
		    (int)len, folder, entries[i]->d_name);
		struct stat status;

		if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
			file_add(sources, path);
		else
			complain("%s: passed over (it is no file)", path);
		free(entries[i]);
	}
	free(entries);
	return true;
}

bool
sources_add(struct sources *sources, const char *path, struct problem *why)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
	if (S_ISDIR(status.st_mode))
		return folder_add(sources, path, why);
	file_add(sources, path);
	return true;
}
