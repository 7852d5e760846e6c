/*
 * config.c — the table of the agent's settings, and the few lines that read
 * the file by it and print it from it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "fields.h"
#include "identifiers.h"
#include "key_file.h"

#include <stddef.h>
#include <string.h>

enum setting_type {
	SETTING_TEXT,
	SETTING_FILE,    /* a relative name starts at the agent's folder */
	SETTING_URL,
	SETTING_REF,     /* of a school or nursery */
	SETTING_FORMAT,
	SETTING_KINDS,   /* may be empty */
	SETTING_NUMBER,
};

struct setting {
	const char *name;
	size_t offset;
	enum setting_type type;
	int min, max;
	const char *initial;  /* NULL: must be given */
	const char *sentence;
};

#define AT(field) #field, offsetof(struct config, field)

static const struct setting settings[] = {
	{ AT(server), SETTING_URL, 0, 0, NULL,
	  "The authority's server: https://HOST:PORT." },
	{ AT(setting), SETTING_REF, 0, 0, NULL,
	  "Whom the records are of: urn:106283, ofsted:EY478461 or "
	  "laestab:3582000." },
	{ AT(ca), SETTING_FILE, 0, 0, "keys/authority.pem",
	  "The certificate by which the server is recognised; the authority "
	  "hands it out." },
	{ AT(certificate), SETTING_FILE, 0, 0, "keys/agent.pem",
	  "Our certificate; `senco-sync enrol --certificate FILE` puts it "
	  "here." },
	{ AT(key), SETTING_FILE, 0, 0, "keys/agent.key",
	  "Our private key; `senco-sync enrol` makes it. It never leaves this "
	  "computer." },
	{ AT(inbox), SETTING_FILE, 0, 0, "inbox",
	  "The folder your management information system writes into: "
	  "Common Transfer Files (*.xml), KIND.csv or NAME.KIND.csv, "
	  "*.ndjson." },
	{ AT(outbox), SETTING_FILE, 0, 0, "outbox",
	  "The folder in which what the authority holds is laid out." },
	{ AT(state), SETTING_FILE, 0, 0, "state.sqlite",
	  "The agent's memory. It holds children's records: keep it private. "
	  "It may be lost: it is made anew from the server." },
	{ AT(mapping), SETTING_FILE, 0, 0, "mapping.conf",
	  "What your system's columns and codes are called here." },
	{ AT(format), SETTING_FORMAT, 0, 0, "csv",
	  "The form of the files in the outbox: csv or ndjson." },
	{ AT(full_roll), SETTING_KINDS, 0, 0, "",
	  "Kinds of which the inbox always holds all records, as child, "
	  "placement, need: who is missing there has left. Empty: what is "
	  "missing is never deleted." },
	{ AT(settle_seconds), SETTING_NUMBER, 0, 3600, "5",
	  "A file is read when nothing has changed it for this long." },
	{ AT(look_seconds), SETTING_NUMBER, 1, 86400, "60",
	  "How often `watch` looks into the inbox although nothing called it." },
	{ AT(wait_seconds), SETTING_NUMBER, 1, 60, "30",
	  "How long the server may hold a question for news." },
	{ AT(verify_hours), SETTING_NUMBER, 1, 720, "24",
	  "How often `watch` proves that both sides hold the same." },
	{ AT(retry_seconds), SETTING_NUMBER, 0, 86400, "600",
	  "How long `push` and `pull` go on when the server is away; `watch` "
	  "never gives up." },
};

struct intake {
	struct config *config;
	struct arena *arena;
	bool seen[nitems(settings)];
};

static const char **
text_of(const struct config *config, const struct setting *setting)
{
	return (const char **)(void *)((char *)(uintptr_t)config +
	       setting->offset);
}

static int *
number_of(const struct config *config, const struct setting *setting)
{
	return (int *)(void *)((char *)(uintptr_t)config + setting->offset);
}

static const struct setting *
setting_find(struct slice name)
{
	for (size_t i = 0; i < nitems(settings); i++)
		if (slice_is(name, settings[i].name))
			return &settings[i];
	return NULL;
}

/* Cuts the next name off a comma-separated list. */
static struct slice
next_name(struct slice *rest)
{
	const char *comma = memchr(rest->at, ',', rest->len);
	struct slice name = *rest;

	if (comma != NULL)
		name.len = (size_t)(comma - rest->at);
	rest->at += name.len + (comma != NULL);
	rest->len -= name.len + (comma != NULL);
	return slice_trim(name);
}

static bool
kinds_check(struct slice value, struct problem *why)
{
	while (value.len > 0) {
		struct slice name = next_name(&value);

		if (kind_find(sync_kinds, name) == NULL)
			return problem_set(why, PROBLEM_UNKNOWN_KIND, NULL,
			    "names \"%.*s\", which is no kind of record",
			    (int)name.len, name.at);
	}
	return true;
}

static bool
url_check(struct slice value, struct problem *why)
{
	if (value.len <= 8 || memcmp(value.at, "https://", 8) != 0 ||
	    memchr(value.at + 8, '/', value.len - 8) != NULL)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "must be like https://sencod.example.gov.uk:8443");
	return true;
}

static bool
text_check(const struct setting *setting, struct slice value,
    struct problem *why)
{
	switch (setting->type) {
	case SETTING_URL:
		return url_check(value, why);
	case SETTING_REF:
		return setting_ref_is_valid(value) || problem_set(why,
		    PROBLEM_MALFORMED_PARAMETER, NULL, "must be like "
		    "urn:106283, ofsted:EY478461 or laestab:3582000");
	case SETTING_FORMAT:
		return slice_is(value, "csv") || slice_is(value, "ndjson") ||
		       problem_set(why, PROBLEM_UNKNOWN_CODE, NULL,
		    "must be csv or ndjson");
	case SETTING_KINDS:
		return kinds_check(value, why);
	default:
		return value.len > 0 || problem_set(why,
		    PROBLEM_MALFORMED_FIELD, NULL, "must not be empty");
	}
}

static const char *
text_kept(struct intake *intake, const struct setting *setting,
    struct slice value)
{
	if (setting->type == SETTING_FILE && value.at[0] != '/')
		return arena_print(intake->arena, "%s/%.*s",
		    intake->config->folder, (int)value.len, value.at);
	return arena_text(intake->arena, value.at, value.len);
}

static bool
assign(struct intake *intake, const struct setting *setting,
    struct slice value, struct problem *why)
{
	struct problem inner = { 0 };
	int64_t number;

	if (setting->type == SETTING_NUMBER) {
		if (text_read_uint(value, &number) && number >= setting->min &&
		    number <= setting->max) {
			*number_of(intake->config, setting) = (int)number;
			return true;
		}
		(void)problem_set(&inner, PROBLEM_MALFORMED_FIELD, NULL,
		    "must be a whole number from %d to %d", setting->min,
		    setting->max);
	} else if (text_check(setting, value, &inner)) {
		*text_of(intake->config, setting) =
		    text_kept(intake, setting, value);
		return true;
	}
	return problem_set(why, inner.slug, NULL, "%s %s", setting->name,
	    inner.detail);
}

static bool
line_taken(void *owner, const struct key_line *line, struct problem *why)
{
	struct intake *intake = owner;
	const struct setting *setting = setting_find(line->key);

	if (setting == NULL || line->section.len > 0)
		return problem_set(why, PROBLEM_UNKNOWN_FIELD, NULL,
		    "there is no setting \"%.*s\"",
		    line->key.len > 64 ? 64 : (int)line->key.len,
		    line->key.at);
	if (intake->seen[setting - settings])
		return problem_set(why, PROBLEM_DUPLICATE_FIELD, NULL,
		    "%s is given a second time", setting->name);
	intake->seen[setting - settings] = true;
	return assign(intake, setting, line->value, why);
}

static bool
defaults_set(struct intake *intake, struct problem *why)
{
	for (size_t i = 0; i < nitems(settings); i++)
		if (settings[i].initial != NULL && !assign(intake,
		    &settings[i], slice_of(settings[i].initial), why))
			return false;
	return true;
}

bool
config_read(struct config *config, const char *folder, struct arena *arena,
    struct problem *why)
{
	struct intake intake = { config, arena, { false } };
	const char *path = arena_print(arena, "%s/%s", folder, CONFIG_FILE);

	*config = (struct config){ .folder = folder };
	if (!defaults_set(&intake, why) ||
	    !key_file_read(path, true, line_taken, &intake, why))
		return false;
	for (size_t i = 0; i < nitems(settings); i++)
		if (settings[i].initial == NULL && !intake.seen[i])
			return problem_set(why, PROBLEM_MISSING_PARAMETER,
			    path, "there is no line %s = …",
			    settings[i].name);
	return true;
}

static void
value_print(const struct config *config, const struct setting *setting,
    FILE *out)
{
	const char *value = setting->initial;

	if (setting->type != SETTING_NUMBER &&
	    *text_of(config, setting) != NULL)
		value = *text_of(config, setting);
	if (value != NULL && value[0] != '\0')
		fprintf(out, " %s", value);
}

void
config_print(const struct config *config, FILE *out)
{
	fputs("# senco-sync.conf — how this school's agent works. A name that "
	    "begins with no / is\n# looked for in this folder. What can be "
	    "asked: senco-sync help.\n", out);
	for (size_t i = 0; i < nitems(settings); i++) {
		fprintf(out, "\n# %s\n%s =", settings[i].sentence,
		    settings[i].name);
		value_print(config, &settings[i], out);
		fputc('\n', out);
	}
}

bool
config_is_full_roll(const struct config *config, struct slice kind)
{
	struct slice rest = slice_of(config->full_roll);

	while (rest.len > 0) {
		struct slice name = next_name(&rest);

		if (name.len == kind.len &&
		    memcmp(name.at, kind.at, kind.len) == 0)
			return true;
	}
	return false;
}
