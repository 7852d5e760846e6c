/*
 * idle_hold.c — opens COUNT connections that say nothing, with or without
 * their TLS handshake, says "ready", holds them until its input ends, and
 * fails unless every one of them is open still.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

static bool
is_open(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
	       && (errno == EAGAIN || errno == EWOULDBLOCK);
}

int
main(int argc, char **argv)
{
	SSL_CTX *ctx = NULL;
	int count, closed = 0, *fds;

	if (argc != 3 && argc != 6)
		die("usage: idle_hold PORT COUNT [CA CERTIFICATE KEY]");
	count = atoi(argv[2]);
	fds = calloc((size_t)count, sizeof(*fds));
	if (argc == 6)
		ctx = wire_context(argv[3], argv[4], argv[5]);
	for (int i = 0; i < count; i++) {
		struct wire wire;

		if (ctx == NULL) {
			fds[i] = wire_connect(argv[1]);
			continue;
		}
		wire_open(&wire, ctx, argv[1]);
		fds[i] = wire.fd;
		free(wire.reply);
	}
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	for (int i = 0; i < count; i++)
		closed += !is_open(fds[i]);
	if (closed > 0)
		die("idle_hold: %d of %d were closed", closed, count);
	free(fds);
	return 0;
}
