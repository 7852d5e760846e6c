/*
 * rng.c — xoshiro256** by Blackman and Vigna, seeded with splitmix64 as they
 * advise. Integers only: the same seed gives the same authority on any
 * machine, which rand() and floating point would not promise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rng.h"

#include <assert.h>

static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* FNV-1a of the stream's name, mixed into the seed. */
void
rng_init(struct rng *rng, uint64_t seed, const char *stream)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *stream != '\0'; stream++)
		hash = (hash ^ (unsigned char)*stream) * 0x100000001b3u;
	seed ^= hash;
	for (size_t i = 0; i < 4; i++)
		rng->state[i] = splitmix(&seed);
}

static uint64_t
rotate_left(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

uint64_t
rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

int
rng_below(struct rng *rng, int n)
{
	assert(n >= 1);
	return (int)(((rng_next(rng) >> 32) * (uint64_t)n) >> 32);
}

int
rng_between(struct rng *rng, int low, int high)
{
	assert(low <= high);
	return low + rng_below(rng, high - low + 1);
}

bool
rng_permille(struct rng *rng, int share)
{
	return rng_below(rng, 1000) < share;
}

size_t
rng_weighted(struct rng *rng, const int *weights, size_t len)
{
	int total = 0, drawn;

	for (size_t i = 0; i < len; i++)
		total += weights[i];
	drawn = rng_below(rng, total);
	for (size_t i = 0; i < len; i++) {
		drawn -= weights[i];
		if (drawn < 0)
			return i;
	}
	assert(!"weights add up to their total");
	return 0;
}

void
rng_uuid(struct rng *rng, uint8_t out[static 16])
{
	for (size_t i = 0; i < 16; i += 8) {
		uint64_t bits = rng_next(rng);

		for (size_t j = 0; j < 8; j++)
			out[i + j] = (uint8_t)(bits >> (8 * j));
	}
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x40);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}
