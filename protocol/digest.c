/*
 * digest.c — SHA-256 by OpenSSL's EVP interface. One context is used again
 * and again: a batch of 5,000 records must not allocate 5,000 of them, and in
 * OpenSSL 3 naming the algorithm anew costs more than hashing a record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

struct digest {
	EVP_MD_CTX *context;
};

/* libcrypto fails here only when out of memory or not installed whole. */
static void
must(int is_done)
{
	if (is_done != 1)
		abort();
}

struct digest *
digest_new(void)
{
	struct digest *digest = malloc(sizeof(*digest));

	if (digest == NULL)
		abort();
	digest->context = EVP_MD_CTX_new();
	if (digest->context == NULL)
		abort();
	must(EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL));
	return digest;
}

void
digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void
digest_start(struct digest *digest)
{
	/* A NULL type keeps the algorithm that is already there. */
	must(EVP_DigestInit_ex(digest->context, NULL, NULL));
}

void
digest_add(struct digest *digest, const void *at, size_t len)
{
	if (len > 0)
		must(EVP_DigestUpdate(digest->context, at, len));
}

void
digest_finish(struct digest *digest, uint8_t out[static DIGEST_SIZE])
{
	unsigned len = 0;

	must(EVP_DigestFinal_ex(digest->context, out, &len));
	assert(len == DIGEST_SIZE);
}

void
digest_of(const void *at, size_t len, uint8_t out[static DIGEST_SIZE])
{
	must(EVP_Digest(at, len, out, NULL, EVP_sha256(), NULL));
}

void
digest_mac(const uint8_t key[static DIGEST_SIZE], const void *at,
    size_t len, uint8_t out[static DIGEST_SIZE])
{
	unsigned made = 0;

	must(HMAC(EVP_sha256(), key, DIGEST_SIZE, at, len, out, &made) != NULL);
	assert(made == DIGEST_SIZE);
}

void
digest_xor(uint8_t digest[static HASH_SIZE],
    const uint8_t hash[static HASH_SIZE])
{
	for (size_t i = 0; i < HASH_SIZE; i++)
		digest[i] ^= hash[i];
}

uint8_t
digest_bucket(const char *source_id, size_t len)
{
	uint8_t hash[DIGEST_SIZE];

	digest_of(source_id, len, hash);
	return hash[0];
}
