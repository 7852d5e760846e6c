/*
 * mail.h — hands one letter to a mail server over libcurl's SMTP: in clear to
 * one on this machine, else over TLS, verified. Plain text in UTF-8, coded
 * quoted-printable, so that any server carries it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_MAIL_H
#define TOOLS_MAIL_H

#include "problem.h"
#include "text.h"
#include <stddef.h>

enum mail_outcome {
	MAIL_SENT,          /* the server has taken it for every address */
	MAIL_UNREACHABLE,   /* or gone before it said so */
	MAIL_REFUSED,       /* the server would not have it */
	MAIL_MISCONFIGURED, /* an address of ours cannot be used */
};

struct mail {
	const char *url;        /* smtp://localhost:25, smtps://host */
	const char *sender;
	const char *const *to;
	size_t to_len;
	const char *subject;    /* ASCII */
	struct slice body;      /* lines ended by LF */
	unsigned timeout_s;     /* of the whole */
};

/* Nothing is sent twice: whoever tries again may send it again. */
enum mail_outcome mail_send(const struct mail *, struct problem *) must_check;

#endif
