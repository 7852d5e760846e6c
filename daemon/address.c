/*
 * address.c — reads, binds and prints the addresses of sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

static bool
parse_unix(const char *path, struct address *address, struct problem *why)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&address->at;
	size_t len = strlen(path);

	if (len == 0 || path[0] != '/' || len >= sizeof(un->sun_path))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be unix: followed by an absolute path of at "
		    "most %zu bytes", sizeof(un->sun_path) - 1);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, len + 1);
	address->len = sizeof(*un);
	return true;
}

static bool
parse_host(const char *host, bool is_v6, in_port_t port,
    struct address *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address->at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->at;

	if (is_v6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = port;
		address->len = sizeof(*v6);
		return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = port;
	address->len = sizeof(*v4);
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

bool
address_parse(const char *text, struct address *address, struct problem *why)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);
	bool is_v6 = text[0] == '[';
	int64_t port;

	memset(address, 0, sizeof(*address));
	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(text + 5, address, why);
	if (colon == NULL || len < 2 || len >= sizeof(host)
	    || (is_v6 && text[len - 1] != ']')
	    || !text_read_uint(slice_of(colon + 1), &port)
	    || port < 1 || port > 65535)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be like 127.0.0.1:8443, [::1]:8443 or "
		    "unix:/path, with a port from 1 to 65535");
	memcpy(host, text + is_v6, len - 2 * is_v6);
	host[len - 2 * is_v6] = '\0';
	if (!parse_host(host, is_v6, htons((uint16_t)port), address))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must hold a numeric IPv4 address, or an IPv6 "
		    "address in square brackets");
	return true;
}

bool
address_is_loopback(const struct address *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->at;

	switch (address->at.ss_family) {
	case AF_INET:
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	default:
		return address->at.ss_family == AF_UNIX;
	}
}

/* A socket file that nobody answers on any more is in our way. */
static void
remove_stale(const struct address *address)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&address->at;
	struct stat st;
	int fd;

	if (lstat(un->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) != 0
	    && errno == ECONNREFUSED)
		unlink(un->sun_path);
	close(fd);
}

int
address_listen(const char *text, struct problem *why)
{
	struct address address;
	int on = 1, off = 0, fd;

	if (!address_parse(text, &address, why))
		return -1;
	fd = socket(address.at.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		goto done;
	if (address.at.ss_family == AF_UNIX) {
		remove_stale(&address);
	} else {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	if (address.at.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, (struct sockaddr *)&address.at, address.len) == 0
	    && listen(fd, SOMAXCONN) == 0)
		return fd;
done:
	problem_set(why, PROBLEM_INTERNAL, NULL, "cannot listen on %s: %s",
	    text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

void
address_print(const struct sockaddr_storage *at,
    char out[static ADDRESS_TEXT_SIZE])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;
	const char *text = NULL;

	if (at->ss_family == AF_INET)
		text = inet_ntop(AF_INET, &v4->sin_addr, out,
		    ADDRESS_TEXT_SIZE);
	else if (at->ss_family == AF_INET6
	    && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		text = inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, out,
		    ADDRESS_TEXT_SIZE);
	else if (at->ss_family == AF_INET6)
		text = inet_ntop(AF_INET6, &v6->sin6_addr, out,
		    ADDRESS_TEXT_SIZE);
	if (text == NULL)
		snprintf(out, ADDRESS_TEXT_SIZE, "%s", "unix");
}
