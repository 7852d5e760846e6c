/*
 * wordlist.c — reads a list file; lines beginning with # are comments.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wordlist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
read_whole(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;

	if (file == NULL)
		return NULL;
	errno = 0;
	if (getdelim(&text, &cap, '\0', file) < 0) {
		free(text);
		text = NULL;
		if (errno == 0)
			errno = ENODATA;
	}
	fclose(file);
	return text;
}

static bool
wordlist_split(struct wordlist *list)
{
	char *rest = list->text, *line;
	size_t cap = 1;

	for (const char *p = list->text; *p != '\0'; p++)
		cap += *p == '\n';
	list->at = calloc(cap, sizeof(*list->at));
	if (list->at == NULL)
		return false;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0' && *line != '#')
			list->at[list->len++] = line;
	if (list->len == 0)
		errno = ENODATA;
	return list->len > 0;
}

bool
wordlist_read(struct wordlist *list, const char *dir, const char *name)
{
	char path[4096];

	memset(list, 0, sizeof(*list));
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	list->text = read_whole(path);
	return list->text != NULL && wordlist_split(list);
}

void
wordlist_release(struct wordlist *list)
{
	free(list->at);
	free(list->text);
	memset(list, 0, sizeof(*list));
}
