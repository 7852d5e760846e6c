/*
 * options.c — the command line read by tables. getopt_long is not used: it
 * permutes argv, abbreviates names (so that a new option can break an old
 * script) and prints its own complaints.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
options_init(struct options *options, int argc)
{
	size_t most = argc > 0 ? (size_t)argc : 1;

	*options = (struct options){
		.given = calloc(most, sizeof(struct option_given)),
		.args = calloc(most, sizeof(char *)),
	};
	assert(options->given != NULL && options->args != NULL);
}

void
options_release(struct options *options)
{
	free(options->given);
	free(options->args);
	*options = (struct options){ 0 };
}

static const struct option_row *
row_find(const struct option_row *const tables[], struct slice name)
{
	for (size_t t = 0; tables[t] != NULL; t++)
		for (const struct option_row *row = tables[t];
		    row->name != NULL; row++)
			if (slice_is(name, row->name))
				return row;
	return NULL;
}

/* One option, with its value from behind the "=" or from the next word. */
static bool
option_read(struct options *options, const struct option_row *const tables[],
    char ***argv, struct problem *why)
{
	const char *word = *(*argv)++ + 2;
	size_t len = strcspn(word, "=");
	const struct option_row *row =
	    row_find(tables, (struct slice){ word, len });
	const char *value = word[len] == '=' ? word + len + 1 : NULL;

	if (row == NULL)
		return problem_set(why, PROBLEM_UNKNOWN_PARAMETER, NULL,
		    "there is no option --%.*s here", (int)len, word);
	if (row->value == NULL && value != NULL)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "--%s takes no value", row->name);
	if (row->value != NULL && value == NULL) {
		if (**argv == NULL)
			return problem_set(why, PROBLEM_MISSING_PARAMETER,
			    NULL, "--%s needs %s after it", row->name,
			    row->value);
		value = *(*argv)++;
	}
	options->given[options->given_len++] =
	    (struct option_given){ row, value };
	return true;
}

bool
options_read(struct options *options, const struct option_row *const tables[],
    char ***argv, bool stops_at_word, struct problem *why)
{
	bool all_args = false;

	while (**argv != NULL) {
		const char *word = **argv;

		if (!all_args && strcmp(word, "--") == 0) {
			all_args = true;
			(*argv)++;
		} else if (!all_args && strncmp(word, "--", 2) == 0) {
			if (!option_read(options, tables, argv, why))
				return false;
		} else if (!all_args && word[0] == '-' && word[1] != '\0') {
			return problem_set(why, PROBLEM_UNKNOWN_PARAMETER,
			    NULL, "there is no option %s here", word);
		} else if (stops_at_word) {
			return true;
		} else {
			options->args[options->args_len++] = word;
			(*argv)++;
		}
	}
	return true;
}

bool
options_has(const struct options *options, const char *name)
{
	return options_list(options, name, NULL) > 0;
}

const char *
options_text(const struct options *options, const char *name)
{
	for (size_t i = options->given_len; i > 0; i--)
		if (strcmp(options->given[i - 1].row->name, name) == 0)
			return options->given[i - 1].value;
	return NULL;
}

const char *
options_text_in(const struct options *options, const struct option_row *table,
    const char *name)
{
	const struct option_row *const tables[] = { table, NULL };
	const struct option_row *row = row_find(tables, slice_of(name));

	for (size_t i = options->given_len; i > 0; i--)
		if (options->given[i - 1].row == row)
			return options->given[i - 1].value;
	return NULL;
}

size_t
options_list(const struct options *options, const char *name,
    const char **out)
{
	size_t len = 0;

	for (size_t i = 0; i < options->given_len; i++) {
		if (strcmp(options->given[i].row->name, name) != 0)
			continue;
		if (out != NULL)
			out[len] = options->given[i].value;
		len++;
	}
	return len;
}

bool
options_number(const struct options *options, const char *name, long min,
    long max, long *out, struct problem *why)
{
	const char *text = options_text(options, name);
	int64_t number;

	if (text == NULL)
		return true;
	if (!text_read_uint(slice_of(text), &number) || number < min ||
	    number > max)
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "--%s must be a whole number from %ld to %ld",
		    name, min, max);
	*out = (long)number;
	return true;
}

void
options_print_help(const struct option_row *table, FILE *out)
{
	for (; table->name != NULL; table++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", table->name,
		    table->value != NULL ? " " : "",
		    table->value != NULL ? table->value : "");
		fprintf(out, "    %-26s %s\n", left, table->sentence);
	}
}
