/*
 * main.c — generate: fills an authority whose registers were imported with
 * invented children, the people who look after them and the moves ahead.
 * The same seed, day and settings give the same authority byte for byte.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "after.h"
#include "invent.h"
#include "staffing.h"
#include "tell.h"

#include "dates.h"
#include "identifiers.h"
#include "sql.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: generate --settings FILE.csv --sql FILE [options]\n"
    "  --settings FILE   dump of core.settings with a header\n"
    "  --sql FILE        script to load with psql as a superuser\n"
    "  --census FILE     roll and SEN counts of each school, by URN\n"
    "  --profile SIZE    S, M, L or XL; without: what the settings hold\n"
    "  --invent          make up fictional settings if there are too few\n"
    "  --records DIR     folders of records for the settings of --for, --ctf\n"
    "  --for REF ...     settings whose children go to DIR as NDJSON\n"
    "  --ctf REF ...     settings whose children go to DIR as a CTF file\n"
    "  --after FILE      script to load when these have been sent: the\n"
    "                    authority's milestones of their children\n"
    "  --seed N          default 358\n"
    "  --today DATE      YYYY-MM-DD; default today\n"
    "  --la CODE         default 358\n"
    "  --data DIR        lists of names and postcodes; default config/demo\n";

struct options {
	const char *settings, *census, *profile, *sql, *records, *after, *data,
	    *la;
	bool may_invent;
	uint64_t seed;
	int32_t today;
	const char *refs[256];
	enum place_output outputs[256];
	int refs_len;
};

enum { OPT_FOR = 'f', OPT_CTF = 'x' };

static const struct option long_options[] = {
	{ "settings", required_argument, NULL, 's' },
	{ "census",   required_argument, NULL, 'c' },
	{ "profile",  required_argument, NULL, 'p' },
	{ "invent",   no_argument,       NULL, 'i' },
	{ "sql",      required_argument, NULL, 'q' },
	{ "records",  required_argument, NULL, 'r' },
	{ "after",    required_argument, NULL, 'a' },
	{ "for",      required_argument, NULL, OPT_FOR },
	{ "ctf",      required_argument, NULL, OPT_CTF },
	{ "seed",     required_argument, NULL, 'n' },
	{ "today",    required_argument, NULL, 't' },
	{ "la",       required_argument, NULL, 'l' },
	{ "data",     required_argument, NULL, 'd' },
	{ "help",     no_argument,       NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void
add_ref(struct options *options, const char *ref, int option)
{
	if (options->refs_len == (int)nitems(options->refs)) {
		fputs("generate: at most 256 settings with --for\n", stderr);
		exit(2);
	}
	options->outputs[options->refs_len] =
	    option == OPT_FOR ? OUTPUT_NDJSON : OUTPUT_CTF;
	options->refs[options->refs_len++] = ref;
}

/* --for takes all arguments up to the next option. */
static void
add_refs(struct options *options, int argc, char **argv, int option)
{
	add_ref(options, optarg, option);
	while (optind < argc && argv[optind][0] != '-')
		add_ref(options, argv[optind++], option);
}

static void
take_number(struct options *options, const char *text)
{
	int64_t number;

	if (!text_read_uint(slice_of(text), &number)) {
		fprintf(stderr, "generate: --seed takes a number, not %s\n",
		    text);
		exit(2);
	}
	options->seed = (uint64_t)number;
}

static void
take_date(struct options *options, const char *text)
{
	if (!date_read_iso(slice_of(text), &options->today)) {
		fprintf(stderr, "generate: --today is YYYY-MM-DD, not %s\n",
		    text);
		exit(2);
	}
}

static void
take_option(struct options *options, int option, int argc, char **argv)
{
	switch (option) {
	case 's': options->settings = optarg; break;
	case 'c': options->census = optarg; break;
	case 'p': options->profile = optarg; break;
	case 'i': options->may_invent = true; break;
	case 'q': options->sql = optarg; break;
	case 'r': options->records = optarg; break;
	case 'a': options->after = optarg; break;
	case 'n': take_number(options, optarg); break;
	case 't': take_date(options, optarg); break;
	case 'l': options->la = optarg; break;
	case 'd': options->data = optarg; break;
	case OPT_FOR:
	case OPT_CTF: add_refs(options, argc, argv, option); break;
	case 'h': fputs(usage, stdout); exit(0);
	default: fputs(usage, stderr); exit(2);
	}
}

static void
read_options(struct options *options, int argc, char **argv)
{
	time_t now = time(NULL);
	struct tm tm;
	int option;

	localtime_r(&now, &tm);
	*options = (struct options){
		.data = "config/demo", .la = "358", .seed = 358,
		.today = date_from_civil(tm.tm_year + 1900, tm.tm_mon + 1,
		    tm.tm_mday)
	};
	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1)
		take_option(options, option, argc, argv);
	if (optind < argc || options->settings == NULL ||
	    options->sql == NULL ||
	    (options->refs_len > 0) != (options->records != NULL)) {
		fputs(usage, stderr);
		exit(2);
	}
}

static bool
take_refs(struct world *world, const struct options *options,
    struct problem *why)
{
	for (int i = 0; i < options->refs_len; i++) {
		struct place *place = places_find(&world->places,
		    options->refs[i]);

		if (place == NULL)
			return problem_set(why, PROBLEM_UNKNOWN_SETTING, "",
			    "%s: no open setting with children has this "
			    "reference", options->refs[i]);
		place->output = options->outputs[i];
		if (place->output == OUTPUT_CTF &&
		    strlen(place->laestab) != 7)
			return problem_set(why, PROBLEM_UNKNOWN_SETTING, "",
			    "%s has no LAESTAB, which a transfer file needs",
			    place->ref);
	}
	return true;
}

static bool
prepare(struct world *world, const struct options *options,
    struct problem *why)
{
	if (!la_code_is_valid(slice_of(world->la)))
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, "",
		    "--la is three digits, not %.20s", world->la);
	if (!places_read(&world->places, options->settings, &world->arena,
	    why))
		return false;
	if (options->census != NULL && !places_take_census(&world->places,
	    options->census, &world->arena, why))
		return false;
	return world_read_lists(world, options->data, why);
}

static bool
write_all(struct world *world, const struct options *options,
    struct problem *why)
{
	world->sql = sql_open(options->sql);
	if (world->sql == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s: %s",
		    options->sql, strerror(errno));
	if (options->profile != NULL && !profile_apply(world,
	    options->profile, options->may_invent, why))
		return false;
	if (!take_refs(world, options, why))
		return false;
	staffing_tell(world);
	for (size_t i = 0; i < world->places.len; i++)
		tell_place(world, &world->places.at[i]);
	if (!sql_close(world->sql))
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "",
		    "%s: could not be written", options->sql);
	if (options->after != NULL &&
	    !after_write(&world->after, options->after))
		return problem_set(why, PROBLEM_FILE_UNREADABLE, "", "%s: %s",
		    options->after, strerror(errno));
	return options->records == NULL ||
	       tell_write_files(world, options->records, why);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct problem why = { 0 };
	static struct world world;
	bool is_done;

	read_options(&options, argc, argv);
	world.seed = options.seed;
	world.today = options.today;
	world.year = date_academic_year(options.today);
	world.la = options.la;
	arena_init(&world.arena);
	arena_init(&world.scratch);
	numbers_init(&world.numbers);
	is_done = prepare(&world, &options, &why) &&
	    write_all(&world, &options, &why);
	if (is_done)
		printf("%zu settings, %ld children, %ld with a plan, "
		    "%ld planned moves\n", world.places.len,
		    world.children_len, world.plans_len, world.moves_len);
	else
		fprintf(stderr, "generate: %s\n", why.detail);
	world_release(&world);
	return is_done ? 0 : 1;
}
