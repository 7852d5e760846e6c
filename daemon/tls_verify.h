/*
 * tls_verify.h — is this client's certificate good? Remembers which leaf
 * certificates were (a third of a handshake's cost), for as long as the
 * whole chain and the revocation list last. The memory belongs to one
 * context: new authorities or a new revocation list start with none.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_TLS_VERIFY_H
#define DAEMON_TLS_VERIFY_H

#include <stdint.h>
#include <time.h>

struct ssl_ctx_st;
struct asn1_string_st; /* OpenSSL's ASN1_TIME */

/* Installs the check; freed with the context. Nothing that was found good
 * is taken to be so after until (the next update of the revocation list). */
void tls_verify_install(struct ssl_ctx_st *, time_t until);

/* 0 when it cannot be read. */
time_t tls_time(const struct asn1_string_st *);

#endif
