/*
 * log.h — one line an event to stderr: level, then key=value pairs, request
 * id first where there is one. Values are quoted when they need it. Ids
 * only: never names, bodies, tokens or query strings.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include "common.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

void log_start(enum log_level least, const char *process); /* "worker.0" */

/* event is a fixed word ("listening"); the rest is printf for key=value. */
void log_event(enum log_level, const char *event, const char *fmt, ...)
    printf_like(3, 4);

/* Cannot run at all: logs and exits with status 1. */
void fatal(const char *fmt, ...) printf_like(1, 2) __attribute__((noreturn));

/* Prints text so that it stays one log value: quotes, escapes, cuts at max. */
const char *log_value(const char *text, size_t len, char *out, size_t max);

#endif
