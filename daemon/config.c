/*
 * config.c — the table of settings, and the few lines that read a file by
 * it, print the sample from it and compare two readings through it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "arena.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#define LINE_MAX_BYTES 1024
#define FILE_MAX_BYTES (1024 * 1024)
#define MANY 1000000000

enum setting_type {
	SETTING_TEXT,    /* not empty */
	SETTING_MAYBE,   /* text that may be empty */
	SETTING_ADDRESS,
	SETTING_LOOPBACK, /* an address that is not reachable from outside, or empty */
	SETTING_LEVEL,
	SETTING_NUMBER
};

struct setting {
	const char *name;
	size_t offset;
	enum setting_type type;
	int min, max;
	bool may_reload;
	const char *initial;
	const char *sentence;
};

#define AT(field) #field, offsetof(struct config, field)
#define RELOADS true
#define STAYS false

static const struct setting settings[] = {
	{ AT(systems_listen), SETTING_ADDRESS, 0, 0, STAYS,
	  "0.0.0.0:8443",
	  "Where school systems and officers' tools connect (mutual TLS): "
	  "ADDRESS:PORT, [IPV6]:PORT or unix:/PATH." },
	{ AT(internal_listen), SETTING_LOOPBACK, 0, 0, STAYS,
	  "127.0.0.1:8444",
	  "Where /healthz, /readyz and /metrics answer, without TLS; "
	  "loopback or unix:/PATH only; empty for nowhere." },
	{ AT(server_names), SETTING_TEXT, 0, 0, RELOADS,
	  "localhost, 127.0.0.1",
	  "The names this server answers for, comma separated: what the "
	  "Host field of a request may say." },
	{ AT(workers), SETTING_NUMBER, 0, 64, STAYS, "0",
	  "Worker processes; 0 for one per processor core." },
	{ AT(log_level), SETTING_LEVEL, 0, 0, RELOADS,
	  "info",
	  "The least level that is logged: debug, info, warning or error." },
	{ AT(tls_certificate), SETTING_TEXT, 0, 0, RELOADS,
	  "/etc/sencod/tls/server.pem",
	  "The server's certificate and its chain (PEM)." },
	{ AT(tls_key), SETTING_TEXT, 0, 0, RELOADS,
	  "/etc/sencod/tls/server.key",
	  "The private key of that certificate (PEM)." },
	{ AT(tls_client_ca), SETTING_TEXT, 0, 0, RELOADS,
	  "/etc/sencod/tls/clients-ca.pem",
	  "The authorities that may have signed clients' certificates (PEM)." },
	{ AT(tls_client_crl), SETTING_MAYBE, 0, 0, RELOADS,
	  "",
	  "The revocation list of those authorities (PEM); empty for none. "
	  "Once it is out of date no client is let in." },
	{ AT(database), SETTING_TEXT, 0, 0, STAYS,
	  "host=/run/postgresql dbname=sencod user=sencod",
	  "How to reach PostgreSQL (a libpq connection string)." },
	{ AT(database_connections), SETTING_NUMBER, 1, 64, STAYS, "4",
	  "Database connections of each worker." },
	{ AT(statement_timeout_ms), SETTING_NUMBER, 100, MANY, RELOADS, "10000",
	  "After this time the database gives up a statement." },
	{ AT(queue_max), SETTING_NUMBER, 1, MANY, RELOADS, "500",
	  "Requests of a worker that may wait for a database connection; "
	  "more are answered 503." },
	{ AT(queue_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "5000",
	  "How long one may wait there before it is answered 503." },
	{ AT(connections_max), SETTING_NUMBER, 1, MANY, RELOADS, "10000",
	  "Connections of each worker." },
	{ AT(connections_per_address_max), SETTING_NUMBER, 1, MANY, RELOADS, "64",
	  "Of these, from one IPv4 address or one IPv6 /56 network." },
	{ AT(handshakes_max), SETTING_NUMBER, 1, MANY, RELOADS, "2000",
	  "Of these, with an unfinished TLS handshake; above it the oldest "
	  "is closed." },
	{ AT(handshake_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "10000",
	  "From the connection to the end of its TLS handshake." },
	{ AT(head_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "10000",
	  "From the first to the last byte of a request's head." },
	{ AT(body_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "30000",
	  "The grace a request's body has before the minimum rate counts." },
	{ AT(body_rate_min), SETTING_NUMBER, 1, MANY, RELOADS, "4096",
	  "The slowest a body may arrive or a reply be taken, in bytes a "
	  "second." },
	{ AT(idle_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "60000",
	  "How long a connection may do nothing between requests." },
	{ AT(write_timeout_ms), SETTING_NUMBER, 10, MANY, RELOADS, "30000",
	  "The grace the taking of a reply has before the minimum rate "
	  "counts." },
	{ AT(connection_age_max_ms), SETTING_NUMBER, 100, MANY, RELOADS, "3600000",
	  "The age at which a connection ends after its reply; at twice the "
	  "age it is cut." },
	{ AT(connection_requests_max), SETTING_NUMBER, 1, MANY, RELOADS, "1000",
	  "The requests after which a connection ends." },
	{ AT(drain_timeout_ms), SETTING_NUMBER, 0, MANY, RELOADS, "30000",
	  "How long requests in flight may take to finish when the server "
	  "stops." },
	{ AT(housekeeping_s), SETTING_NUMBER, 1, 86400, RELOADS, "600",
	  "How often old rows are deleted and settings that fell silent are "
	  "told, in seconds." },
	{ AT(feed_days), SETTING_NUMBER, 1, 3650, RELOADS, "90",
	  "How long the change feed reaches back; who comes later gets a "
	  "fresh export." },
	{ AT(answer_days), SETTING_NUMBER, 1, 3650, RELOADS, "30",
	  "How long a batch sent again gets its stored answer." },
	{ AT(body_max_bytes), SETTING_NUMBER, 1024, MANY, RELOADS, "8388608",
	  "The longest JSON body." },
	{ AT(import_max_bytes), SETTING_NUMBER, 1024, MANY, RELOADS, "134217728",
	  "The longest register file." },
	{ AT(xlsx_rows_max), SETTING_NUMBER, 1, 1048575, RELOADS, "1048575",
	  "The most rows a workbook (XLSX) may have; a sheet holds no more "
	  "than that and its heading." },
	{ AT(bodies_max_bytes), SETTING_NUMBER, 1024, 2147483647, RELOADS, "536870912",
	  "All bodies a worker holds in memory at once; above it requests "
	  "are answered 503." },
};

static const char **
text_of(struct config *config, const struct setting *setting)
{
	return (const char **)(void *)((char *)config + setting->offset);
}

static int *
number_of(struct config *config, const struct setting *setting)
{
	return (int *)(void *)((char *)config + setting->offset);
}

static bool
check_address(const struct setting *setting, const char *text,
    struct problem *why)
{
	struct address address;

	if (setting->type == SETTING_LOOPBACK && text[0] == '\0')
		return true;
	if (!address_parse(text, &address, why))
		return false;
	if (setting->type == SETTING_LOOPBACK && !address_is_loopback(&address))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be a loopback address or a unix socket");
	return true;
}

static bool
check_text(const struct setting *setting, const char *text,
    struct problem *why)
{
	enum log_level level;

	switch (setting->type) {
	case SETTING_ADDRESS:
	case SETTING_LOOPBACK:
		return check_address(setting, text, why);
	case SETTING_LEVEL:
		return log_level_find(text, &level)
		       || problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be debug, info, warning or error");
	case SETTING_TEXT:
		return text[0] != '\0'
		       || problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must not be empty");
	default:
		return true;
	}
}

static bool
read_number(const struct setting *setting, struct slice value, int *out,
    struct problem *why)
{
	int64_t number;

	if (!text_read_uint(value, &number) || number < setting->min
	    || number > setting->max)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be a whole number from %d to %d",
		    setting->min, setting->max);
	*out = (int)number;
	return true;
}

static bool
assign(struct config *config, const struct setting *setting,
    struct slice value, struct problem *why)
{
	struct problem inner = { 0 };
	char *text = arena_text(config->memory, value.at, value.len);

	if (setting->type == SETTING_NUMBER) {
		if (read_number(setting, value, number_of(config, setting),
		    &inner))
			return true;
	} else if (check_text(setting, text, &inner)) {
		*text_of(config, setting) = text;
		return true;
	}
	return problem_set(why, inner.slug, NULL, "%s %s", setting->name,
	    inner.detail);
}

static const struct setting *
setting_find(struct slice name)
{
	for (size_t i = 0; i < nitems(settings); i++)
		if (slice_is(name, settings[i].name))
			return &settings[i];
	return NULL;
}

/* One line of the file; seen remembers which settings it has given. */
static bool
read_line(struct config *config, struct slice line, bool *seen,
    struct problem *why)
{
	const struct setting *setting;
	const char *equals;
	struct slice name, value;

	line = slice_trim(line);
	if (line.len == 0 || line.at[0] == '#')
		return true;
	if (line.len > LINE_MAX_BYTES)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "the line is longer than %d bytes", LINE_MAX_BYTES);
	if (memchr(line.at, '\0', line.len) != NULL
	    || !text_is_utf8(line.at, line.len))
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "the line is not UTF-8 text");
	equals = memchr(line.at, '=', line.len);
	if (equals == NULL)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "a line must be \"setting = value\" or a # comment");
	name = slice_trim((struct slice){ line.at,
	                                  (size_t)(equals - line.at) });
	setting = setting_find(name);
	if (setting == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_FIELD, NULL,
		    "there is no setting \"%.*s\"",
		    name.len > 64 ? 64 : (int)name.len, name.at);
	if (seen[setting - settings])
		return problem_set(why, PROBLEM_DUPLICATE_FIELD, NULL,
		    "%s is given a second time", setting->name);
	seen[setting - settings] = true;
	equals++;
	value.at = equals;
	value.len = line.len - (size_t)(equals - line.at);
	value = slice_trim(value);
	return assign(config, setting, value, why);
}

static bool
read_lines(struct config *config, const char *path, const struct buf *text,
    struct problem *why)
{
	bool seen[nitems(settings)] = { false };
	size_t at = 0;
	unsigned number = 0;

	while (at < text->len) {
		const char *line = text->at + at;
		const char *end = memchr(line, '\n', text->len - at);
		size_t len = end == NULL ? text->len - at : (size_t)(end - line);
		size_t cut = len > 0 && line[len - 1] == '\r' ? 1 : 0;

		number++;
		if (!read_line(config, (struct slice){ line, len - cut },
		    seen, why)) {
			file_place(why, path, number);
			return false;
		}
		at += len + 1;
	}
	return true;
}

static struct config *
config_new(void)
{
	struct config *config = mem_alloc(sizeof(*config));
	struct arena *arena = mem_alloc(sizeof(*arena));
	struct problem why = { 0 };

	arena_init(arena);
	config->memory = arena;
	for (size_t i = 0; i < nitems(settings); i++)
		if (!assign(config, &settings[i],
		    slice_of(settings[i].initial), &why))
			fatal("default of %s", why.detail);
	return config;
}

static bool
check_together(const struct config *config, struct problem *why)
{
	if (config->body_max_bytes > config->bodies_max_bytes)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "body_max_bytes must not be more than "
		    "bodies_max_bytes");
	if (config->import_max_bytes > config->bodies_max_bytes)
		return problem_set(why, PROBLEM_MALFORMED_FIELD, NULL,
		    "import_max_bytes must not be more than "
		    "bodies_max_bytes");
	return true;
}

struct config *
config_read(const char *path, struct problem *why)
{
	struct config *config = config_new();
	struct buf text;
	bool is_good = false;

	buf_init(&text);
	if (path != NULL) {
		if (!file_read(path, FILE_MAX_BYTES, &text, why)
		    || !read_lines(config, path, &text, why))
			goto done;
	}
	is_good = check_together(config, why);
	if (!is_good && path != NULL)
		file_place(why, path, 0);
done:
	buf_release(&text);
	if (is_good)
		return config;
	config_free(config);
	return NULL;
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	arena_release(config->memory);
	free(config->memory);
	free(config);
}

void
config_print(FILE *out)
{
	fputs("# sencod.conf — every setting with its default; made by "
	    "`sencod --print-config`.\n"
	    "# Check a changed file with `sencod -n -c FILE`, then reload "
	    "with SIGHUP.\n", out);
	for (size_t i = 0; i < nitems(settings); i++)
		fprintf(out, "\n# %s%s\n%s =%s%s\n", settings[i].sentence,
		    settings[i].may_reload ? "" : " Needs a restart.",
		    settings[i].name, settings[i].initial[0] == '\0' ? "" : " ",
		    settings[i].initial);
}

static bool
is_same(const struct config *a, const struct config *b,
    const struct setting *setting)
{
	struct config *left = (struct config *)(uintptr_t)a;
	struct config *right = (struct config *)(uintptr_t)b;

	if (setting->type == SETTING_NUMBER)
		return *number_of(left, setting) == *number_of(right, setting);
	return strcmp(*text_of(left, setting), *text_of(right, setting)) == 0;
}

bool
config_is_same(const struct config *a, const struct config *b)
{
	for (size_t i = 0; i < nitems(settings); i++)
		if (!is_same(a, b, &settings[i]))
			return false;
	return true;
}

bool
config_needs_restart(const struct config *was, const struct config *is)
{
	bool needs = false;

	for (size_t i = 0; i < nitems(settings); i++) {
		if (settings[i].may_reload || is_same(was, is, &settings[i]))
			continue;
		needs = true;
		log_event(LOG_WARNING, "needs_restart", "setting=%s",
		    settings[i].name);
	}
	return needs;
}
