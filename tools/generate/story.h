/*
 * story.h — what has happened to a child at a setting: the placement, the
 * periods of SEN provision, the move that comes next and how far it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_STORY_H
#define GENERATE_STORY_H

#include "person.h"
#include "places.h"
#include "rng.h"
#include "world.h"
#include <stdbool.h>
#include <stdint.h>

struct period {
	char provision;  /* N, K or E */
	int32_t start_on, end_on;
	const char *types; /* "SLCN,ASD" or NULL */
};

struct move {
	const char *kind;  /* NULL: none is due or none is planned */
	int year;          /* of the September moved in */
	const char *to;    /* NULL while the destination is not known */
	int to_id;
	int32_t target_on, parent_agreed_on, meeting_on, form_sent_on,
	    form_acknowledged_on;
};

struct transfer { /* the authority's milestones */
	bool is_set;
	int year;
	int32_t review_held_on, amendment_noticed_on, plan_final_on;
	bool placement_refused;
};

struct story {
	int32_t start_on, end_on; /* of the placement */
	const char *enrolment;
	const char *sen_place;
	struct period periods[3];
	size_t periods_len;
	struct move move;
	struct move past;         /* last summer's, within the same setting */
	struct transfer transfer;
};

/* Dates that are not there are DATE_NONE. */
void story_draw(struct story *, struct world *, const struct place *,
    const struct person *, struct rng *, char provision);
/* The same child at the setting it left last summer for this one. */
void story_draw_before(struct story *, const struct story *now,
    struct world *, const struct place *here, const struct place *before,
    struct rng *);

#define CYCLES_MAX 4
struct cycle {
	int32_t start_on, review_due_on, reviewed_on, end_on;
	const char *aims[2];
	const char *progress; /* NULL before the review */
	bool parent_involved;
};

/* cycles.c: assess, plan, do, review in the last year or so; how many. */
size_t cycles_draw(struct cycle cycles[static CYCLES_MAX],
    const struct story *, const struct world *, const struct place *,
    struct rng *);

/* moves.c: the move a child of that year group is due to make next. */
const char *move_kind(const struct place *, int ncy, struct rng *);
const struct place *move_destination(struct world *, const struct place *,
    const char *kind, struct rng *);
/* A setting the child may have come from, or NULL. */
struct place *move_origin(struct world *, const struct place *,
    int ncy, struct rng *);

/* milestones.c: the process as it stands today. */
void move_draw_support(struct move *, struct world *, struct rng *, bool has_plan);
void move_draw_past(struct move *, struct world *, struct rng *);
void transfer_draw(struct transfer *, const struct move *, struct world *,
    struct rng *);
void transfer_draw_past(struct transfer *, const struct move *, struct rng *);

/* needs.c: a mix of types as in the published national figures. */
const char *need_types_draw(struct world *, const struct place *, int ncy,
    char provision, struct rng *);

#endif
