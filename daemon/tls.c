/*
 * tls.c — makes the TLS context of the systems listener from the four files.
 * What is on is listed here; what OpenSSL has on by default and we do not
 * want is off by name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "file.h"
#include "tls_verify.h"

#define FILE_MAX_BYTES (1024 * 1024)
#define CRL_MAX_BYTES (64 * 1024 * 1024)
#define CLIENT_CHAIN_MAX_BYTES (32 * 1024)
#define CHAIN_DEPTH 2

static const char groups[] = "X25519:P-256:P-384";
static const char ciphers_12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
static const char ciphers_13[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
    "TLS_CHACHA20_POLY1305_SHA256";
static const char signatures[] =
    "ECDSA+SHA256:ECDSA+SHA384:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:"
    "RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

bool
tls_files_read(struct tls_files *files, const struct config *config,
    struct problem *why)
{
	memset(files, 0, sizeof(*files));
	if (file_read(config->tls_certificate, FILE_MAX_BYTES,
	    &files->certificate, why)
	    && file_read(config->tls_key, FILE_MAX_BYTES, &files->key, why)
	    && file_read(config->tls_client_ca, FILE_MAX_BYTES,
	    &files->client_ca, why)
	    && (config->tls_client_crl[0] == '\0'
	    || file_read(config->tls_client_crl, CRL_MAX_BYTES,
	    &files->client_crl, why)))
		return true;
	tls_files_release(files);
	return false;
}

void
tls_files_release(struct tls_files *files)
{
	if (files->key.at != NULL)
		OPENSSL_cleanse(files->key.at, files->key.len);
	buf_release(&files->certificate);
	buf_release(&files->key);
	buf_release(&files->client_ca);
	buf_release(&files->client_crl);
}

/* OpenSSL's own words for what went wrong, without its numbers. */
static bool
refuse(struct problem *why, const char *path, const char *what)
{
	unsigned long error = ERR_peek_last_error();
	const char *reason = error == 0 ? NULL : ERR_reason_error_string(error);

	problem_set(why, PROBLEM_FILE_UNREADABLE, NULL, "%s%s%s", what,
	    reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	file_place(why, path, 0);
	ERR_clear_error();
	return false;
}

static BIO *
reader(const struct buf *text)
{
	return BIO_new_mem_buf(text->len > 0 ? text->at : "", (int)text->len);
}

/* A list in PEM ends well when no further object begins. */
static bool
ended_well(void)
{
	unsigned long error = ERR_peek_last_error();

	if (ERR_GET_LIB(error) != ERR_LIB_PEM
	    || ERR_GET_REASON(error) != PEM_R_NO_START_LINE)
		return false;
	ERR_clear_error();
	return true;
}

/* A key under a pass phrase is refused: nobody is there to type it. */
static int
phrase_asked(char *out, int max, int is_writing, void *arg)
{
	(void)out, (void)max, (void)is_writing, (void)arg;
	return -1;
}

static bool
take_certificate(SSL_CTX *ctx, const struct buf *text)
{
	BIO *in = reader(text);
	X509 *one = PEM_read_bio_X509_AUX(in, NULL, phrase_asked, NULL);
	bool is_good = one != NULL && SSL_CTX_use_certificate(ctx, one) == 1;

	X509_free(one);
	while (is_good
	    && (one = PEM_read_bio_X509(in, NULL, phrase_asked, NULL)) != NULL)
		if (SSL_CTX_add0_chain_cert(ctx, one) != 1) {
			X509_free(one);
			is_good = false;
		}
	BIO_free(in);
	return is_good && ended_well();
}

static bool
take_key(SSL_CTX *ctx, const struct buf *text)
{
	BIO *in = reader(text);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, phrase_asked, NULL);
	bool is_good = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(in);
	return is_good && SSL_CTX_check_private_key(ctx) == 1;
}

static bool
take_client_ca(SSL_CTX *ctx, const struct buf *text)
{
	BIO *in = reader(text);
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	X509 *one;
	size_t count = 0;
	bool is_good = true;

	while (is_good
	    && (one = PEM_read_bio_X509(in, NULL, phrase_asked, NULL)) != NULL) {
		is_good = X509_STORE_add_cert(store, one) == 1
		    && SSL_CTX_add_client_CA(ctx, one) == 1;
		X509_free(one);
		count++;
	}
	BIO_free(in);
	return is_good && ended_well() && count > 0;
}

/* until: when the first of the lists is out of date. */
static bool
take_client_crl(SSL_CTX *ctx, const struct buf *text, time_t *until)
{
	BIO *in = reader(text);
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	X509_CRL *one;
	size_t count = 0;
	bool is_good = true;

	while (is_good && (one = PEM_read_bio_X509_CRL(in, NULL, phrase_asked,
	    NULL)) != NULL) {
		time_t next = tls_time(X509_CRL_get0_nextUpdate(one));

		if (next != 0 && next < *until)
			*until = next;
		is_good = X509_STORE_add_crl(store, one) == 1;
		X509_CRL_free(one);
		count++;
	}
	BIO_free(in);
	return is_good && ended_well() && count > 0
	       && X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1;
}

/* HTTP/1.1 or nothing: a client that offers only other protocols would
 * speak one of them to us. */
static int
protocols_offered(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl, (void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, out_len,
	    ours, sizeof(ours) - 1, in, in_len)
	       == OPENSSL_NPN_NEGOTIATED
	       ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
set_protocol(SSL_CTX *ctx)
{
	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
	    | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE
	    | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS
	    | SSL_MODE_ENABLE_PARTIAL_WRITE
	    | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_max_cert_list(ctx, CLIENT_CHAIN_MAX_BYTES);
	SSL_CTX_set_alpn_select_cb(ctx, protocols_offered, NULL);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1
	       && SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1
	       && SSL_CTX_set_num_tickets(ctx, 0) == 1
	       && SSL_CTX_set1_groups_list(ctx, groups) == 1
	       && SSL_CTX_set1_sigalgs_list(ctx, signatures) == 1
	       && SSL_CTX_set1_client_sigalgs_list(ctx, signatures) == 1
	       && SSL_CTX_set_cipher_list(ctx, ciphers_12) == 1
	       && SSL_CTX_set_ciphersuites(ctx, ciphers_13) == 1;
}

/* Whatever is in tls_client_ca is trusted as it stands, root or issuer. */
static bool
demand_client(SSL_CTX *ctx, time_t until)
{
	static const unsigned char name[] = "sencod";

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER
	    | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH);
	tls_verify_install(ctx, until);
	return SSL_CTX_set_session_id_context(ctx, name, sizeof(name) - 1) == 1
	       && SSL_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT) == 1
	       && X509_STORE_set_flags(SSL_CTX_get_cert_store(ctx),
	    X509_V_FLAG_PARTIAL_CHAIN) == 1;
}

struct ssl_ctx_st *
tls_systems_new(const struct config *config, const struct tls_files *files,
    struct problem *why)
{
	SSL_CTX *ctx;
	time_t until = INT64_MAX;
	bool is_good = false;

	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_server_method());
	if (ctx == NULL || !set_protocol(ctx))
		refuse(why, config->tls_certificate, "TLS cannot be set up");
	else if (!take_certificate(ctx, &files->certificate))
		refuse(why, config->tls_certificate,
		    "the file is not a certificate with its chain in PEM");
	else if (!take_key(ctx, &files->key))
		refuse(why, config->tls_key, "the file is not the private key "
		    "of the certificate, in PEM without a pass phrase");
	else if (!take_client_ca(ctx, &files->client_ca))
		refuse(why, config->tls_client_ca,
		    "the file is not a list of certificates in PEM");
	else if (config->tls_client_crl[0] != '\0'
	    && !take_client_crl(ctx, &files->client_crl, &until))
		refuse(why, config->tls_client_crl,
		    "the file is not a revocation list in PEM");
	else if (!demand_client(ctx, until))
		refuse(why, config->tls_client_ca,
		    "client certificates cannot be demanded");
	else
		is_good = true;
	if (is_good)
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

void
tls_free(struct ssl_ctx_st *ctx)
{
	SSL_CTX_free(ctx);
}
