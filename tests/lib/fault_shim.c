/*
 * fault_shim.c — preloaded into programs under test: moves their wall clock,
 * takes the space from the disk and makes a commit long enough to be met in
 * its midst, when the test says so through a file all of them map. The monotonic clock is left alone: it does not jump on a
 * real machine either. A program that has no such file is served as always.
 * Built by the test that uses it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum disk { DISK_HAS_SPACE, DISK_FULL_FOR_DATA, DISK_FULL_FOR_WAL };

struct control {
	int64_t database_clock_s; /* added to what the clock says there ... */
	int64_t clock_s;          /* ... and everywhere else */
	int64_t disk;
	int64_t disk_hits;        /* writes that found no space */
	int64_t commit_us;        /* how long a write to the log takes more */
};

static struct control *control;
static bool is_database;

__attribute__((constructor)) static void
shim_start(void)
{
	const char *path = getenv("FAULT_SHIM");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*control),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	is_database = strcmp(program_invocation_short_name, "postgres") == 0;
	if (at != MAP_FAILED)
		control = at;
}

/* The function we stand before. */
static void *
real(void **kept, const char *name)
{
	if (*kept == NULL)
		*kept = dlsym(RTLD_NEXT, name);
	return *kept;
}

/* ---- the clock ---- */

static int64_t
jump_s(void)
{
	if (control == NULL)
		return 0;
	return __atomic_load_n(is_database ? &control->database_clock_s
	    : &control->clock_s, __ATOMIC_RELAXED);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	static void *kept;
	int (*get)(clockid_t, struct timespec *) = real(&kept, "clock_gettime");
	int result = get(id, now);

	if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		now->tv_sec += jump_s();
	return result;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	now->tv_sec = ts.tv_sec;
	now->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *at)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (at != NULL)
		*at = ts.tv_sec;
	return ts.tv_sec;
}

/* ---- the disk ---- */

/* Tables grow in base/, the log of transactions in pg_wal/. */
static bool
is_below(int fd, const char *folder)
{
	char link[32], path[1024];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	return strstr(path, folder) != NULL;
}

static bool
grows(int fd, off_t end)
{
	struct stat st;

	return fstat(fd, &st) == 0 && end > st.st_size;
}

static void
commit_slowly(int fd)
{
	int64_t us = control == NULL ? 0 :
	    __atomic_load_n(&control->commit_us, __ATOMIC_RELAXED);

	if (us > 0 && is_below(fd, "/pg_wal/"))
		usleep((useconds_t)us);
}

static bool
is_full(int fd, off_t end)
{
	int64_t disk = control == NULL ? DISK_HAS_SPACE :
	    __atomic_load_n(&control->disk, __ATOMIC_RELAXED);
	bool fails = false;

	commit_slowly(fd);
	if (disk == DISK_FULL_FOR_DATA)
		fails = is_below(fd, "/base/") && grows(fd, end);
	else if (disk == DISK_FULL_FOR_WAL)
		fails = is_below(fd, "/pg_wal/");
	if (!fails)
		return false;
	__atomic_add_fetch(&control->disk_hits, 1, __ATOMIC_RELAXED);
	errno = ENOSPC;
	return true;
}

ssize_t
pwrite(int fd, const void *from, size_t len, off_t at)
{
	static void *kept;
	ssize_t (*put)(int, const void *, size_t, off_t) =
	    real(&kept, "pwrite");

	return is_full(fd, at + (off_t)len) ? -1 : put(fd, from, len, at);
}

ssize_t
pwrite64(int fd, const void *from, size_t len, off_t at)
{
	return pwrite(fd, from, len, at);
}

ssize_t
pwritev(int fd, const struct iovec *from, int count, off_t at)
{
	static void *kept;
	ssize_t (*put)(int, const struct iovec *, int, off_t) =
	    real(&kept, "pwritev");
	size_t len = 0;

	for (int i = 0; i < count; i++)
		len += from[i].iov_len;
	return is_full(fd, at + (off_t)len) ? -1 : put(fd, from, count, at);
}

ssize_t
pwritev64(int fd, const struct iovec *from, int count, off_t at)
{
	return pwritev(fd, from, count, at);
}

int
posix_fallocate(int fd, off_t at, off_t len)
{
	static void *kept;
	int (*allocate)(int, off_t, off_t) = real(&kept, "posix_fallocate");

	return is_full(fd, at + len) ? ENOSPC : allocate(fd, at, len);
}

int
posix_fallocate64(int fd, off_t at, off_t len)
{
	return posix_fallocate(fd, at, len);
}
