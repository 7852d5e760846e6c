/*
 * parking.c — the parked by setting, in a fixed table of lists; the due in
 * the order they became so. When a setting is heard of, its list is walked
 * and nothing else. A number remembers when each list was last heard of, so
 * that what is heard during a look is not lost before the looker parks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "parking.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "common.h"
#include "db_listen.h"
#include "db_pool.h"
#include "mem.h"

#define PLACES 1024           /* a power of two */
#define INTERESTS_MAX 256     /* who has more is woken by all */
#define RECHECK_MIN_MS 50     /* doubling */
#define RECHECK_MAX_MS 2000
#define DEAF_TICK_S 2

struct interest {
	struct parked *parked;
	int32_t setting;
	LIST_ENTRY(interest) link;
};

struct place {
	LIST_HEAD(, interest) interests;
	uint64_t heard;
};

TAILQ_HEAD(parked_list, parked);

struct parking {
	struct worker *worker;
	struct parked_list waiting;  /* those woken by all and by nothing else too */
	struct parked_list due;
	unsigned looking, looking_max;
	uint64_t heard;              /* counts */
	uint64_t heard_all;          /* when it was of all settings */
	struct event *soon;          /* lets the due look */
	struct event *deaf_tick;
	struct place places[PLACES];
};

int64_t
parking_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct place *
place_of(struct parking *parking, int32_t setting)
{
	return &parking->places[(uint32_t)setting % PLACES];
}

/* ---- states ---- */

static void
timer_set(struct parked *parked)
{
	int64_t left = parked->over_ms - parking_now_ms();
	struct timeval tv;

	if (parked->state == PARKED_WAITING && parked->recheck_ms > 0 &&
	    (int64_t)parked->recheck_ms < left)
		left = (int64_t)parked->recheck_ms;
	if (left < 1)
		left = 1;
	tv.tv_sec = (time_t)(left / 1000);
	tv.tv_usec = (suseconds_t)(left % 1000 * 1000);
	evtimer_add(&parked->timer, &tv);
}

static void
enter(struct parked *parked, enum parked_state state)
{
	struct parking *parking = parked->parking;

	if (parked->state == PARKED_WAITING)
		TAILQ_REMOVE(&parking->waiting, parked, link);
	else if (parked->state == PARKED_DUE)
		TAILQ_REMOVE(&parking->due, parked, link);
	else if (parked->state == PARKED_LOOKING)
		parking->looking--;
	parked->state = state;
	if (state == PARKED_WAITING)
		TAILQ_INSERT_TAIL(&parking->waiting, parked, link);
	else if (state == PARKED_DUE)
		TAILQ_INSERT_TAIL(&parking->due, parked, link);
	else if (state == PARKED_LOOKING)
		parking->looking++;
}

static bool
is_parked(const struct parked *parked)
{
	return parked->state == PARKED_WAITING || parked->state == PARKED_DUE;
}

static void
interests_drop(struct parked *parked)
{
	for (size_t i = 0; i < parked->interests_len; i++)
		LIST_REMOVE(&parked->interests[i], link);
	free(parked->interests);
	parked->interests = NULL;
	parked->interests_len = 0;
}

/* Out of all lists; what it goes on as is state. */
static void
leave(struct parked *parked, enum parked_state state)
{
	assert(is_parked(parked));
	interests_drop(parked);
	evtimer_del(&parked->timer);
	parked->parking->worker->metrics->parked--;
	enter(parked, state);
}

static void
let_look_soon(struct parking *parking)
{
	event_active(parking->soon, EV_TIMEOUT, 0);
}

static void
make_due(struct parked *parked)
{
	if (parked->state != PARKED_WAITING)
		return;
	enter(parked, PARKED_DUE);
	timer_set(parked);
	let_look_soon(parked->parking);
}

static void
end(struct parked *parked)
{
	leave(parked, PARKED_NOT);
	parked->woken(parked, WAKING_OVER);
}

/* ---- events ---- */

static void
time_passed(evutil_socket_t fd, short what, void *arg)
{
	struct parked *parked = arg;

	(void)fd, (void)what;
	if (parking_now_ms() >= parked->over_ms)
		end(parked);
	else if (parked->state == PARKED_WAITING && parked->recheck_ms > 0)
		make_due(parked);
	else
		timer_set(parked); /* a tick too early */
}

static void
let_look(evutil_socket_t fd, short what, void *arg)
{
	struct parking *parking = arg;
	struct parked *parked;

	(void)fd, (void)what;
	while (parking->looking < parking->looking_max &&
	    (parked = TAILQ_FIRST(&parking->due)) != NULL) {
		leave(parked, PARKED_LOOKING);
		parking->worker->metrics->parked_woken++;
		parked->woken(parked, WAKING_LOOK);
	}
}

static void
all_heard(struct parking *parking)
{
	struct parked *parked;

	while ((parked = TAILQ_FIRST(&parking->waiting)) != NULL)
		make_due(parked);
}

/* While nothing can be heard all look now and then. */
static void
deaf_ticked(evutil_socket_t fd, short what, void *arg)
{
	struct parking *parking = arg;

	(void)fd, (void)what;
	if (!db_listen_is_open(parking->worker->listen) &&
	    pool_is_ready(parking->worker->pool))
		all_heard(parking);
}

void
parking_heard(struct worker *worker, int32_t setting)
{
	struct parking *parking = worker->parking;
	struct interest *interest, *next;
	struct place *place = place_of(parking, setting);

	parking->heard++;
	if (setting == ALL_SETTINGS) {
		parking->heard_all = parking->heard;
		all_heard(parking);
		return;
	}
	place->heard = parking->heard;
	for (interest = LIST_FIRST(&place->interests); interest != NULL;
	    interest = next) {
		next = LIST_NEXT(interest, link);
		if (interest->setting == setting)
			make_due(interest->parked);
	}
	/* Those interested in more than we care to list. */
	for (struct interest *any = LIST_FIRST(
	    &place_of(parking, ALL_SETTINGS)->interests); any != NULL;
	    any = LIST_NEXT(any, link))
		if (any->setting == ALL_SETTINGS)
			make_due(any->parked);
}

uint64_t
parking_heard_yet(const struct parking *parking)
{
	return parking->heard;
}

/* ---- parking ---- */

/* True when one of the settings was heard of after since. */
static bool
interests_make(struct parking *parking, struct parked *parked,
    const int32_t settings[], size_t len, uint64_t since)
{
	static const int32_t all[] = { ALL_SETTINGS };
	bool is_heard = parking->heard_all > since;

	if (len > INTERESTS_MAX) {
		is_heard = is_heard || parking->heard > since;
		settings = all;
		len = 1;
	}
	parked->interests_len = len;
	parked->interests = mem_alloc((len + 1) * sizeof(struct interest));
	for (size_t i = 0; i < len; i++) {
		struct place *place = place_of(parking, settings[i]);

		parked->interests[i].parked = parked;
		parked->interests[i].setting = settings[i];
		LIST_INSERT_HEAD(&place->interests, &parked->interests[i],
		    link);
		is_heard = is_heard || place->heard > since;
	}
	return is_heard;
}

void
parking_park(struct parking *parking, struct parked *parked,
    const int32_t settings[], size_t len, uint64_t since, bool is_held_back)
{
	bool is_heard;

	parking_looked(parked);
	assert(parked->state == PARKED_NOT);
	parked->parking = parking;
	evtimer_assign(&parked->timer, parking->worker->base, time_passed,
	    parked);
	if (!is_held_back)
		parked->recheck_ms = 0;
	else if (parked->recheck_ms == 0)
		parked->recheck_ms = RECHECK_MIN_MS;
	else if (parked->recheck_ms < RECHECK_MAX_MS)
		parked->recheck_ms *= 2;
	is_heard = interests_make(parking, parked, settings, len, since);
	enter(parked, PARKED_WAITING);
	parking->worker->metrics->parked++;
	timer_set(parked);
	if (is_heard)
		make_due(parked);
}

void
parking_looked(struct parked *parked)
{
	if (parked->state != PARKED_LOOKING)
		return;
	enter(parked, PARKED_NOT);
	let_look_soon(parked->parking);
}

void
parking_forget(struct parked *parked)
{
	if (is_parked(parked))
		leave(parked, PARKED_NOT);
	parking_looked(parked);
}

void
parking_answer_all(struct parking *parking)
{
	struct parked *parked;

	while ((parked = TAILQ_FIRST(&parking->waiting)) != NULL ||
	    (parked = TAILQ_FIRST(&parking->due)) != NULL)
		end(parked);
}

/* ---- life ---- */

struct parking *
parking_new(struct worker *worker)
{
	static const struct timeval tick = { DEAF_TICK_S, 0 };
	struct parking *parking = mem_alloc(sizeof(*parking));

	parking->worker = worker;
	parking->looking_max =
	    ((unsigned)worker->config->database_connections + 1) / 2;
	TAILQ_INIT(&parking->waiting);
	TAILQ_INIT(&parking->due);
	for (size_t i = 0; i < PLACES; i++)
		LIST_INIT(&parking->places[i].interests);
	parking->soon = event_new(worker->base, -1, 0, let_look, parking);
	parking->deaf_tick = event_new(worker->base, -1, EV_PERSIST,
	    deaf_ticked, parking);
	event_add(parking->deaf_tick, &tick);
	return parking;
}

void
parking_free(struct parking *parking)
{
	if (parking == NULL)
		return;
	assert(TAILQ_EMPTY(&parking->waiting) && TAILQ_EMPTY(&parking->due));
	event_free(parking->soon);
	event_free(parking->deaf_tick);
	free(parking);
}
