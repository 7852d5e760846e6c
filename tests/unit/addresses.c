/*
 * addresses — counts of networks stay right whatever order they come and go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "addresses.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static uint64_t
network(int family, const char *text)
{
	struct sockaddr_storage at;

	memset(&at, 0, sizeof(at));
	at.ss_family = (sa_family_t)family;
	if (family == AF_INET)
		assert_int_equal(inet_pton(family, text,
		    &((struct sockaddr_in *)&at)->sin_addr), 1);
	if (family == AF_INET6)
		assert_int_equal(inet_pton(family, text,
		    &((struct sockaddr_in6 *)&at)->sin6_addr), 1);
	return addresses_network(&at);
}

static void
an_ipv4_address_is_a_network(void **state)
{
	(void)state;
	assert_int_not_equal(network(AF_INET, "192.0.2.1"),
	    network(AF_INET, "192.0.2.2"));
	assert_int_not_equal(network(AF_INET, "0.0.0.0"), 0);
	assert_int_equal(network(AF_INET6, "::ffff:192.0.2.1"),
	    network(AF_INET, "192.0.2.1"));
}

static void
an_ipv6_slash_56_is_a_network(void **state)
{
	(void)state;
	assert_int_equal(network(AF_INET6, "2001:db8:0:100::1"),
	    network(AF_INET6, "2001:db8:0:1ff:ffff::2"));
	assert_int_not_equal(network(AF_INET6, "2001:db8:0:100::1"),
	    network(AF_INET6, "2001:db8:0:200::1"));
	assert_int_not_equal(network(AF_INET6, "::"), 0);
}

static void
a_unix_socket_is_not_counted(void **state)
{
	struct addresses addresses = { 0 };

	(void)state;
	assert_int_equal(network(AF_UNIX, ""), 0);
	for (int i = 0; i < 10; i++)
		assert_true(addresses_enter(&addresses, 0, 1));
	addresses_leave(&addresses, 0);
	addresses_release(&addresses);
}

static void
a_network_has_at_most_its_share(void **state)
{
	struct addresses addresses = { 0 };

	(void)state;
	assert_true(addresses_enter(&addresses, 7, 2));
	assert_true(addresses_enter(&addresses, 7, 2));
	assert_false(addresses_enter(&addresses, 7, 2));
	assert_true(addresses_enter(&addresses, 8, 2));
	addresses_leave(&addresses, 7);
	assert_true(addresses_enter(&addresses, 7, 2));
	addresses_release(&addresses);
}

/* A million comings and goings against a plain array of counts. */
static void
counts_agree_with_a_plain_array(void **state)
{
	enum { NETWORKS = 700, MAX = 3 };
	struct addresses addresses = { 0 };
	unsigned counts[NETWORKS] = { 0 };
	uint32_t seed = 20271;
	size_t refused = 0, used = 0;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		size_t at;

		seed = seed * 1664525 + 1013904223;
		at = (seed >> 8) % NETWORKS;
		if ((seed >> 30) != 0) {
			bool may = addresses_enter(&addresses, at + 1, MAX);

			assert_int_equal(may, counts[at] < MAX);
			counts[at] += may;
			refused += !may;
		} else if (counts[at] > 0) {
			addresses_leave(&addresses, at + 1);
			counts[at]--;
		}
	}
	for (size_t at = 0; at < NETWORKS; at++)
		used += counts[at] > 0;
	assert_true(refused > 1000);
	assert_int_equal(addresses.used, used);
	for (size_t at = 0; at < NETWORKS; at++)
		while (counts[at]-- > 0)
			addresses_leave(&addresses, at + 1);
	assert_int_equal(addresses.used, 0);
	addresses_release(&addresses);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_address_is_a_network),
		cmocka_unit_test(an_ipv6_slash_56_is_a_network),
		cmocka_unit_test(a_unix_socket_is_not_counted),
		cmocka_unit_test(a_network_has_at_most_its_share),
		cmocka_unit_test(counts_agree_with_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
