/*
 * http1_fields.h — what a field line of a head may say. Private to the
 * http1 family: the rest of the program sees http1.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_HTTP1_FIELDS_H
#define PROTOCOL_HTTP1_FIELDS_H

#include "common.h"
#include "http1.h"
#include "problem.h"
#include "text.h"
#include <stdbool.h>

/*
 * Judges one line without its CR LF, and keeps what it says about framing,
 * connection and host in the scan. The line's bytes are known to be free of
 * controls; at is where the head begins.
 */
bool http1_field_judge(struct http1_scan *, const char *at,
    struct slice line, struct problem *) must_check;

/* The fields of a judged head, from their lines, in order. */
void http1_fields_collect(const struct http1_scan *, const char *at,
    struct http1_head *);

/* Host, Content-Length or Transfer-Encoding: never to be met in a trailer. */
bool http1_field_is_framing(struct slice name);

/* Always false; the detail names the line the scan stands at. */
bool http1_head_refuse(const struct http1_scan *, enum problem_slug,
    const char *sentence, struct problem *);

#endif
