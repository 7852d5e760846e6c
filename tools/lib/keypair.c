/*
 * keypair.c — the agent's own key and certificate request, by OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keypair.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* mode 0600 for a key; a key is never written over. */
static FILE *
file_make(const char *path, int flags, mode_t mode, struct problem *why)
{
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);

	if (file < 0)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "it cannot be written: %s", strerror(errno));
	return file < 0 ? NULL : fdopen(file, "w");
}

static bool
file_done(FILE *file, bool is_written, const char *path, struct problem *why)
{
	is_written = fflush(file) == 0 && fsync(fileno(file)) == 0 &&
	    is_written;
	if (fclose(file) == 0 && is_written)
		return true;
	unlink(path);
	return problem_set(why, PROBLEM_FILE_UNREADABLE, path,
	    "it could not be written whole");
}

bool
keypair_make(const char *path, struct problem *why)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	FILE *file = file_make(path, O_EXCL, 0600, why);
	bool is_made = false;

	if (key != NULL && file != NULL)
		is_made = file_done(file, PEM_write_PrivateKey(file, key, NULL,
		    NULL, 0, NULL, NULL) == 1, path, why);
	else if (file != NULL)
		fclose(file);
	EVP_PKEY_free(key);
	return is_made;
}

static EVP_PKEY *
key_read(const char *path, struct problem *why)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key = NULL;

	if (file == NULL) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
		return NULL;
	}
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (key == NULL)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "there is no private key in PEM form in this file");
	return key;
}

static bool
request_fill(X509_REQ *request, EVP_PKEY *key, const char *name)
{
	X509_NAME *subject = X509_REQ_get_subject_name(request);

	return X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0) == 1 &&
	       X509_REQ_set_pubkey(request, key) == 1 &&
	       X509_REQ_sign(request, key, EVP_sha256()) > 0;
}

bool
keypair_request(const char *key_path, const char *name,
    const char *request_path, struct problem *why)
{
	EVP_PKEY *key = key_read(key_path, why);
	X509_REQ *request = X509_REQ_new();
	bool is_made = false;
	FILE *file = NULL;

	if (key == NULL || request == NULL)
		goto done;
	if (!request_fill(request, key, name)) {
		(void)problem_set(why, PROBLEM_INTERNAL, NULL,
		    "the certificate request could not be made");
		goto done;
	}
	file = file_make(request_path, O_TRUNC, 0644, why);
	if (file != NULL)
		is_made = file_done(file, PEM_write_X509_REQ(file, request) ==
		    1, request_path, why);
done:
	X509_REQ_free(request);
	EVP_PKEY_free(key);
	return is_made;
}

bool
keypair_fingerprint(const char *key_path, char out[static 65],
    struct problem *why)
{
	EVP_PKEY *key = key_read(key_path, why);
	unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int der_len;
	bool is_known = false;

	if (key == NULL)
		return false;
	der_len = i2d_PUBKEY(key, &der);
	if (der_len > 0 && EVP_Digest(der, (size_t)der_len, digest, &len,
	    EVP_sha256(), NULL) == 1) {
		text_print_hex(digest, len, out);
		is_known = true;
	}
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return is_known || problem_set(why, PROBLEM_INTERNAL, NULL,
	    "the key has no fingerprint");
}

static X509 *
certificate_read_whole(const char *path, struct problem *why)
{
	FILE *file = fopen(path, "re");
	X509 *certificate = NULL;

	if (file == NULL) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
		return NULL;
	}
	certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	if (certificate == NULL)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "there is no certificate in PEM form in this file");
	return certificate;
}

bool
keypair_fits(const char *key_path, const char *certificate_path,
    struct problem *why)
{
	EVP_PKEY *key = key_read(key_path, why);
	X509 *certificate = key != NULL ?
	    certificate_read_whole(certificate_path, why) : NULL;
	bool fits = false;

	if (certificate == NULL)
		goto done;
	if (X509_check_private_key(certificate, key) != 1)
		(void)problem_set(why, PROBLEM_FORBIDDEN, certificate_path,
		    "this certificate was made for another key than ours");
	else if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
		(void)problem_set(why, PROBLEM_FORBIDDEN, certificate_path,
		    "this certificate has ended");
	else
		fits = true;
done:
	X509_free(certificate);
	EVP_PKEY_free(key);
	return fits;
}
