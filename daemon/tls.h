/*
 * tls.h — the TLS contexts: what is spoken, which certificates are shown
 * and demanded. TLS 1.2 and 1.3, ECDHE with P-256, X25519 or P-384; no
 * tickets, no renegotiation, no compression, no early data. The files are
 * read apart from the context made of them, so that the supervisor can keep
 * the last good ones without touching OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_TLS_H
#define DAEMON_TLS_H

#include "buf.h"
#include "common.h"
#include "config.h"
#include "problem.h"
#include <stdbool.h>
#include <stdint.h>

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

#define TLS_FINGERPRINT_SIZE 32

struct tls_files {
	struct buf certificate;
	struct buf key;
	struct buf client_ca;
	struct buf client_crl; /* empty for none */
};

/* problem.where is the file at fault. */
bool tls_files_read(struct tls_files *, const struct config *,
    struct problem *) must_check;
void tls_files_release(struct tls_files *); /* wipes the key */

/*
 * For the systems listener: demands a client certificate, depth 2, with the
 * extended key usage clientAuth. NULL with the problem set when a file is
 * broken; config only names them. Whoever makes an SSL of it sets its app
 * data to TLS_FINGERPRINT_SIZE bytes, which verification fills with the
 * SHA-256 of the client's certificate. Caller frees.
 */
struct ssl_ctx_st *tls_systems_new(const struct config *,
    const struct tls_files *, struct problem *);
void tls_free(struct ssl_ctx_st *);

#endif
