/*
 * systemd.c — LISTEN_FDS, LISTEN_FDNAMES and NOTIFY_SOCKET, as described in
 * sd_listen_fds(3) and sd_notify(3).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "systemd.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

#define FIRST_FD 3

static bool
read_number(const char *name, int64_t *out)
{
	const char *text = getenv(name);

	return text != NULL && text_read_uint(slice_of(text), out);
}

/* Which of the colon separated names it is, or -1. */
static int
place_of(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (int place = 0;; place++) {
		size_t n = strcspn(names, ":");

		if (n == len && memcmp(names, name, len) == 0)
			return place;
		if (names[n] == '\0')
			return -1;
		names += n + 1;
	}
}

int
systemd_socket(const char *name, int place)
{
	const char *names = getenv("LISTEN_FDNAMES");
	int64_t pid, count;
	int on = 1, fd;

	if (!read_number("LISTEN_PID", &pid) || pid != getpid()
	    || !read_number("LISTEN_FDS", &count))
		return -1;
	if (names != NULL && place_of(names, name) >= 0)
		place = place_of(names, name);
	else if (names != NULL && strstr(names, "unknown") == NULL)
		return -1; /* named, and not for us */
	if (place >= count)
		return -1;
	fd = FIRST_FD + place;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

void
systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path == NULL ? 0 : strlen(path);
	int fd;

	if (len < 2 || len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}
