/*
 * xlsx_job.c — children that make workbooks: who waits for one, its start,
 * its bounds, its end. The end is told by a pidfd, an event as any other, so
 * no signal is needed and nobody waits for a process.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "xlsx_job.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"

#define CHILDREN_MAX 2     /* of a worker, at once */
#define WAITING_MAX 32
#define SECONDS_MAX 120    /* of a child's life */
#define NICENESS 5         /* requests go first */
#define FILE_MAX (2ll << 30)

TAILQ_HEAD(jobs, xlsx_job);

struct xlsx_desk {
	struct worker *worker;
	struct jobs waiting, running;
	size_t waiting_len, running_len;
};

struct xlsx_job {
	struct xlsx_desk *desk;
	struct xlsx xlsx;
	void (*made)(void *owner); /* NULL: nobody waits any more */
	void *owner;
	int fd;                    /* the file */
	int64_t bytes, given;
	bool is_waiting, is_running; /* neither: made was told */
	pid_t pid;                 /* 0: none came to be, or it has ended */
	int pidfd;
	struct event *event;       /* the child has ended, or none came to be */
	TAILQ_ENTRY(xlsx_job) link;
};

struct xlsx_desk *
xlsx_desk_new(struct worker *worker)
{
	struct xlsx_desk *desk = mem_alloc(sizeof(*desk));

	desk->worker = worker;
	TAILQ_INIT(&desk->waiting);
	TAILQ_INIT(&desk->running);
	return desk;
}

static void
job_destroy(struct xlsx_job *job)
{
	if (job->event != NULL)
		event_free(job->event);
	if (job->pidfd >= 0)
		close(job->pidfd);
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

/* ---- the child ---- */

/* Nothing of the worker but the file and where errors are told. */
static void
child_let_go(int fd)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	syscall(SYS_close_range, 3u, (unsigned)fd - 1, 0u);
	syscall(SYS_close_range, (unsigned)fd + 1, ~0u, 0u);
}

static void
child_bound(pid_t worker)
{
	struct rlimit file = { FILE_MAX, FILE_MAX };
	struct rlimit cpu = { SECONDS_MAX, SECONDS_MAX };
	int first_to_go = open("/proc/self/oom_score_adj", O_WRONLY);
	sigset_t none;

	if (first_to_go >= 0) {
		(void)!write(first_to_go, "1000", 4);
		close(first_to_go);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != worker)
		_exit(1);
	setrlimit(RLIMIT_FSIZE, &file);
	setrlimit(RLIMIT_CPU, &cpu);
	alarm(SECONDS_MAX);
	(void)!nice(NICENESS);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
child_run(const struct xlsx_job *job, pid_t worker)
{
	child_let_go(job->fd);
	child_bound(worker);
	_exit(xlsx_write(&job->xlsx, job->fd) ? 0 : 1);
}

/* Signals wait until the child has let go of the worker's handlers. */
static pid_t
child_fork(const struct xlsx_job *job)
{
	pid_t worker = getpid(), pid;
	sigset_t all, was;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &was);
	pid = fork();
	if (pid == 0)
		child_run(job, worker);
	sigprocmask(SIG_SETMASK, &was, NULL);
	return pid;
}

/* ---- the job ---- */

static void child_ended(evutil_socket_t pidfd, short what, void *arg);

static void
job_begin(struct xlsx_job *job)
{
	struct event_base *base = job->desk->worker->base;

	TAILQ_INSERT_TAIL(&job->desk->running, job, link);
	job->desk->running_len++;
	job->is_running = true;
	job->fd = memfd_create("xlsx", MFD_CLOEXEC);
	if (job->fd >= 0)
		job->pid = child_fork(job);
	if (job->pid > 0)
		job->pidfd = (int)syscall(SYS_pidfd_open, job->pid, 0);
	if (job->pidfd < 0)
		log_event(LOG_ERROR, "xlsx_not_begun", "errno=%d", errno);
	job->event = event_new(base, job->pidfd, job->pidfd >= 0 ? EV_READ : 0,
	    child_ended, job);
	if (job->pidfd >= 0)
		event_add(job->event, NULL);
	else
		event_active(job->event, EV_READ, 0);
}

/* What it was in, it is in no more. */
static void
job_leave(struct xlsx_job *job)
{
	struct xlsx_desk *desk = job->desk;

	if (job->is_waiting) {
		TAILQ_REMOVE(&desk->waiting, job, link);
		desk->waiting_len--;
	}
	if (job->is_running) {
		TAILQ_REMOVE(&desk->running, job, link);
		desk->running_len--;
	}
	job->is_waiting = job->is_running = false;
	job->pid = 0;
}

static void
desk_go_on(struct xlsx_desk *desk)
{
	struct xlsx_job *job;

	while (desk->running_len < CHILDREN_MAX &&
	    (job = TAILQ_FIRST(&desk->waiting)) != NULL) {
		job_leave(job);
		job_begin(job);
	}
}

static bool
child_reap(struct xlsx_job *job)
{
	siginfo_t end = { 0 };
	struct stat file;

	if (job->pid <= 0)
		return false;
	if (job->pidfd < 0)
		kill(job->pid, SIGKILL);
	if (waitid(P_PID, (id_t)job->pid, &end, WEXITED) != 0 ||
	    end.si_code != CLD_EXITED || end.si_status != 0) {
		if (job->made != NULL)
			log_event(LOG_ERROR, "xlsx_failed",
			    "code=%d status=%d", end.si_code, end.si_status);
		return false;
	}
	if (fstat(job->fd, &file) != 0)
		return false;
	job->bytes = file.st_size;
	return true;
}

static void
child_ended(evutil_socket_t pidfd, short what, void *arg)
{
	struct xlsx_job *job = arg;
	struct xlsx_desk *desk = job->desk;

	(void)pidfd;
	(void)what;
	if (!child_reap(job))
		job->bytes = -1;
	job_leave(job);
	if (job->made != NULL)
		job->made(job->owner);
	else
		job_destroy(job);
	desk_go_on(desk);
}

struct xlsx_job *
xlsx_job_start(struct xlsx_desk *desk, const struct xlsx *xlsx,
    void (*made)(void *owner), void *owner)
{
	struct xlsx_job *job;

	if (desk->waiting_len >= WAITING_MAX)
		return NULL;
	job = mem_alloc(sizeof(*job));
	job->desk = desk;
	job->xlsx = *xlsx;
	job->made = made;
	job->owner = owner;
	job->fd = job->pidfd = -1;
	job->bytes = -1;
	job->is_waiting = true;
	TAILQ_INSERT_TAIL(&desk->waiting, job, link);
	desk->waiting_len++;
	desk_go_on(desk);
	return job;
}

void
xlsx_job_free(struct xlsx_job *job)
{
	if (job == NULL)
		return;
	job->made = NULL;
	if (job->pid > 0)
		kill(job->pid, SIGKILL); /* not reaped yet, so still its number */
	if (job->is_running)
		return; /* child_ended() does the rest */
	job_leave(job);
	job_destroy(job);
}

void
xlsx_desk_free(struct xlsx_desk *desk)
{
	struct xlsx_job *job;

	while ((job = TAILQ_FIRST(&desk->running)) != NULL) {
		xlsx_job_free(job);
		child_reap(job);
		job_leave(job);
		job_destroy(job);
	}
	free(desk);
}

int64_t
xlsx_job_bytes(const struct xlsx_job *job)
{
	return job->bytes;
}

bool
xlsx_job_read(struct xlsx_job *job, struct buf *buf, size_t most)
{
	int64_t left = job->bytes - job->given;
	ssize_t n;

	if (left < (int64_t)most)
		most = (size_t)left;
	buf_reserve(buf, most);
	n = pread(job->fd, buf->at + buf->len, most, job->given);
	assert(n > 0 || most == 0); /* it is memory of ours */
	buf->len += (size_t)n;
	job->given += n;
	return job->given < job->bytes;
}
