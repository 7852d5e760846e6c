/*
 * tell_files.c — the folders senco-sync sends, one a setting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tell.h"

#include "buf.h"
#include "draft.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool
make_dir(const char *path, struct problem *why)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return true;
	return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s: %s", path,
	    strerror(errno));
}

/* "urn:106283" as a folder; a colon is not for every file system. */
static const char *
dir_of(struct world *world, const struct place *place, const char *dir)
{
	char *path = arena_print(&world->arena, "%s/%s", dir, place->ref);

	path[strlen(dir) + 1 + strcspn(place->ref, ":")] = '-';
	return path;
}

static const char *
file_of(struct world *world, const struct place *place, const char *dir)
{
	if (place->output == OUTPUT_NDJSON)
		return arena_print(&world->arena, "%s/records.ndjson", dir);
	return arena_print(&world->arena, "%s/%s_CTF_%sLLLL_001.xml", dir,
	    place->laestab, world->la);
}

static bool
write_file(const struct place *place, const char *path, struct problem *why)
{
	FILE *file = fopen(path, "we");
	bool is_written;

	if (file == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s: %s",
		    path, strerror(errno));
	for (size_t i = 0; i < KINDS; i++)
		if (place->wire[i].len > 0)
			fwrite(place->wire[i].at, 1, place->wire[i].len,
			    file);
	is_written = !ferror(file);
	if (fclose(file) != 0)
		is_written = false;
	if (!is_written)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "",
		    "%s: could not be written", path);
	return true;
}

bool
tell_write_files(struct world *world, const char *dir, struct problem *why)
{
	if (!make_dir(dir, why))
		return false;
	for (size_t i = 0; i < world->places.len; i++) {
		struct place *place = &world->places.at[i];
		const char *path;

		if (place->output == OUTPUT_SQL)
			continue;
		path = dir_of(world, place, dir);
		if (!make_dir(path, why) || !write_file(place,
		    file_of(world, place, path), why))
			return false;
		for (size_t j = 0; j < KINDS; j++)
			buf_release(&place->wire[j]);
	}
	return true;
}
