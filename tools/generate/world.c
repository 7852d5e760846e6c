/*
 * world.c — opens and closes what a run shares.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
read_list(struct wordlist *list, const char *dir, const char *name,
    struct problem *why)
{
	if (wordlist_read(list, dir, name))
		return true;
	return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s/%s: %s", dir,
	    name, strerror(errno));
}

/* A line is "forename, tab, sex, tab, share"; the share becomes a weight. */
static bool
weigh_forenames(struct world *world, struct problem *why)
{
	size_t len = world->forenames.len;

	world->forename_weights = arena_array(&world->arena, len,
	    sizeof(*world->forename_weights));
	for (size_t i = 0; i < len; i++) {
		char *sex = strchr(world->forenames.at[i], '\t');
		int weight = sex == NULL || sex[1] == '\0' ||
		    sex[2] != '\t' ? 0 : atoi(sex + 3);

		if (weight <= 0 || (sex[1] != 'F' && sex[1] != 'M'))
			return problem_set(why, PROBLEM_FILE_UNREADABLE, "",
			    "forenames.tsv: a line is not name, sex, share");
		world->forename_weights[i] = weight;
	}
	return true;
}

bool
world_read_lists(struct world *world, const char *dir, struct problem *why)
{
	return read_list(&world->surnames, dir, "names/surnames.txt", why) &&
	       read_list(&world->forenames, dir, "names/forenames.tsv", why) &&
	       read_list(&world->postcodes, dir, "postcodes_trafford.txt", why) &&
	       weigh_forenames(world, why);
}

void
world_release(struct world *world)
{
	wordlist_release(&world->surnames);
	wordlist_release(&world->forenames);
	wordlist_release(&world->postcodes);
	numbers_release(&world->numbers);
	buf_release(&world->after);
	arena_release(&world->scratch);
	arena_release(&world->arena);
}
