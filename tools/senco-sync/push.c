/*
 * push.c — `senco-sync push`, and the same round for `watch`. Before the
 * first sending the feed is read once to its end: if the memory was lost,
 * the mirror tells which revisions the server has and what it knows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "push.h"

#include "commands.h"
#include "inbox.h"
#include "outbound.h"
#include "pull.h"
#include "snapshot.h"

const struct option_row push_options[] = {
	{ "confirm", "NAME", "answer by name for many children leaving a full roll" },
	{ "again",   NULL,   "send once more what was refused" },
	{ NULL },
};

static enum ending
worse(enum ending a, enum ending b)
{
	return a > b ? a : b;
}

static enum ending
primed(struct agent *agent)
{
	struct pulled pulled;
	struct problem why = { 0 };
	enum ending ending;
	char is_primed[256];

	state_get(agent->store, "is_primed", is_primed);
	if (is_primed[0] != '\0')
		return END_WELL;
	ending = pull_follow(agent, 0, &pulled, &why);
	if (ending != END_WELL)
		complain("nothing was sent yet: what the authority holds "
		    "must be known first: %s", why.detail);
	handovers_print(agent, 0);
	return ending;
}

static void
tally_told(const struct tally *tally, const struct inbox *inbox,
    bool tells_always)
{
	struct buf words;

	if (inbox->waiting > 0)
		printf("%zu file%s still being written and left for the next "
		    "time\n", inbox->waiting,
		    inbox->waiting == 1 ? " is" : "s are");
	if (tally->sent == 0) {
		if (tells_always)
			printf("Nothing new to send.\n");
		return;
	}
	buf_init(&words);
	tally_print(tally, &words);
	printf("%.*s.\n", (int)words.len, words.at);
	buf_release(&words);
}

/* What is refused stays refused until it changes: that is no news. */
static enum ending
judged(struct agent *agent, const struct tally *tally,
    const struct inbox *inbox)
{
	int64_t unread = inbox->read == 0 ? 0 : store_number(agent->store,
	    "SELECT count(*) FROM unread", "");

	if (inbox->unusable > 0)
		return END_USAGE;
	return tally->refused > 0 || unread > 0 ? END_REFUSED : END_WELL;
}

enum ending
push_round(struct agent *agent, const char *confirmed_by, bool tells_always)
{
	struct inbox inbox = {
		.config = &agent->config, .mapping = &agent->mapping,
		.store = agent->store,
	};
	struct tally tally = { 0 };
	struct problem why = { 0 };
	enum ending ending = primed(agent);

	if (ending != END_WELL)
		return ending;
	if (!inbox_look(&inbox, &why)) {
		complain_problem(&why);
		return END_USAGE;
	}
	ending = outbound_send(agent, &tally);
	tally_told(&tally, &inbox, tells_always && ending == END_WELL);
	if (ending == END_WELL)
		ending = worse(judged(agent, &tally, &inbox),
		    snapshot_settle(agent, confirmed_by));
	if (ending == END_REFUSED)
		printf("senco-sync status tells what was refused and why.\n");
	return ending;
}

enum ending
push_run(struct agent *agent)
{
	enum ending ending = agent_open(agent, false);

	if (ending != END_WELL)
		return ending;
	if (options_has(&agent->options, "again"))
		store_do(agent->store, "UPDATE records SET state = 'w'"
		    " WHERE state = 'r'", "");
	return push_round(agent, options_text(&agent->options, "confirm"),
	    true);
}
