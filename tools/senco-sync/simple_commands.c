/*
 * simple_commands.c — `senco-sync pull`, `verify` and `status`: each opens
 * the agent's folder and calls what does the work.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "pull.h"
#include "status.h"
#include "verify.h"

const struct option_row names_options[] = {
	{ "names", NULL, "show children's names and numbers" },
	{ NULL },
};

enum ending
pull_run(struct agent *agent)
{
	enum ending ending = agent_open(agent, false);
	struct pulled pulled;
	struct problem why = { 0 };
	int64_t before;

	if (ending != END_WELL)
		return ending;
	before = news_last(agent);
	ending = pull_follow(agent, 0, &pulled, &why);
	if (ending != END_WELL)
		complain("the news could not be fetched: %s", why.detail);
	printf("%zu change%s came in, %zu not from us; see %s\n",
	    pulled.changes, pulled.changes == 1 ? "" : "s", pulled.news,
	    agent->config.outbox);
	handovers_print(agent, before);
	return ending;
}

enum ending
verify_command_run(struct agent *agent)
{
	enum ending ending = agent_open(agent, false);
	struct verified verified;

	return ending != END_WELL ? ending : verify_run(agent, &verified);
}

enum ending
status_run(struct agent *agent)
{
	enum ending ending = agent_open(agent, true);

	if (ending == END_WELL)
		status_print(agent);
	return ending;
}
