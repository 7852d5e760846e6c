/*
 * world.h — what a whole run shares: the day it is, the settings, the lists
 * names are drawn from, and the counters of identifiers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_WORLD_H
#define GENERATE_WORLD_H

#include "arena.h"
#include "buf.h"
#include "wordlist.h"
#include "numbers.h"
#include "places.h"
#include "problem.h"
#include <stdbool.h>
#include <stdint.h>

struct sql;

struct world {
	uint64_t seed;
	int32_t today;
	int year;             /* academic year of today, by the year it ends */
	const char *la;       /* "358" */
	struct arena arena;   /* lives as long as the run */
	struct arena scratch; /* one setting's records; released after it */
	struct places places;
	struct wordlist surnames, forenames, postcodes;
	int *forename_weights;
	struct numbers numbers;
	struct sql *sql;
	struct buf after;     /* rows to be loaded after a sync */
	long children_len, plans_len, moves_len;
	int staff_len, staff_told; /* made, and with a post written */
};

/* Reads the lists from dir; names the file that is missing. */
bool world_read_lists(struct world *, const char *dir, struct problem *) must_check;
void world_release(struct world *);

#endif
