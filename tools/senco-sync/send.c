/*
 * send.c — `senco-sync send`, and senco-sync without a command: send files
 * to the authority as they are, without a folder or memory of our own, tell
 * what became of every record, and be safe to run again at any time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "delivery.h"
#include "identifiers.h"
#include "identity.h"
#include "options.h"
#include "read_file.h"
#include "target.h"

#include <assert.h>
#include <stdlib.h>

static const struct option_row sync_options[] = {
	{ "setting",   "REF",     "the setting sent for, as urn:106283 (or SENCOD_SETTING)" },
	{ "outcome",   "FILE",    "where to tell what became of the records (default ./senco-sync-outcome-TIME.csv)" },
	{ "retry-for", "SECONDS", "how long to go on when the server is away (default 600)" },
	{ "dry-run",   NULL,      "only read the files and say what would be sent" },
	{ NULL },
};

static const struct option_row *const option_tables[] = {
	sync_options, identity_options, NULL
};

struct sync {
	struct arena arena;
	struct options options;
	struct identity identity;
	struct sources sources;
	struct post post;
	struct buf target;
	struct tally total;
	enum ending ending; /* the worst of the files' */
};

static void
help(void)
{
	printf("senco-sync send --setting REF [options] FOLDER|FILE…\n"
	    "    sends NDJSON records (*.ndjson) and Common Transfer Files "
	    "(*.xml)\n");
	options_print_help(sync_options, stdout);
	options_print_help(identity_options, stdout);
}

static bool
setting_check(const char *setting, struct problem *why)
{
	if (setting == NULL)
		return problem_set(why, PROBLEM_MISSING_PARAMETER, NULL,
		    "the setting sent for is not known: give --setting, as "
		    "--setting urn:106283, or setting = … in the "
		    "configuration file, or set SENCOD_SETTING");
	if (!setting_ref_is_valid(slice_of(setting)))
		return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
		    "\"%s\" is no setting; write it as urn:106283, "
		    "ofsted:EY478461 or laestab:3582000", setting);
	return true;
}

/* A dry run needs no server and no identity. */
static bool
post_set_up(struct sync *sync, struct problem *why)
{
	struct post *post = &sync->post;
	long patience_s = 600;

	progress_init(&post->progress);
	if (!options_number(&sync->options, "retry-for", 0, 86400,
	    &patience_s, why))
		return false;
	post->patience_ms = patience_s * 1000;
	if (options_has(&sync->options, "dry-run"))
		return true;
	if (!identity_resolve(&sync->identity, &sync->options, &sync->arena,
	    why) || !setting_check(sync->identity.setting, why))
		return false;
	target_start(&sync->target, "/v1/sync/batches");
	target_add(&sync->target, "setting", sync->identity.setting);
	post->target = sync->target.at;
	post->https = https_new(&sync->identity, "senco-sync", why);
	return post->https != NULL && outcome_file_open(&post->outcomes,
	    options_text(&sync->options, "outcome"), why);
}

static bool
sources_find(struct sync *sync, struct problem *why)
{
	const struct options *options = &sync->options;

	if (options->args_len == 0)
		return problem_set(why, PROBLEM_MISSING_PARAMETER, NULL,
		    "what shall be sent? name a folder or files; --help "
		    "tells more");
	for (size_t i = 0; i < options->args_len; i++)
		if (!sources_add(&sync->sources, options->args[i], why))
			return false;
	return sync->sources.len > 0 || problem_set(why,
	    PROBLEM_FILE_UNREADABLE, NULL,
	    "there is no .ndjson or .xml file to send");
}

static void
summary_write(struct sync *sync, const struct delivery *delivery)
{
	struct buf words;
	struct outcome_row row = {
		.file = delivery->source->name, .outcome = "summary",
	};

	buf_init(&words);
	tally_print(&delivery->tally, &words);
	if (delivery->stopped_why[0] != '\0')
		buf_print(&words, "; STOPPED, the rest was not sent: %s",
		    delivery->stopped_why);
	buf_add_char(&words, '\0');
	row.detail = words.at;
	outcome_file_add(&sync->post.outcomes, &row);
	outcome_file_flush(&sync->post.outcomes);
	buf_release(&words);
}

static void
file_told(struct sync *sync, const struct delivery *delivery)
{
	const struct tally *tally = &delivery->tally;

	if (sync->post.https == NULL)
		printf("%s: would send %zu of %zu records in %zu batches\n",
		    delivery->source->path, tally->read - tally->unsent,
		    tally->read, tally->batches);
	else
		progress_file_done(&sync->post.progress,
		    delivery->source->name, tally,
		    delivery->stopped_why[0] != '\0' ?
		    delivery->stopped_why : NULL);
}

/* False when no further file has a chance. */
static bool
file_send(struct sync *sync, const struct source *source)
{
	struct delivery *delivery = malloc(sizeof(*delivery));
	enum ending ending;

	assert(delivery != NULL);
	delivery_init(delivery, &sync->post, source);
	progress_file_begun(&sync->post.progress);
	if (!(source->form == SOURCE_CTF ? ctf_deliver(delivery) :
	    ndjson_deliver(delivery)))
		assert(delivery->ending != END_WELL);
	file_told(sync, delivery);
	summary_write(sync, delivery);
	tally_add(&sync->total, &delivery->tally);
	ending = delivery->ending;
	if (ending == END_WELL && (delivery->tally.refused > 0 ||
	    delivery->tally.unsent > 0))
		ending = END_REFUSED;
	if (ending > sync->ending)
		sync->ending = ending;
	delivery_release(delivery);
	free(delivery);
	return ending != END_UNREACHABLE;
}

static void
total_told(struct sync *sync)
{
	struct buf words;

	buf_init(&words);
	tally_print(&sync->total, &words);
	if (sync->post.https != NULL)
		printf("%.*s.\nWhat became of them: %s\n", (int)words.len,
		    words.at, sync->post.outcomes.path);
	buf_release(&words);
	if (!outcome_file_close(&sync->post.outcomes)) {
		complain("%s could not be written whole",
		    sync->post.outcomes.path);
		if (sync->ending < END_USAGE)
			sync->ending = END_USAGE;
	}
}

static void
sync_run(struct sync *sync, char **argv)
{
	struct problem why = { 0 };

	sync->ending = END_USAGE;
	if (!options_read(&sync->options, option_tables, &argv, false, &why)) {
		complain_problem(&why);
		return;
	}
	if (options_has(&sync->options, "help")) {
		help();
		sync->ending = END_WELL;
		return;
	}
	if (!sources_find(sync, &why) || !post_set_up(sync, &why)) {
		complain_problem(&why);
		return;
	}
	sync->ending = END_WELL;
	for (size_t i = 0; i < sync->sources.len; i++)
		if (!file_send(sync, &sync->sources.files[i]))
			break;
	total_told(sync);
}

enum ending
send_run(int argc, char **argv)
{
	struct sync sync = { 0 };

	arena_init(&sync.arena);
	buf_init(&sync.target);
	options_init(&sync.options, argc);
	sources_init(&sync.sources, &sync.arena);
	sync_run(&sync, argv);
	https_free(sync.post.https);
	sources_release(&sync.sources);
	options_release(&sync.options);
	buf_release(&sync.target);
	arena_release(&sync.arena);
	return sync.ending;
}
