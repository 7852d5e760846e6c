/*
 * certificate.h — what the server needs to know of a client's certificate:
 * its SHA-256 fingerprint and when it ends. The tools' one door to OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_CERTIFICATE_H
#define TOOLS_CERTIFICATE_H

#include "problem.h"

struct certificate {
	char fingerprint[65]; /* lower-case hex */
	char not_after[21];   /* YYYY-MM-DDThh:mm:ssZ */
};

/* The first certificate of a PEM file. */
bool certificate_read(struct certificate *, const char *path,
    struct problem *) must_check;

#endif
