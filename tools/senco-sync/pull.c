/*
 * pull.c — the change feed followed. The cursor is kept in the transaction
 * that applies what came before it, so a kill in between repeats a page and
 * loses none. A cursor older than the kept history begins anew: from an
 * export where the server makes them, else from the feed's beginning.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pull.h"

#include "fresh.h"
#include "mirror.h"
#include "outbox.h"
#include "target.h"

#include <string.h>

#define PAGE_ROWS 500
#define PAGE_MAX_BYTES (64 * 1024 * 1024)
#define TIMEOUT_S 120

static bool
items_apply(struct agent *agent, const json_t *items, struct pulled *pulled,
    struct problem *why)
{
	struct mirror mirror = {
		.store = agent->store, .setting = agent->config.setting,
		.digest = digest_new(),
	};
	bool is_applied = true;
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		is_applied = mirror_apply(&mirror, item, why);
		if (!is_applied)
			break;
	}
	digest_free(mirror.digest);
	pulled->changes += mirror.changes;
	pulled->news += mirror.news;
	return is_applied;
}

/* A page and its cursor, both or neither. */
static enum ending
page_take(struct agent *agent, const struct https_answer *answer,
    struct pulled *pulled, bool *is_end, struct problem *why)
{
	json_t *page = agent_json(answer, why);
	const json_t *items = json_object_get(page, "items");
	const char *next = json_string_value(json_object_get(page, "next"));
	enum ending ending = END_REFUSED;

	if (page == NULL)
		return END_REFUSED;
	*is_end = json_array_size(items) == 0;
	if (!json_is_array(items) || (next == NULL && !*is_end)) {
		(void)problem_set(why, PROBLEM_MALFORMED_JSON, NULL,
		    "the server's answer is no page of changes");
		goto done;
	}
	store_begin(agent->store);
	if (!items_apply(agent, items, pulled, why)) {
		store_rollback(agent->store);
		goto done;
	}
	if (next != NULL)
		state_set(agent->store, "cursor", next);
	state_set_now(agent->store, "pull_at");
	if (store_commit(agent->store, why))
		ending = END_WELL;
	else
		ending = END_USAGE;
done:
	json_decref(page);
	return ending;
}

static void
page_target(struct agent *agent, unsigned wait_s, struct buf *target)
{
	char cursor[256], number[24];

	target_start(target, "/v1/sync/changes");
	state_get(agent->store, "cursor", cursor);
	target_add(target, "after", cursor[0] != '\0' ? cursor : NULL);
	snprintf(number, sizeof(number), "%d", PAGE_ROWS);
	target_add(target, "limit", number);
	snprintf(number, sizeof(number), "%u", wait_s);
	target_add(target, "wait", wait_s > 0 ? number : NULL);
}

static enum ending
page_pull(struct agent *agent, unsigned wait_s, struct pulled *pulled,
    bool *is_end, struct problem *why)
{
	struct https_request request = {
		.method = "GET", .accept = "application/json",
		.timeout_s = TIMEOUT_S + wait_s,
		.answer_max_bytes = PAGE_MAX_BYTES,
		.is_unwanted = wait_s > 0 ? agent->is_unwanted : NULL,
		.owner = agent->owner,
	};
	struct https_answer answer;
	struct buf target;
	enum ending ending;

	buf_init(&target);
	page_target(agent, wait_s, &target);
	request.target = target.at;
	ending = agent_ask(agent, &request, &answer, why);
	if (ending == END_UNREACHABLE && request.is_unwanted != NULL &&
	    request.is_unwanted(request.owner)) {
		ending = END_WELL; /* given up for something else */
	} else if (ending == END_WELL && answer.status == 410) {
		pulled->was_expired = true;
		ending = fresh_start(agent, why);
	} else if (ending == END_WELL && answer.status / 100 != 2) {
		ending = agent_refused(&answer, why);
	} else if (ending == END_WELL) {
		ending = page_take(agent, &answer, pulled, is_end, why);
	}
	https_answer_release(&answer);
	buf_release(&target);
	return ending;
}

enum ending
pull_follow(struct agent *agent, unsigned wait_s, struct pulled *pulled,
    struct problem *why)
{
	enum ending ending = END_WELL;
	bool is_end = false, has_begun_anew;

	*pulled = (struct pulled){ 0 };
	while (ending == END_WELL && !is_end && !agent_is_stopped()) {
		has_begun_anew = pulled->was_expired;
		ending = page_pull(agent, 0, pulled, &is_end, why);
		if (has_begun_anew && pulled->was_expired && ending ==
		    END_WELL && pulled->changes == 0 && !is_end)
			ending = END_REFUSED; /* 410 again and again */
	}
	if (ending == END_WELL && wait_s > 0 && pulled->changes == 0 &&
	    !agent_is_stopped())
		ending = page_pull(agent, wait_s, pulled, &is_end, why);
	if (!outbox_write(agent, why))
		ending = END_USAGE;
	state_set(agent->store, "pull_problem",
	    ending == END_WELL ? "" : why->detail);
	if (ending == END_WELL)
		state_set(agent->store, "is_primed", "yes");
	return ending;
}
