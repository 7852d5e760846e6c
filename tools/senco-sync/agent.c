/*
 * agent.c — settings, memory, lock and connection of the agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent.h"

#include "json_reader.h"
#include "progress.h"
#include "retry.h"
#include "uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define FOLDER_INITIAL "/var/lib/senco-sync"

const struct option_row agent_options[] = {
	{ "folder", "DIR", "the agent's folder (or SENCO_SYNC_FOLDER; default: here, else " FOLDER_INITIAL ")" },
	{ "help",   NULL,  "this text" },
	{ NULL },
};

static volatile sig_atomic_t is_stopped;

static void
stop_asked(int signal)
{
	(void)signal;
	is_stopped = 1;
}

bool
agent_is_stopped(void)
{
	return is_stopped != 0;
}

void
agent_heed_signals(void)
{
	struct sigaction action = { .sa_handler = stop_asked };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

void
agent_wait_ms(int64_t ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (!agent_is_stopped() && nanosleep(&left, &left) < 0 &&
	    errno == EINTR)
		continue;
}

void
agent_init(struct agent *agent, int argc)
{
	*agent = (struct agent){ .lock = -1 };
	arena_init(&agent->arena);
	options_init(&agent->options, argc);
	mapping_init(&agent->mapping, &agent->arena);
}

void
agent_release(struct agent *agent)
{
	https_free(agent->https);
	store_close(agent->store);
	mapping_release(&agent->mapping);
	options_release(&agent->options);
	arena_release(&agent->arena);
	if (agent->lock >= 0)
		close(agent->lock);
}

const char *
agent_folder(struct agent *agent)
{
	const char *folder = options_text(&agent->options, "folder");
	const char *around = getenv("SENCO_SYNC_FOLDER");
	char *whole, *here;

	if (folder == NULL && around != NULL && around[0] != '\0')
		folder = around;
	if (folder == NULL)
		folder = access(CONFIG_FILE, F_OK) == 0 ? "." : FOLDER_INITIAL;
	whole = realpath(folder, NULL);
	if (whole != NULL) {
		here = arena_text(&agent->arena, whole, strlen(whole));
		free(whole);
		return here;
	}
	return folder;
}

/* One at a time: two would number the same records apart. */
static enum ending
lock_take(struct agent *agent)
{
	const char *path = arena_print(&agent->arena, "%s/lock",
	    agent->config.folder);
	char holder[32] = "";

	agent->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (agent->lock < 0) {
		complain("%s: %s", path, strerror(errno));
		return END_USAGE;
	}
	if (flock(agent->lock, LOCK_EX | LOCK_NB) < 0) {
		ssize_t len = read(agent->lock, holder, sizeof(holder) - 1);

		complain("another senco-sync (process %.*s) is at work in %s; "
		    "only one may be, so this one has done nothing",
		    len > 0 ? (int)strcspn(holder, "\n") : 1,
		    len > 0 ? holder : "?", agent->config.folder);
		return END_BUSY;
	}
	snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());
	if (ftruncate(agent->lock, 0) < 0 || pwrite(agent->lock, holder,
	    strlen(holder), 0) < 0)
		complain("%s: %s", path, strerror(errno));
	return END_WELL;
}

enum ending
agent_open(struct agent *agent, bool is_only_looked_at)
{
	struct config *config = &agent->config;
	struct problem why = { 0 };
	enum ending ending;

	if (!config_read(config, agent_folder(agent), &agent->arena, &why) ||
	    !mapping_read(&agent->mapping, config->mapping, &why)) {
		complain_problem(&why);
		return END_USAGE;
	}
	agent->identity = (struct identity){
		config->server, config->ca, config->certificate, config->key,
		config->setting,
	};
	agent->patience_ms = (int64_t)config->retry_seconds * 1000;
	if (!is_only_looked_at && (ending = lock_take(agent)) != END_WELL)
		return ending;
	agent->store = state_open(config->state, true, &why);
	if (agent->store == NULL) {
		complain_problem(&why);
		return END_USAGE;
	}
	return END_WELL;
}

static bool
connection_have(struct agent *agent, struct problem *why)
{
	const struct identity *identity = &agent->identity;
	const char *const files[] = {
		identity->ca, identity->cert, identity->key
	};

	if (agent->https != NULL)
		return true;
	for (size_t i = 0; i < nitems(files); i++)
		if (access(files[i], R_OK) < 0)
			return problem_set(why, PROBLEM_FILE_UNREADABLE,
			    files[i], "%s; the setting ca, certificate or key "
			    "names it: see senco-sync help enrol",
			    strerror(errno));
	agent->https = https_new(identity, "senco-sync", why);
	return agent->https != NULL;
}

static enum ending
ending_of(enum https_outcome outcome)
{
	switch (outcome) {
	case HTTPS_MISCONFIGURED:
		return END_USAGE;
	case HTTPS_UNWELCOME:
		return END_REFUSED;
	default:
		return END_UNREACHABLE;
	}
}

/* One attempt; *is_over when no other is worth it. */
static enum ending
attempt(struct agent *agent, const struct https_request *request,
    struct retry *retry, struct https_answer *answer, bool *is_over,
    struct problem *why)
{
	enum https_outcome outcome =
	    https_call(agent->https, request, answer, why);
	int64_t wait = 0;

	*is_over = true;
	if (outcome == HTTPS_ANSWERED && !retry_is_worth(answer->status))
		return END_WELL;
	agent->retry_after_s = answer->retry_after_s;
	if (outcome == HTTPS_ANSWERED)
		(void)problem_set(why, PROBLEM_BUSY, NULL,
		    "the server answered with status %d", answer->status);
	else if (outcome != HTTPS_UNREACHABLE)
		return ending_of(outcome);
	*is_over = agent_is_stopped() || !retry_wait(retry, clock_ms(),
	    (int64_t)answer->retry_after_s * 1000, random_fresh(), &wait);
	if (!*is_over) {
		complain("%s; attempt %u, again in %.1f s", why->detail,
		    retry->attempts + 1, (double)wait / 1000);
		agent_wait_ms(wait);
		https_answer_release(answer);
	}
	return END_UNREACHABLE;
}

enum ending
agent_ask(struct agent *agent, const struct https_request *request,
    struct https_answer *answer, struct problem *why)
{
	enum ending ending = END_UNREACHABLE;
	bool is_over = false;
	struct retry retry;

	*answer = (struct https_answer){ 0 };
	agent->retry_after_s = 0;
	if (!connection_have(agent, why))
		return END_USAGE;
	retry_start(&retry, agent->patience_ms);
	while (!is_over)
		ending = attempt(agent, request, &retry, answer, &is_over, why);
	if (ending == END_WELL)
		state_set_now(agent->store, "contact_at");
	return ending;
}

json_t *
agent_json(const struct https_answer *answer, struct problem *why)
{
	struct slice body = { answer->body.at, answer->body.len };
	struct json_reader reader;
	struct arena arena;
	json_t *document = NULL;

	/* The strict reader bounds the depth; jansson then makes the tree. */
	arena_init(&arena);
	json_reader_init(&reader, body.at != NULL ? body.at : "", body.len,
	    &arena);
	if (json_skip(&reader) && json_is_at_end(&reader))
		document = json_loadb(body.at, body.len, JSON_DECODE_ANY,
		    NULL);
	arena_release(&arena);
	if (document == NULL)
		(void)problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
		    "the server's answer is no well-formed JSON");
	return document;
}

enum ending
agent_refused(const struct https_answer *answer, struct problem *why)
{
	struct buf said;

	buf_init(&said);
	complaint_print_answer(answer->body.at, answer->body.len,
	    answer->status, &said);
	(void)problem_set(why, PROBLEM_FORBIDDEN, NULL, "%.*s",
	    (int)said.len, said.at);
	buf_release(&said);
	return END_REFUSED;
}
