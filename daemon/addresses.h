/*
 * addresses.h — how many connections each network has open: an IPv4 address
 * or an IPv6 /56, which is what one household or office is given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_ADDRESSES_H
#define DAEMON_ADDRESSES_H

#include "common.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr_storage;

struct addresses {
	struct network *places;
	size_t cap;  /* a power of two, or 0 */
	size_t used; /* networks with a connection */
};

/* 0 for what is not counted: a unix socket. */
uint64_t addresses_network(const struct sockaddr_storage *);

/* One connection more; false when max are open. */
bool addresses_enter(struct addresses *, uint64_t network, unsigned max)
must_check;
void addresses_leave(struct addresses *, uint64_t network);
void addresses_release(struct addresses *);

#endif
