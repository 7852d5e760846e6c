/*
 * supervisor.c — one loop that waits for signals: a child's death, reload,
 * stop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "common.h"
#include "config.h"
#include "inputs.h"
#include "log.h"
#include "metrics.h"
#include "systemd.h"
#include "worker.h"

#define LIVES_MAX 5           /* that many lives ... */
#define LIVES_WITHIN_MS 10000 /* ... in this time, and we take ours */
#define BACK_OFF_MIN_MS 500
#define BACK_OFF_MAX_MS 10000
#define STOP_GRACE_MS 5000
#define SERVED_MS 2000        /* who lives that long has served */

struct child {
	pid_t pid; /* 0: not running */
	int64_t started_ms;
	int64_t start_at_ms;
	int64_t lives_ms[LIVES_MAX]; /* a ring: how long it lived */
	size_t deaths;
	int back_off_ms;
};

struct supervisor {
	const char *config_path;
	struct inputs inputs; /* the last good ones */
	struct metrics *metrics;
	int systems_fd, internal_fd;
	struct child children[METRICS_WORKERS_MAX];
	size_t workers;
	sigset_t signals;
	bool is_stopping;
	bool has_served; /* some worker once did */
	int status;      /* our exit status */
	int64_t kill_at_ms;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- settings ---- */

static void
say(const struct problem *why)
{
	fprintf(stderr, "sencod: %s%s%s\n", why->where,
	    why->where[0] == '\0' ? "" : ": ", why->detail);
}

int
supervisor_check(const char *config_path)
{
	struct inputs inputs = { 0 };
	struct problem why = { 0 };

	if (!inputs_read(&inputs, config_path, &why)) {
		say(&why);
		return 1;
	}
	printf("%s: settings and certificates are good\n", config_path);
	inputs_release(&inputs);
	return 0;
}

static void
set_log(const struct config *config)
{
	enum log_level level = LOG_INFO;

	if (log_level_find(config->log_level, &level))
		log_start(level, "supervisor");
}

static void
signal_workers(const struct supervisor *supervisor, int number)
{
	for (size_t i = 0; i < supervisor->workers; i++)
		if (supervisor->children[i].pid > 0)
			kill(supervisor->children[i].pid, number);
}

static void
reload(struct supervisor *supervisor)
{
	struct inputs inputs = { 0 };
	struct problem why = { 0 };
	char where[256], detail[512];

	if (!inputs_read(&inputs, supervisor->config_path, &why)) {
		log_event(LOG_ERROR, "reload_refused", "where=%s reason=%s",
		    log_value(why.where, strlen(why.where), where,
		    sizeof(where)), log_value(why.detail, strlen(why.detail),
		    detail, sizeof(detail)));
		return;
	}
	(void)!config_needs_restart(supervisor->inputs.config, inputs.config);
	inputs_release(&supervisor->inputs);
	supervisor->inputs = inputs;
	set_log(inputs.config);
	log_event(LOG_INFO, "reloaded", "%s", "");
	signal_workers(supervisor, SIGHUP);
}

/* ---- stop ---- */

/* Each worker has its own; while ours is open, newcomers would wait in a
 * queue that nobody empties. */
static void
close_sockets(struct supervisor *supervisor)
{
	if (supervisor->systems_fd >= 0)
		close(supervisor->systems_fd);
	if (supervisor->internal_fd >= 0)
		close(supervisor->internal_fd);
	supervisor->systems_fd = supervisor->internal_fd = -1;
}

/* The second time is not asked twice. */
static void
stop(struct supervisor *supervisor)
{
	if (supervisor->is_stopping) {
		supervisor->kill_at_ms = now_ms();
		return;
	}
	log_event(LOG_INFO, "stopping", "%s", "");
	systemd_notify("STOPPING=1");
	supervisor->is_stopping = true;
	supervisor->kill_at_ms = now_ms() + STOP_GRACE_MS
	    + supervisor->inputs.config->drain_timeout_ms;
	signal_workers(supervisor, SIGTERM);
	close_sockets(supervisor);
}

/* ---- children ---- */

static void
be_worker(const struct supervisor *supervisor, size_t number, pid_t parent)
{
	struct worker_start start = {
		.config_path = supervisor->config_path,
		.config = supervisor->inputs.config,
		.tls_files = &supervisor->inputs.files,
		.metrics = supervisor->metrics,
		.workers = supervisor->workers,
		.number = number,
		.systems_fd = supervisor->systems_fd,
		.internal_fd = supervisor->internal_fd,
	};

	/* None outlives the supervisor, not even one that was killed. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	exit(worker_run(&start));
}

static void
start_child(struct supervisor *supervisor, size_t number)
{
	struct child *child = &supervisor->children[number];
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		be_worker(supervisor, number, parent);
	if (pid < 0) {
		log_event(LOG_ERROR, "fork_failed", "errno=%d", errno);
		child->start_at_ms = now_ms() + BACK_OFF_MIN_MS;
		return;
	}
	child->pid = pid;
	child->started_ms = now_ms();
	log_event(LOG_INFO, "worker", "number=%zu pid=%d", number, (int)pid);
}

static void
start_due(struct supervisor *supervisor)
{
	int64_t now = now_ms();

	if (supervisor->is_stopping)
		return;
	for (size_t i = 0; i < supervisor->workers; i++)
		if (supervisor->children[i].pid == 0
		    && supervisor->children[i].start_at_ms <= now)
			start_child(supervisor, i);
}

/* Its last lives together were shorter than a healthy one. */
static bool
keeps_dying(struct child *child, int64_t life_ms)
{
	int64_t sum_ms = 0;

	child->lives_ms[child->deaths++ % LIVES_MAX] = life_ms;
	for (size_t i = 0; i < LIVES_MAX; i++)
		sum_ms += child->lives_ms[i];
	return child->deaths >= LIVES_MAX && sum_ms <= LIVES_WITHIN_MS;
}

/* At once, unless it keeps dying. */
static int
wait_before_restart(struct child *child, int64_t now)
{
	if (!keeps_dying(child, now - child->started_ms))
		child->back_off_ms = 0;
	else if (child->back_off_ms == 0)
		child->back_off_ms = BACK_OFF_MIN_MS;
	else if (child->back_off_ms < BACK_OFF_MAX_MS / 2)
		child->back_off_ms *= 2;
	else
		child->back_off_ms = BACK_OFF_MAX_MS;
	return child->back_off_ms;
}

/* Nothing we do changes why: it cannot start. Whoever started us should know. */
static bool
is_hopeless(const struct supervisor *supervisor, const struct child *dead,
    int status, int64_t now)
{
	if (supervisor->has_served || dead->deaths < LIVES_MAX
	    || !WIFEXITED(status))
		return false;
	for (size_t i = 0; i < supervisor->workers; i++)
		if (supervisor->children[i].pid > 0
		    && now - supervisor->children[i].started_ms >= SERVED_MS)
			return false;
	return true;
}

static void
child_died(struct supervisor *supervisor, size_t number, int status)
{
	struct child *child = &supervisor->children[number];
	int64_t now = now_ms();
	int wait = 0;

	if (now - child->started_ms >= SERVED_MS)
		supervisor->has_served = true;
	if (!supervisor->is_stopping)
		wait = wait_before_restart(child, now);
	log_event(supervisor->is_stopping && status == 0 ? LOG_INFO
	    : LOG_ERROR, "worker_ended",
	    "number=%zu pid=%d exit=%d signal=%d restart_ms=%d", number,
	    (int)child->pid, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	    WIFSIGNALED(status) ? WTERMSIG(status) : 0, wait);
	child->pid = 0;
	child->start_at_ms = now + wait;
	if (!supervisor->is_stopping
	    && is_hopeless(supervisor, child, status, now)) {
		log_event(LOG_ERROR, "hopeless", "%s", "");
		supervisor->status = 1;
		stop(supervisor);
	}
}

static void
reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < supervisor->workers; i++)
			if (supervisor->children[i].pid == pid)
				child_died(supervisor, i, status);
}

static bool
has_children(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->workers; i++)
		if (supervisor->children[i].pid > 0)
			return true;
	return false;
}

/* ---- life ---- */

static int64_t
next_due_ms(const struct supervisor *supervisor)
{
	int64_t due = INT64_MAX;

	if (supervisor->is_stopping)
		return supervisor->kill_at_ms;
	for (size_t i = 0; i < supervisor->workers; i++)
		if (supervisor->children[i].pid == 0
		    && supervisor->children[i].start_at_ms < due)
			due = supervisor->children[i].start_at_ms;
	return due;
}

static int
wait_for_signal(const struct supervisor *supervisor)
{
	int64_t due = next_due_ms(supervisor), left;
	struct timespec wait;

	if (due == INT64_MAX)
		return sigwaitinfo(&supervisor->signals, NULL);
	left = due - now_ms();
	if (left < 0)
		left = 0;
	wait.tv_sec = (time_t)(left / 1000);
	wait.tv_nsec = (long)(left % 1000 * 1000000);
	return sigtimedwait(&supervisor->signals, NULL, &wait);
}

static void
supervise(struct supervisor *supervisor)
{
	do {
		start_due(supervisor);
		switch (wait_for_signal(supervisor)) {
		case SIGTERM:
		case SIGINT:
			stop(supervisor);
			break;
		case SIGHUP:
			reload(supervisor);
			break;
		default:
			break;
		}
		reap(supervisor);
		if (supervisor->is_stopping
		    && now_ms() >= supervisor->kill_at_ms) {
			signal_workers(supervisor, SIGKILL);
			supervisor->kill_at_ms = now_ms() + STOP_GRACE_MS;
		}
	} while (!supervisor->is_stopping || has_children(supervisor));
}

static int
open_socket(const char *name, int place, const char *address,
    struct problem *why)
{
	int fd = systemd_socket(name, place);

	if (fd < 0 && address[0] != '\0')
		fd = address_listen(address, why);
	if (fd >= 0)
		log_event(LOG_INFO, "listening", "listener=%s address=%s fd=%d",
		    name, address, fd);
	return fd;
}

static bool
open_sockets(struct supervisor *supervisor, struct problem *why)
{
	const struct config *config = supervisor->inputs.config;

	supervisor->systems_fd = open_socket("systems", 0,
	    config->systems_listen, why);
	if (supervisor->systems_fd < 0)
		return false;
	supervisor->internal_fd = open_socket("internal", 1,
	    config->internal_listen, why);
	return supervisor->internal_fd >= 0
	       || config->internal_listen[0] == '\0';
}

static void
take_signals(struct supervisor *supervisor)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&supervisor->signals);
	for (size_t i = 0; i < nitems(numbers); i++)
		sigaddset(&supervisor->signals, numbers[i]);
	sigprocmask(SIG_BLOCK, &supervisor->signals, NULL);
}

/* As many descriptors as we may have: each connection needs one. */
static void
raise_limits(const struct config *config)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < (rlim_t)config->connections_max + 100)
		log_event(LOG_WARNING, "few_descriptors",
		    "limit=%llu connections_max=%d",
		    (unsigned long long)limit.rlim_cur,
		    config->connections_max);
}

static size_t
count_workers(const struct config *config)
{
	long cores = config->workers;

	if (cores == 0)
		cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (cores < 1)
		cores = 1;
	return cores > METRICS_WORKERS_MAX ? METRICS_WORKERS_MAX
	       : (size_t)cores;
}

int
supervisor_run(const char *config_path)
{
	struct supervisor supervisor = {
		.config_path = config_path, .systems_fd = -1, .internal_fd = -1,
	};
	struct problem why = { 0 };

	if (!inputs_read(&supervisor.inputs, config_path, &why)) {
		say(&why);
		return 1;
	}
	set_log(supervisor.inputs.config);
	take_signals(&supervisor);
	raise_limits(supervisor.inputs.config);
	if (!open_sockets(&supervisor, &why)) {
		say(&why);
		close_sockets(&supervisor);
		supervisor.status = 1;
		goto done;
	}
	supervisor.workers = count_workers(supervisor.inputs.config);
	supervisor.metrics = metrics_map(supervisor.workers);
	start_due(&supervisor);
	log_event(LOG_INFO, "started", "pid=%d workers=%zu", (int)getpid(),
	    supervisor.workers);
	systemd_notify("READY=1");
	supervise(&supervisor);
	log_event(LOG_INFO, "stopped", "%s", "");
done:
	inputs_release(&supervisor.inputs);
	return supervisor.status;
}
