/*
 * identity.c — the settings of the two programs as one table, and the three
 * places each is looked for. The configuration file is lines of key = value
 * with '#' comments; a relative file name in it starts at its folder.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "identity.h"

#include "key_file.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct option_row identity_options[] = {
	{ "url",    "URL",  "the server, https://host:port" },
	{ "ca",     "FILE", "certificates of the authorities that vouch for the server" },
	{ "cert",   "FILE", "our certificate (PEM)" },
	{ "key",    "FILE", "its private key (PEM)" },
	{ "config", "FILE", "settings as key = value (default ~/.config/sencod/client.conf)" },
	{ "help",   NULL,   "this text" },
	{ NULL },
};

static const struct setting {
	const char *name;        /* of the option and in the file */
	const char *environment;
	const char *what;
	size_t offset;           /* in struct identity */
	bool is_needed, is_file;
} settings[] = {
	{ "url",     "SENCOD_URL",     "the server's address",
	  offsetof(struct identity, url), true, false },
	{ "ca",      "SENCOD_CA",      "the CA file that vouches for the server",
	  offsetof(struct identity, ca), true, true },
	{ "cert",    "SENCOD_CERT",    "the certificate file",
	  offsetof(struct identity, cert), true, true },
	{ "key",     "SENCOD_KEY",     "the private key file",
	  offsetof(struct identity, key), true, true },
	{ "setting", "SENCOD_SETTING", "the setting sent for",
	  offsetof(struct identity, setting), false, false },
	{ "smtp",    "SENCOD_SMTP",    "the mail server",
	  offsetof(struct identity, smtp), false, false },
	{ "sender",  "SENCOD_SENDER",  "the sender of letters",
	  offsetof(struct identity, sender), false, false },
};

static const char **
setting_slot(struct identity *identity, const struct setting *setting)
{
	return (const char **)(void *)((char *)identity + setting->offset);
}

static const struct setting *
setting_find(struct slice name)
{
	for (size_t i = 0; i < nitems(settings); i++)
		if (slice_is(name, settings[i].name))
			return &settings[i];
	return NULL;
}

/* What the lines of one configuration file are read into. */
struct intake {
	struct identity *identity;
	const char *path;
	struct arena *arena;
};

/* A file named in the configuration file is looked for beside it. */
static const char *
setting_value(const struct setting *setting, struct slice value,
    const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	if (setting->is_file && value.at[0] != '/' && slash != NULL)
		return arena_print(arena, "%.*s/%.*s", (int)(slash - path),
		    path, (int)value.len, value.at);
	return arena_text(arena, value.at, value.len);
}

static bool
line_read(void *owner, const struct key_line *line, struct problem *why)
{
	struct intake *intake = owner;
	const struct setting *setting = setting_find(line->key);

	if (setting == NULL || line->section.len > 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "there is no setting \"%.*s\"; there are "
		    "url, ca, cert, key, setting, smtp and sender",
		    (int)line->key.len, line->key.at);
	if (line->value.len == 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "%s has no value", setting->name);
	*setting_slot(intake->identity, setting) =
	    setting_value(setting, line->value, intake->path, intake->arena);
	return true;
}

static bool
file_read(struct identity *identity, const char *path, bool is_needed,
    struct arena *arena, struct problem *why)
{
	struct intake intake = { identity, path, arena };

	return key_file_read(path, is_needed, line_read, &intake, why);
}

static const char *
default_file(struct arena *arena)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		return arena_print(arena, "%s/sencod/client.conf", config);
	if (home != NULL && home[0] == '/')
		return arena_print(arena, "%s/.config/sencod/client.conf",
		    home);
	return NULL;
}

static bool
url_check(struct identity *identity, struct arena *arena, struct problem *why)
{
	size_t len = strlen(identity->url);

	while (len > 0 && identity->url[len - 1] == '/')
		len--;
	if (strncmp(identity->url, "https://", 8) != 0 || len <= 8 ||
	    strcspn(identity->url, "?# ") < len)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "the server's address must be like "
		    "https://sencod.example.gov.uk:8443, not \"%s\"",
		    identity->url);
	identity->url = arena_text(arena, identity->url, len);
	return true;
}

static bool
setting_check(const struct setting *setting, const char *value,
    struct problem *why)
{
	if (value == NULL && setting->is_needed)
		return problem_set(why, PROBLEM_MISSING_PARAMETER, NULL,
		    "%s is not known: give --%s, or %s = … in the "
		    "configuration file, or set %s", setting->what,
		    setting->name, setting->name,
		    setting->environment);
	if (value != NULL && setting->is_file && access(value, R_OK) < 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, value,
		    "%s cannot be read: %s", setting->what,
		    strerror(errno));
	return true;
}

bool
identity_resolve(struct identity *identity, const struct options *options,
    struct arena *arena, struct problem *why)
{
	const char *path = options_text(options, "config");
	bool is_named = path != NULL;

	*identity = (struct identity){ 0 };
	if (!is_named)
		path = default_file(arena);
	if (path != NULL && !file_read(identity, path, is_named, arena, why))
		return false;
	for (size_t i = 0; i < nitems(settings); i++) {
		const char **slot = setting_slot(identity, &settings[i]);
		const char *given = settings[i].is_needed ?
		    options_text_in(options, identity_options,
		    settings[i].name) :
		    options_text(options, settings[i].name);
		const char *around = getenv(settings[i].environment);

		if (given != NULL)
			*slot = given;
		else if (*slot == NULL && around != NULL && around[0] != '\0')
			*slot = around;
		if (!setting_check(&settings[i], *slot, why))
			return false;
	}
	return url_check(identity, arena, why);
}
