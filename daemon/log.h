/*
 * log.h — one line an event to stderr: time, level, process, event, then
 * key=value pairs, request id first where there is one. Values are quoted
 * when they need it. Ids only: never names, bodies, tokens or query strings.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include "common.h"
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

void log_start(enum log_level least, const char *process); /* "worker.0" */
bool log_level_find(const char *name, enum log_level *out) must_check;

/* event is a fixed word ("listening"); the rest is printf for key=value. */
void log_event(enum log_level, const char *event, const char *fmt, ...)
printf_like(3, 4);

/* Cannot run at all: logs and exits with status 1. */
void fatal(const char *fmt, ...) printf_like(1, 2) __attribute__((noreturn));

/* Prints text so that it stays one log value: quotes, escapes, cuts at max. */
const char *log_value(const char *text, size_t len, char *out, size_t max);

/* For events a stranger can cause at will: so many a minute, the rest counted.
 * kept_back is how many were swallowed in the minute that has just ended. */
struct log_limit {
	int64_t minute_at;
	unsigned said;
	unsigned kept_back;
};
bool log_limit_allows(struct log_limit *, unsigned per_minute,
    unsigned *kept_back) must_check;

#endif
