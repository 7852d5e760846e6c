/*
 * file.c — small files read whole, with a sentence when they cannot be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void
file_place(struct problem *why, const char *path, unsigned line)
{
	char tail[16] = "";
	size_t len = strlen(path);
	size_t room;

	if (line > 0)
		snprintf(tail, sizeof(tail), ":%u", line);
	room = sizeof(why->where) - strlen(tail) - 1;
	if (len <= room)
		snprintf(why->where, sizeof(why->where), "%s%s", path, tail);
	else
		snprintf(why->where, sizeof(why->where), "...%s%s",
		    path + len - (room - 3), tail);
}

bool
file_read(const char *path, size_t max, struct buf *out, struct problem *why)
{
	size_t start = out->len;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		goto done;
	do {
		buf_reserve(out, 4096);
		n = read(fd, out->at + out->len, 4096);
		out->len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && out->len - start <= max);
done:
	if (n < 0)
		problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file cannot be read: %s", strerror(errno));
	if (n > 0)
		problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file is larger than %zu bytes", max);
	if (n != 0)
		file_place(why, path, 0);
	if (fd >= 0)
		close(fd);
	return n == 0;
}
