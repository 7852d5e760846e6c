/*
 * addresses.c — a hash table with linear probing whose entries move back
 * when one before them goes, so it never fills with dead ones. The hash is
 * keyed, so that nobody can choose addresses that collide.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "addresses.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "mem.h"

#define CAP_MIN 64
#define IS_V4 (UINT64_C(1) << 63)
#define IS_V6 (UINT64_C(1) << 62)

struct network {
	uint64_t name; /* 0: empty */
	unsigned count;
};

uint64_t
addresses_network(const struct sockaddr_storage *at)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;
	uint64_t name = IS_V6;
	uint32_t mapped;

	if (at->ss_family == AF_INET)
		return IS_V4 | ntohl(v4->sin_addr.s_addr);
	if (at->ss_family != AF_INET6)
		return 0;
	if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		memcpy(&mapped, v6->sin6_addr.s6_addr + 12, sizeof(mapped));
		return IS_V4 | ntohl(mapped);
	}
	for (int i = 0; i < 7; i++)
		name |= (uint64_t)v6->sin6_addr.s6_addr[i] << (8 * (6 - i));
	return name;
}

static size_t
home_of(const struct addresses *addresses, uint64_t name)
{
	static uint64_t key;
	uint64_t mixed;

	if (key == 0 && getrandom(&key, sizeof(key), 0) != sizeof(key))
		key = (uint64_t)(uintptr_t)addresses->places;
	mixed = (name ^ key) * UINT64_C(0x9e3779b97f4a7c15);
	mixed ^= mixed >> 32;
	mixed = (mixed ^ key) * UINT64_C(0xff51afd7ed558ccd);
	return (size_t)(mixed >> 20) & (addresses->cap - 1);
}

/* Where name is, or the empty place where it would be. */
static size_t
find(const struct addresses *addresses, uint64_t name)
{
	size_t i = home_of(addresses, name);

	while (addresses->places[i].name != 0
	    && addresses->places[i].name != name)
		i = (i + 1) & (addresses->cap - 1);
	return i;
}

static void
grow(struct addresses *addresses)
{
	struct network *was = addresses->places;
	size_t was_cap = addresses->cap;

	addresses->cap = was_cap == 0 ? CAP_MIN : 2 * was_cap;
	addresses->places = mem_alloc(addresses->cap * sizeof(*was));
	for (size_t i = 0; i < was_cap; i++)
		if (was[i].name != 0)
			addresses->places[find(addresses, was[i].name)] = was[i];
	free(was);
}

bool
addresses_enter(struct addresses *addresses, uint64_t network, unsigned max)
{
	struct network *place;

	if (network == 0)
		return true;
	if (2 * addresses->used >= addresses->cap)
		grow(addresses);
	place = &addresses->places[find(addresses, network)];
	if (place->count >= max)
		return false;
	if (place->name == 0) {
		place->name = network;
		addresses->used++;
	}
	place->count++;
	return true;
}

/* The entries after an emptied place that probed past it move back. */
static void
close_gap(struct addresses *addresses, size_t gap)
{
	size_t mask = addresses->cap - 1;

	for (size_t i = (gap + 1) & mask; addresses->places[i].name != 0;
	    i = (i + 1) & mask) {
		size_t home = home_of(addresses, addresses->places[i].name);

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		addresses->places[gap] = addresses->places[i];
		gap = i;
	}
	memset(&addresses->places[gap], 0, sizeof(addresses->places[gap]));
}

void
addresses_leave(struct addresses *addresses, uint64_t network)
{
	size_t at;

	if (network == 0)
		return;
	at = find(addresses, network);
	assert(addresses->places[at].name == network);
	if (--addresses->places[at].count > 0)
		return;
	addresses->used--;
	close_gap(addresses, at);
}

void
addresses_release(struct addresses *addresses)
{
	free(addresses->places);
	memset(addresses, 0, sizeof(*addresses));
}
