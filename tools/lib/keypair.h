/*
 * keypair.h — the agent's own key: made, asked a certificate for, and held
 * against the certificate that came. ECDSA P-256, as the server wants it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_KEYPAIR_H
#define TOOLS_KEYPAIR_H

#include "problem.h"
#include <stdbool.h>

/* A new private key in a file that only its owner may read; an old one is
 * never written over. */
bool keypair_make(const char *key_path, struct problem *) must_check;
/* A certificate request for that key in that name, signed with it. */
bool keypair_request(const char *key_path, const char *name,
    const char *request_path, struct problem *) must_check;
/* SHA-256 of the public key, as both sides can read it out on the phone. */
bool keypair_fingerprint(const char *key_path, char out[static 65],
    struct problem *) must_check;
/* The certificate is one for this key, and is valid now. */
bool keypair_fits(const char *key_path, const char *certificate_path,
    struct problem *) must_check;

#endif
