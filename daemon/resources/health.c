/*
 * health.c — for the machines that watch this one, on the loopback listener:
 * is the process alive, can it serve, and how has it been.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include "db_pool.h"

static enum step_outcome
say(struct request *req, int status, const char *text)
{
	buf_add_text(&req->out, text);
	reply_body(req, status, "text/plain; charset=utf-8", NULL, &req->out);
	return PROCEED;
}

static enum step_outcome
step_alive(struct request *req)
{
	return say(req, 200, "ok\n");
}

static enum step_outcome
step_ready(struct request *req)
{
	if (req->worker->is_draining)
		return say(req, 503, "draining\n");
	if (!pool_is_ready(req->worker->pool))
		return say(req, 503, "database_away\n");
	return say(req, 200, "ready\n");
}

static enum step_outcome
step_metrics(struct request *req)
{
	size_t len;
	const char *const *names = route_names(&len);
	metrics_print(req->worker->metrics_all, req->worker->workers, names,
	    len, &req->out);
	reply_body(req, 200, "text/plain; version=0.0.4; charset=utf-8", NULL,
	    &req->out);
	return PROCEED;
}

static const struct step alive[] = { { "alive", step_alive }, { NULL, NULL } };
static const struct step ready[] = { { "ready", step_ready }, { NULL, NULL } };
static const struct step metrics[] = {
	{ "metrics", step_metrics }, { NULL, NULL }
};

static const struct route routes[] = {
	{ HTTP_GET, "/healthz", .work = alive },
	{ HTTP_GET, "/readyz", .work = ready },
	{ HTTP_GET, "/metrics", .work = metrics },
};

const struct resource resource_health = { routes, nitems(routes) };
