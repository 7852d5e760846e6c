/*
 * commands.c — the table of sub-commands and the help made from it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "calls.h"
#include "common.h"
#include "identity.h"

#include <string.h>

static const struct command own_commands[] = {
	{ "whoami", "", 0, 0,
	  "who the server takes us for", NULL, whoami_run },
	{ "settings", "", 0, 0,
	  "the settings we may see", settings_options, settings_run },
	{ "import gias", "FILE", 1, 1,
	  "bring in the register of schools (\"-\" reads standard input)",
	  import_options, import_gias_run },
	{ "import ofsted", "FILE", 1, 1,
	  "bring in Ofsted's register of childcare providers",
	  import_options, import_ofsted_run },
	{ "report caseload", "[ID]", 0, 1,
	  "an Area SENCO's settings and how they are",
	  caseload_options, caseload_run },
	{ "report transitions", "", 0, 0,
	  "who changes phase in a year, and what is late",
	  transitions_options, transitions_run },
	{ "freshness", "", 0, 0,
	  "when settings were heard of, and which are silent",
	  freshness_options, freshness_run },
	{ "clients list", "", 0, 0,
	  "the systems and people that hold certificates",
	  NULL, clients_list_run },
	{ "clients add", "", 0, 0,
	  "let a certificate in", clients_add_options, clients_add_run },
	{ "clients revoke", "ID", 1, 1,
	  "shut a client out", NULL, clients_revoke_run },
	{ "identities candidates", "", 0, 0,
	  "children that may be one",
	  identities_candidates_options, identities_candidates_run },
	{ "identities merge", "CHILD_ID INTO_ID", 2, 2,
	  "two children are one: the first becomes the second",
	  identities_merge_options, identities_merge_run },
	{ "identities split", "CHILD_ID SETTING SOURCE_ID", 3, 3,
	  "a setting's record is of another child",
	  NULL, identities_split_run },
	{ "proposals accept", "ID", 1, 1,
	  "do what a setting proposed", NULL, proposals_accept_run },
	{ "proposals decline", "ID", 1, 1,
	  "leave the fact as it is, and tell the setting why",
	  proposals_decline_options, proposals_decline_run },
	{ "proposals", "", 0, 0,
	  "what settings said about facts the authority owns",
	  proposals_options, proposals_run },
	{ "ehc transfer", "CHILD_ID YEAR", 2, 2,
	  "record the milestones of a phase transfer review",
	  ehc_transfer_options, ehc_transfer_run },
	{ "changes", "", 0, 0,
	  "the change feed, one JSON object a line",
	  changes_options, changes_run },
	{ "digest", "", 0, 0,
	  "the letter of the day, shown or sent", digest_options, digest_run },
	{ NULL },
};

static const struct command *const tables[] = {
	own_commands, caseloads_commands, staff_commands, posts_commands,
	groups_commands, thresholds_commands, sharing_commands,
	findings_commands, desk_commands, planner_commands,
	handovers_commands, ehc_plans_commands, ehc_cases_commands,
	readiness_commands,
	visits_commands, referrals_commands, contacts_commands,
	counts_commands,
	reports_commands, between_commands, moves_commands,
	deadlines_commands, sen2_commands
};

/* Where a walk over all rows stands. */
struct place {
	size_t table;
	const struct command *row;
};

/* The next row, NULL behind the last. */
static const struct command *
row_next(struct place *place)
{
	if (place->row == NULL)
		place->row = tables[0];
	while (place->row->name == NULL) {
		if (++place->table == nitems(tables))
			return NULL;
		place->row = tables[place->table];
	}
	return place->row++;
}

/* How many words of argv spell the name; 0 when they do not. */
static size_t
words_match(const char *name, char *const *argv)
{
	size_t words = 0;

	while (*argv != NULL) {
		size_t len = strcspn(name, " ");

		if (strlen(*argv) != len || memcmp(name, *argv, len) != 0)
			return 0;
		words++;
		if (name[len] == '\0')
			return words;
		name += len + 1;
		argv++;
	}
	return 0;
}

const struct command *
command_find(char ***argv)
{
	struct place place = { 0 };
	const struct command *command;

	while ((command = row_next(&place)) != NULL) {
		size_t words = words_match(command->name, *argv);

		if (words > 0) {
			*argv += words;
			return command;
		}
	}
	return NULL;
}

void
command_print_help(const struct command *command, FILE *out)
{
	fprintf(out, "sencoctl %s%s%s%s\n    %s\n", command->name,
	    command->args[0] != '\0' ? " " : "", command->args,
	    command->options != NULL ? " [options]" : "",
	    command->sentence);
	if (command->options != NULL)
		options_print_help(command->options, out);
}

void
commands_print_help(FILE *out)
{
	struct place place = { 0 };
	const struct command *command;

	fputs("sencoctl COMMAND [options]: the authority's desk at a sencod "
	    "server\n\n", out);
	while ((command = row_next(&place)) != NULL) {
		char left[64];

		snprintf(left, sizeof(left), "%s %s", command->name,
		    command->args);
		fprintf(out, "  %-28s %s\n", left, command->sentence);
	}
	fputs("\nServer and identity: options, else the configuration file, "
	    "else SENCOD_URL,\nSENCOD_CA, SENCOD_CERT and SENCOD_KEY\n", out);
	options_print_help(identity_options, out);
	fputs("\n`sencoctl COMMAND --help` shows a command's own options. "
	    "Ends with 0 when all\nwent well, 1 when the server refused, "
	    "2 for a mistake in the call or a file,\n3 when the server could "
	    "not be reached.\n", out);
}
