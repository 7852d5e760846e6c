/*
 * log.c — builds a line on the stack and hands it to stderr in one write, so
 * that the lines of several processes never mix and running out of memory
 * can still be told. Everything outside printable ASCII is escaped: whatever
 * a client sends, it cannot begin a line of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug", [LOG_INFO] = "info",
	[LOG_WARNING] = "warning", [LOG_ERROR] = "error",
};

/* What log_start was told; the one state of this module. */
static struct {
	enum log_level least;
	char process[32];
} self = { LOG_INFO, "sencod" };

void
log_start(enum log_level least, const char *process)
{
	self.least = least;
	snprintf(self.process, sizeof(self.process), "%s", process);
}

bool
log_level_find(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < nitems(level_names); i++)
		if (strcmp(level_names[i], name) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

/* How much of buf snprintf really filled. */
static size_t
printed(int result, size_t room)
{
	if (result < 0)
		return 0;
	return (size_t)result < room ? (size_t)result : room - 1;
}

static size_t
print_start(char *line, size_t room, enum log_level level, const char *event)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	return printed(snprintf(line, room,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ level=%s process=%s "
	    "event=%s ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000,
	    level_names[level], self.process, event), room);
}

static bool
is_printable(char c)
{
	return c >= 0x20 && c < 0x7f;
}

void
log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	size_t room = sizeof(line) - 1; /* for the newline */
	size_t len;
	va_list args;

	if (level < self.least)
		return;
	len = print_start(line, room, level, event);
	va_start(args, fmt);
	len += printed(vsnprintf(line + len, room - len, fmt, args), room - len);
	va_end(args);
	for (size_t i = 0; i < len; i++)
		if (!is_printable(line[i]))
			line[i] = '?';
	while (len > 0 && line[len - 1] == ' ')
		len--;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0)
		return; /* there is nowhere left to say so */
}

void
fatal(const char *fmt, ...)
{
	char reason[LINE_MAX_BYTES / 2];
	char value[LINE_MAX_BYTES - 256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	log_event(LOG_ERROR, "fatal", "reason=%s",
	    log_value(reason, strlen(reason), value, sizeof(value)));
	exit(1);
}

static bool
is_bare(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_printable(text[i]) || strchr(" \"=\\", text[i]) != NULL)
			return false;
	return len > 0;
}

/* One byte as it stands between quotes. */
static size_t
escape(char c, char out[static 5])
{
	if (c == '"' || c == '\\')
		return printed(snprintf(out, 5, "\\%c", c), 5);
	if (is_printable(c))
		return printed(snprintf(out, 5, "%c", c), 5);
	return printed(snprintf(out, 5, "\\x%02x", (unsigned char)c), 5);
}

const char *
log_value(const char *text, size_t len, char *out, size_t max)
{
	static const char cut[] = "...\"";
	size_t at = 0;

	if (is_bare(text, len) && len < max) {
		memcpy(out, text, len);
		out[len] = '\0';
		return out;
	}
	if (max < sizeof(cut) + 1) {
		snprintf(out, max, "%s", "");
		return out;
	}
	out[at++] = '"';
	for (size_t i = 0; i < len; i++) {
		char piece[5];
		size_t n = escape(text[i], piece);
		size_t tail = i + 1 < len ? sizeof(cut) : 2;

		if (at + n + tail > max) {
			memcpy(out + at, cut, sizeof(cut));
			return out;
		}
		memcpy(out + at, piece, n);
		at += n;
	}
	out[at++] = '"';
	out[at] = '\0';
	return out;
}

bool
log_limit_allows(struct log_limit *limit, unsigned per_minute,
    unsigned *kept_back)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	*kept_back = 0;
	if (limit->minute_at == 0 || now.tv_sec - limit->minute_at >= 60) {
		*kept_back = limit->kept_back;
		*limit = (struct log_limit){ .minute_at = now.tv_sec };
	}
	if (limit->said < per_minute) {
		limit->said++;
		return true;
	}
	limit->kept_back++;
	return false;
}
