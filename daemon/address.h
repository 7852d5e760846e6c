/*
 * address.h — where to listen: "127.0.0.1:8443", "[::1]:8443" or
 * "unix:/run/sencod/internal". Numbers only: looking a name up would make
 * the start depend on a name server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

#include "common.h"
#include "problem.h"
#include <stdbool.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE 46 /* INET6_ADDRSTRLEN */

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

bool address_parse(const char *text, struct address *, struct problem *)
must_check;
bool address_is_loopback(const struct address *); /* or a unix socket */
/* A listening, non-blocking socket; -1 with the problem set. */
int address_listen(const char *text, struct problem *) must_check;

/* The peer's address without its port; "unix" for a local socket. */
void address_print(const struct sockaddr_storage *,
    char out[static ADDRESS_TEXT_SIZE]);

#endif
