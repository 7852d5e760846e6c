/*
 * watch.c — `senco-sync watch`: sends when a file comes, is told of news as
 * it happens, proves once a day that both sides hold the same. With a server
 * that is away it tries again with back-off for ever. It ends on SIGTERM
 * after the batch in hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "progress.h"
#include "pull.h"
#include "push.h"
#include "retry.h"
#include "uuid.h"
#include "verify.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define HOUR_MS (INT64_C(3600) * 1000)

struct watch {
	struct agent *agent;
	int notices;        /* inotify on the inbox, or -1 */
	int64_t look_ms;    /* when to look at the inbox, called or not */
	int64_t verify_ms;  /* when to prove */
	struct retry retry;
};

/* Something happened in the inbox; what it was does not matter. */
static bool
has_notice(const struct watch *watch)
{
	struct pollfd waiting = { watch->notices, POLLIN, 0 };

	return watch->notices >= 0 && poll(&waiting, 1, 0) > 0;
}

static void
notices_take(const struct watch *watch)
{
	char events[4096];

	while (has_notice(watch) &&
	    read(watch->notices, events, sizeof(events)) > 0)
		continue;
}

static bool
news_unwanted(void *owner)
{
	const struct watch *watch = owner;

	return agent_is_stopped() || has_notice(watch) ||
	       clock_ms() >= watch->look_ms;
}

static void
round_planned(struct watch *watch)
{
	const struct config *config = &watch->agent->config;

	/* After a notice, when the file will have settled. */
	watch->look_ms = clock_ms() + 1000 * (has_notice(watch) ?
	    config->settle_seconds : config->look_seconds);
}

/* A file that is still being written is looked at again when it is done. */
static enum ending
sent(struct watch *watch)
{
	int64_t settled_ms;
	enum ending ending;

	if (has_notice(watch)) {
		notices_take(watch);
		settled_ms = clock_ms() +
		    1000 * (int64_t)watch->agent->config.settle_seconds;
		while (!agent_is_stopped() && clock_ms() < settled_ms) {
			agent_wait_ms(100);
			if (has_notice(watch)) /* it goes on */
				break;
		}
	}
	ending = push_round(watch->agent, NULL, false);
	round_planned(watch);
	return ending;
}

static enum ending
told(struct watch *watch)
{
	struct agent *agent = watch->agent;
	int64_t before = news_last(agent);
	struct pulled pulled;
	struct problem why = { 0 };
	enum ending ending;

	if (agent_is_stopped())
		return END_WELL;
	ending = pull_follow(agent, (unsigned)agent->config.wait_seconds,
	    &pulled, &why);
	if (ending != END_WELL)
		complain("the news could not be fetched: %s", why.detail);
	if (pulled.news > 0)
		printf("%zu change%s came in\n", pulled.news,
		    pulled.news == 1 ? "" : "s");
	handovers_print(agent, before);
	return ending;
}

static enum ending
proved(struct watch *watch)
{
	struct verified verified;
	enum ending ending;

	if (agent_is_stopped() || clock_ms() < watch->verify_ms)
		return END_WELL;
	/* What was refused for what has since been mended at the authority. */
	store_do(watch->agent->store, "UPDATE records SET state = 'w'"
	    " WHERE state = 'r'", "");
	ending = verify_run(watch->agent, &verified);
	if (ending == END_WELL || ending == END_REFUSED)
		watch->verify_ms = clock_ms() +
		    watch->agent->config.verify_hours * HOUR_MS;
	return ending;
}

/* The server is away: later, but not all schools at once. */
static void
backed_off(struct watch *watch)
{
	int64_t wait = 0;

	if (agent_is_stopped())
		return;
	if (!retry_wait(&watch->retry, clock_ms(),
	    (int64_t)watch->agent->retry_after_s * 1000, random_fresh(),
	    &wait))
		wait = RETRY_MOST_MS;
	complain("again in %.1f s", (double)wait / 1000);
	fflush(stdout);
	agent_wait_ms(wait);
}

/* At the first start at once; a restart does not put it off. */
static int64_t
proof_due_ms(struct agent *agent)
{
	int64_t whole = agent->config.verify_hours * HOUR_MS;
	int64_t since = store_number(agent->store, "SELECT coalesce("
	    "(SELECT 1000 * (unixepoch('now') - unixepoch(value))"
	    "   FROM facts WHERE name = 'verify_at'), -1)", "");

	if (since < 0 || since > whole)
		return 0;
	return whole - since;
}

static void
watch_start(struct watch *watch)
{
	struct agent *agent = watch->agent;

	watch->notices = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->notices >= 0 && inotify_add_watch(watch->notices,
	    agent->config.inbox, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) < 0)
		complain("the inbox cannot be watched (%s); it is looked at "
		    "every %d s", strerror(errno), agent->config.look_seconds);
	agent->patience_ms = 0; /* this loop waits, and hears of SIGTERM */
	agent->is_unwanted = news_unwanted;
	agent->owner = watch;
	watch->verify_ms = clock_ms() + proof_due_ms(agent);
	retry_start(&watch->retry, INT64_MAX / 2);
}

static bool
is_trouble(enum ending ending)
{
	return ending != END_WELL && ending != END_REFUSED;
}

enum ending
watch_run(struct agent *agent)
{
	struct watch watch = { .agent = agent };
	enum ending ending = agent_open(agent, false);

	if (ending != END_WELL)
		return ending;
	watch_start(&watch);
	printf("watching %s\n", agent->config.inbox);
	while (!agent_is_stopped()) {
		fflush(stdout);
		/* A refused record is no trouble; a refused question is. */
		if (is_trouble(sent(&watch)) || told(&watch) != END_WELL ||
		    is_trouble(proved(&watch)))
			backed_off(&watch);
		else
			retry_start(&watch.retry, INT64_MAX / 2);
	}
	printf("stopped; what was in hand is done\n");
	if (watch.notices >= 0)
		close(watch.notices);
	return END_WELL;
}
