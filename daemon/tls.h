/*
 * tls.h — the TLS contexts: what is spoken, which certificates are shown
 * and demanded. TLS 1.2 and 1.3, ECDHE with P-256, X25519 or P-384; no
 * tickets, no renegotiation, no compression, no early data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_TLS_H
#define DAEMON_TLS_H

#include "config.h"
#include "problem.h"
#include <stdint.h>

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

/* For the systems listener: demands a client certificate, depth 2, EKU
 * clientAuth. NULL with the problem set when a file is broken. Caller frees. */
struct ssl_ctx_st *tls_systems_new(const struct config *, struct problem *);
void tls_free(struct ssl_ctx_st *);

#endif
