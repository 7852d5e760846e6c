/*
 * options.h — the command line read by tables: --name VALUE, --name=VALUE,
 * --name for a switch; "--" ends the options, "-" alone is an argument.
 * Texts are borrowed from argv.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "common.h"
#include "problem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A table ends with a row without a name. */
struct option_row {
	const char *name;     /* "setting" is written --setting */
	const char *value;    /* what follows, for the help; NULL for a switch */
	const char *sentence;
};

struct option_given {
	const struct option_row *row;
	const char *value;    /* NULL for a switch */
};

struct options {
	struct option_given *given; /* in the order given */
	size_t given_len;
	const char **args;           /* what is no option */
	size_t args_len;
};

void options_init(struct options *, int argc);
void options_release(struct options *);

/*
 * Reads on until the end; when stops_at_word, until the first argument, which
 * stays unread. *argv moves along. tables is NULL-terminated; a name in two
 * of them is the earlier one's.
 */
bool options_read(struct options *, const struct option_row *const tables[],
    char ***argv, bool stops_at_word, struct problem *) must_check;

bool options_has(const struct options *, const char *name);
/* The last value given, or NULL. */
const char *options_text(const struct options *, const char *name);
/* The same, but only as a row of that table: two tables may share a name. */
const char *options_text_in(const struct options *,
    const struct option_row *table, const char *name);
/* Every value given, in order; answers how many. out may be NULL. */
size_t options_list(const struct options *, const char *name,
    const char **out);
/* A whole number in min..max, or fallback when not given. */
bool options_number(const struct options *, const char *name, long min,
    long max, long *out, struct problem *) must_check;

void options_print_help(const struct option_row *table, FILE *);

#endif
