/*
 * certificate.c — fingerprint and end of a PEM certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "certificate.h"

#include "text.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static bool
certificate_take(struct certificate *out, const X509 *x509)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	struct tm end;

	if (X509_digest(x509, EVP_sha256(), digest, &len) != 1 ||
	    ASN1_TIME_to_tm(X509_get0_notAfter(x509), &end) != 1)
		return false;
	text_print_hex(digest, len, out->fingerprint);
	return strftime(out->not_after, sizeof(out->not_after),
	    "%Y-%m-%dT%H:%M:%SZ", &end) > 0;
}

bool
certificate_read(struct certificate *out, const char *path,
    struct problem *why)
{
	FILE *file = fopen(path, "r");
	X509 *x509;
	bool is_read;

	if (file == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
	x509 = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	is_read = x509 != NULL && certificate_take(out, x509);
	X509_free(x509);
	return is_read || problem_set(why, PROBLEM_FILE_UNREADABLE, path,
	    "there is no certificate in PEM form in this file");
}
