/*
 * tls_verify.c — the check of client certificates and its memory: a table
 * of fixed size, one place for each fingerprint, the newest wins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tls_verify.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "tls.h"

#define REMEMBERED 2048

struct good {
	uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
	time_t from, until; /* both 0 while the place is empty */
};

struct verified {
	EVP_MD *sha256; /* fetched once: each fetch by name takes locks */
	time_t until;
	struct good good[REMEMBERED];
};

time_t
tls_time(const ASN1_TIME *at)
{
	struct tm tm;

	if (at == NULL || !ASN1_TIME_to_tm(at, &tm))
		return 0;
	return timegm(&tm);
}

static struct good *
place_of(struct verified *verified, const uint8_t *fingerprint)
{
	uint32_t start;

	memcpy(&start, fingerprint, sizeof(start));
	return &verified->good[start % REMEMBERED];
}

static bool
is_remembered(const struct good *good, const uint8_t *fingerprint)
{
	time_t now = time(NULL);

	return now >= good->from && now < good->until
	       && memcmp(good->fingerprint, fingerprint,
	    TLS_FINGERPRINT_SIZE) == 0;
}

/* Good for as long as everything it rests on is. */
static void
remember(struct verified *verified, const uint8_t *fingerprint,
    X509_STORE_CTX *store)
{
	struct good *good = place_of(verified, fingerprint);
	STACK_OF(X509) * chain = X509_STORE_CTX_get0_chain(store);

	memcpy(good->fingerprint, fingerprint, TLS_FINGERPRINT_SIZE);
	good->from = 0;
	good->until = verified->until;
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *one = sk_X509_value(chain, i);
		time_t from = tls_time(X509_get0_notBefore(one));
		time_t until = tls_time(X509_get0_notAfter(one));

		if (from > good->from)
			good->from = from;
		if (until < good->until)
			good->until = until;
	}
}

/* The purpose check of OpenSSL passes a certificate that names no usage. */
static bool
is_for_clients(X509 *leaf)
{
	return (X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) != 0
	       && (X509_get_extended_key_usage(leaf) & XKU_SSL_CLIENT) != 0;
}

static int
client_shown(X509_STORE_CTX *store, void *arg)
{
	struct verified *verified = arg;
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	SSL *ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	uint8_t *fingerprint = SSL_get_app_data(ssl);
	unsigned len = 0;

	if (leaf == NULL || !X509_digest(leaf, verified->sha256, fingerprint,
	    &len) || len != TLS_FINGERPRINT_SIZE) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED);
		return 0;
	}
	if (is_remembered(place_of(verified, fingerprint), fingerprint)) {
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	if (X509_verify_cert(store) <= 0)
		return 0;
	if (!is_for_clients(leaf)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
		return 0;
	}
	remember(verified, fingerprint, store);
	return 1;
}

static void
context_freed(void *parent, void *at, CRYPTO_EX_DATA *data, int index,
    long number, void *arg)
{
	struct verified *verified = at;

	(void)parent, (void)data, (void)index, (void)number, (void)arg;
	if (verified == NULL)
		return;
	EVP_MD_free(verified->sha256);
	free(verified);
}

void
tls_verify_install(SSL_CTX *ctx, time_t until)
{
	static int index = -1;
	struct verified *verified = mem_alloc(sizeof(*verified));

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL,
		    context_freed);
	verified->until = until;
	verified->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (verified->sha256 == NULL
	    || !SSL_CTX_set_ex_data(ctx, index, verified))
		fatal("OpenSSL has no SHA-256");
	SSL_CTX_set_cert_verify_callback(ctx, client_shown, verified);
}
