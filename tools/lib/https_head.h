/*
 * https_head.h — the few fields of an answer's head that are used.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_HTTPS_HEAD_H
#define TOOLS_HTTPS_HEAD_H

#include "https.h"
#include "text.h"

/* One line of the head; lines that are not known are passed over. */
void https_head_read(struct https_answer *, struct slice line);

#endif
