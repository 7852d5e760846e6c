/*
 * worker.c — puts the parts of a worker together around its event loop,
 * and takes them apart again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "worker.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"
#include "conn.h"
#include "contacts.h"
#include "db_listen.h"
#include "db_pool.h"
#include "exporter.h"
#include "housekeeping.h"
#include "log.h"
#include "mem.h"
#include "parking.h"
#include "route.h"
#include "session.h"
#include "tls.h"
#include "xlsx_job.h"

#define CALLBACKS_MAX 256 /* then the loop looks for new events */
#define DRAIN_LOOK_MS 20
#define TIDY_S 10

/* A worker and what only this file has to do with. */
struct self {
	struct worker worker;
	char name[32];
	struct config **retired; /* somebody may still hold a text of theirs */
	size_t retired_len;
	struct event *signals[3];
	struct event *tidy;
	struct event *drain;
	int systems_fd;
	struct timespec drain_until;
};

static void
set_log(struct self *self, const struct config *config)
{
	enum log_level level = LOG_INFO;

	if (log_level_find(config->log_level, &level))
		log_start(level, self->name);
}

static struct event_base *
base_new(void)
{
	struct event_config *options = event_config_new();
	struct event_base *base;

	event_config_set_flag(options, EVENT_BASE_FLAG_NOLOCK
	    | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST
	    | EVENT_BASE_FLAG_IGNORE_ENV);
	event_config_set_max_dispatch_interval(options, NULL, CALLBACKS_MAX, 0);
	base = event_base_new_with_config(options);
	event_config_free(options);
	if (base == NULL)
		fatal("no event loop");
	return base;
}

/* ---- reload ---- */

static void
retire(struct self *self, const struct config *config)
{
	size_t size = (self->retired_len + 1) * sizeof(*self->retired);

	self->retired = mem_realloc(self->retired, size);
	self->retired[self->retired_len++] = (struct config *)(uintptr_t)config;
}

static void
keep_old(const struct problem *why)
{
	char where[256], detail[512];

	log_event(LOG_ERROR, "reload_refused", "where=%s reason=%s",
	    log_value(why->where, strlen(why->where), where, sizeof(where)),
	    log_value(why->detail, strlen(why->detail), detail,
	    sizeof(detail)));
}

static struct ssl_ctx_st *
read_tls(const struct config *config, struct problem *why)
{
	struct tls_files files;
	struct ssl_ctx_st *tls;

	if (!tls_files_read(&files, config, why))
		return NULL;
	tls = tls_systems_new(config, &files, why);
	tls_files_release(&files);
	return tls;
}

/* All or nothing: what is broken leaves everything as it was. */
static void
reload(struct self *self)
{
	struct worker *worker = &self->worker;
	struct problem why = { 0 };
	struct config *config = config_read(worker->config_path, &why);
	struct ssl_ctx_st *tls = NULL;

	if (config != NULL)
		tls = read_tls(config, &why);
	if (tls == NULL) {
		keep_old(&why);
		config_free(config);
		return;
	}
	tls_free(worker->tls);
	worker->tls = tls;
	if (config_is_same(worker->config, config)) {
		config_free(config);
	} else {
		retire(self, config);
		worker->config = config;
		set_log(self, config);
	}
	parking_answer_all(worker->parking); /* who waits asks anew */
	log_event(LOG_INFO, "reloaded", "%s", "");
}

/* ---- stop ---- */

/* Others may bind its address now. Not before the loop has told the kernel
 * to stop watching it: the socket lives on in other processes, and what is
 * watched cannot be unwatched once our descriptor is gone. */
static void
close_listening(struct self *self)
{
	if (self->systems_fd >= 0)
		close(self->systems_fd);
	self->systems_fd = -1;
}

static void
drain_looked(int fd, short what, void *arg)
{
	struct self *self = arg;
	struct timespec now;
	size_t left = listener_conns(self->worker.systems);

	(void)fd, (void)what;
	close_listening(self);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (left > 0 && (now.tv_sec < self->drain_until.tv_sec
	    || (now.tv_sec == self->drain_until.tv_sec
	    && now.tv_nsec < self->drain_until.tv_nsec)))
		return;
	log_event(left > 0 ? LOG_WARNING : LOG_INFO, "drained", "left=%zu",
	    left);
	event_base_loopbreak(self->worker.base);
}

static void
drain(struct self *self)
{
	static const struct timeval look = { 0, DRAIN_LOOK_MS * 1000 };
	struct worker *worker = &self->worker;
	int ms = worker->config->drain_timeout_ms;

	if (worker->is_draining)
		return;
	log_event(LOG_INFO, "draining", "conns=%zu",
	    listener_conns(worker->systems));
	worker->is_draining = true;
	clock_gettime(CLOCK_MONOTONIC, &self->drain_until);
	self->drain_until.tv_sec += ms / 1000;
	self->drain_until.tv_nsec += ms % 1000 * 1000000L;
	if (self->drain_until.tv_nsec >= 1000000000L) {
		self->drain_until.tv_nsec -= 1000000000L;
		self->drain_until.tv_sec++;
	}
	parking_answer_all(worker->parking);
	listener_stop(worker->systems);
	listener_drain(worker->systems);
	event_add(self->drain, &look);
}

/* ---- events ---- */

static void
signal_came(int number, short what, void *arg)
{
	struct self *self = arg;

	(void)what;
	if (number == SIGHUP)
		reload(self);
	else
		drain(self);
}

static void
time_to_tidy(int fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	mem_give_back();
}

static void
watch_signals(struct self *self)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < nitems(numbers); i++) {
		self->signals[i] = evsignal_new(self->worker.base, numbers[i],
		    signal_came, self);
		event_add(self->signals[i], NULL);
		sigaddset(&set, numbers[i]);
	}
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void
watch_time(struct self *self)
{
	static const struct timeval tidy = { TIDY_S, 0 };

	self->tidy = event_new(self->worker.base, -1, EV_PERSIST, time_to_tidy,
	    self);
	self->drain = event_new(self->worker.base, -1, EV_PERSIST,
	    drain_looked, self);
	event_add(self->tidy, &tidy);
}

/* ---- life ---- */

static bool
self_start(struct self *self, const struct worker_start *start)
{
	struct worker *worker = &self->worker;
	struct problem why = { 0 };

	worker->config = start->config;
	worker->config_path = start->config_path;
	worker->metrics_all = start->metrics;
	worker->metrics = &start->metrics[start->number];
	worker->workers = start->workers;
	worker->number = start->number;
	self->systems_fd = start->systems_fd;
	metrics_take_over(worker->metrics);
	worker->tls = tls_systems_new(start->config, start->tls_files, &why);
	if (worker->tls == NULL) {
		keep_old(&why);
		return false;
	}
	worker->base = base_new();
	routes_start();
	worker->actors = actors_new(worker);
	worker->pool = pool_new(worker);
	worker->parking = parking_new(worker);
	worker->contacts = contacts_new(worker);
	worker->housekeeping = housekeeping_new(worker);
	worker->xlsx_desk = xlsx_desk_new(worker);
	worker->exporter = exporter_new(worker);
	worker->listen = db_listen_new(worker, parking_heard);
	worker->systems = listener_new(worker, LISTENER_SYSTEMS,
	    start->systems_fd);
	if (start->internal_fd >= 0)
		worker->internal = listener_new(worker, LISTENER_INTERNAL,
		    start->internal_fd);
	watch_time(self);
	watch_signals(self);
	return true;
}

static void
self_stop(struct self *self)
{
	struct worker *worker = &self->worker;

	listener_free(worker->systems);
	listener_free(worker->internal);
	db_listen_free(worker->listen);
	parking_free(worker->parking);
	pool_free(worker->pool);
	contacts_free(worker->contacts);
	housekeeping_free(worker->housekeeping);
	xlsx_desk_free(worker->xlsx_desk);
	exporter_free(worker->exporter);
	actors_free(worker->actors);
	for (size_t i = 0; i < nitems(self->signals); i++)
		event_free(self->signals[i]);
	event_free(self->tidy);
	event_free(self->drain);
	event_base_free(worker->base);
	tls_free(worker->tls);
	metrics_take_over(worker->metrics);
	for (size_t i = 0; i < self->retired_len; i++)
		config_free(self->retired[i]);
	free(self->retired);
	libevent_global_shutdown();
}

int
worker_run(const struct worker_start *start)
{
	struct self self = { 0 };

	snprintf(self.name, sizeof(self.name), "worker.%zu", start->number);
	set_log(&self, start->config);
	mem_start();
	if (!self_start(&self, start))
		return 1;
	log_event(LOG_INFO, "serving", "pid=%d", (int)getpid());
	event_base_dispatch(self.worker.base);
	self_stop(&self);
	log_event(LOG_INFO, "stopped", "%s", "");
	return 0;
}
