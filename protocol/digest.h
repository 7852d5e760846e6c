/*
 * digest.h — SHA-256, by libcrypto: content hashes of records, names of
 * batches, fingerprints of files. The one place outside the daemon's TLS
 * files that calls OpenSSL (reason in README.md).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_DIGEST_H
#define PROTOCOL_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

struct digest; /* a running computation */

struct digest *digest_new(void);
void digest_free(struct digest *);
void digest_start(struct digest *); /* may be used again and again */
void digest_add(struct digest *, const void *at, size_t len);
void digest_finish(struct digest *, uint8_t out[static DIGEST_SIZE]);

void digest_of(const void *at, size_t len, uint8_t out[static DIGEST_SIZE]);

/* HMAC: nobody without the key can make it. */
void digest_mac(const uint8_t key[static DIGEST_SIZE], const void *at,
    size_t len, uint8_t out[static DIGEST_SIZE]);

/*
 * The digest of a set of records is the XOR of their content hashes: it
 * begins as zeros, takes each record in by its hash and, by the same call, out
 * again. Records are spread over 256 buckets by their source_id.
 */
#define HASH_SIZE 16
void digest_xor(uint8_t digest[static HASH_SIZE],
    const uint8_t hash[static HASH_SIZE]);
uint8_t digest_bucket(const char *source_id, size_t len);

#endif
