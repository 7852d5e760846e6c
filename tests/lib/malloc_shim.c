/*
 * malloc_shim.c — preloaded into a sencod under test: lets one allocation of
 * its workers fail, the one the test chose. The test speaks to it through a
 * file both map: how many allocations are left until the failing one, how
 * often one has failed, how many were counted. Built by the test that uses
 * it; the supervisor, who loads it, is spared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct control {
	int64_t left; /* 0: nothing is counted, nothing fails */
	int64_t hits;
	int64_t counted;
	int64_t size; /* of the one that failed last */
};

/* glibc's own, under the names that we do not replace. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static struct control *control;
static pid_t supervisor;

__attribute__((constructor)) static void
shim_start(void)
{
	const char *path = getenv("MALLOC_SHIM");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*control),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		_exit(99);
	close(fd);
	supervisor = getpid();
	control = at;
}

static int
fails(size_t size)
{
	if (control == NULL
	    || __atomic_load_n(&control->left, __ATOMIC_RELAXED) <= 0
	    || getpid() == supervisor)
		return 0;
	__atomic_add_fetch(&control->counted, 1, __ATOMIC_RELAXED);
	if (__atomic_sub_fetch(&control->left, 1, __ATOMIC_RELAXED) != 0)
		return 0;
	control->size = (int64_t)size;
	__atomic_add_fetch(&control->hits, 1, __ATOMIC_RELAXED);
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails(size) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails(n * size) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *was, size_t size)
{
	return size > 0 && fails(size) ? NULL : __libc_realloc(was, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	return fails(size) ? NULL : __libc_memalign(align, size);
}

int
posix_memalign(void **at, size_t align, size_t size)
{
	if (fails(size))
		return ENOMEM;
	*at = __libc_memalign(align, size);
	return *at == NULL ? ENOMEM : 0;
}
