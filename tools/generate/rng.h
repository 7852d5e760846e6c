/*
 * rng.h — chance that repeats: xoshiro256** seeded by splitmix64. Each
 * setting draws from a stream of its own, named by its reference, so that
 * what one setting gets does not depend on which others there are.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_RNG_H
#define GENERATE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state[4];
};

void rng_init(struct rng *, uint64_t seed, const char *stream);
uint64_t rng_next(struct rng *);

int rng_below(struct rng *, int n);               /* 0 to n - 1; n >= 1 */
int rng_between(struct rng *, int low, int high); /* both included */
bool rng_permille(struct rng *, int share);       /* true share in 1000 times */
size_t rng_weighted(struct rng *, const int *weights, size_t len);
void rng_uuid(struct rng *, uint8_t out[static 16]); /* version 4 */

#endif
