/*
 * import.c — `sencoctl import`: a published register sent as it is, streamed
 * from the file; the server reads, compares and answers with the difference.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "diff.h"
#include "target.h"
#include "uuid.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define IMPORT_PATIENCE_S 900

const struct option_row import_options[] = {
	{ "dry-run", NULL,   "show what would change; change nothing" },
	{ "la",      "CODE", "only the settings of this authority, as 358" },
	{ "all",     NULL,   "print every changed row, not the first 20" },
	{ NULL },
};

static FILE *
register_open(const char *path, int64_t *size)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	struct stat status;

	*size = -1;
	if (file == NULL || fstat(fileno(file), &status) < 0) {
		complain("%s: %s", path, strerror(errno));
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		complain("%s: this is a folder; name one register file", path);
		fclose(file);
		return NULL;
	}
	if (S_ISREG(status.st_mode) && ftello(file) == 0)
		*size = status.st_size;
	return file;
}

static enum ending
register_send(struct session *session, const char *target, FILE *file,
    int64_t size)
{
	char key[37];
	json_t *document;
	enum ending ending;
	struct https_request request = session_request("POST", target);

	uuid_print_fresh(key);
	request.content_type = "text/csv";
	request.idempotency_key = key;
	request.file = file;
	request.file_size = size;
	request.timeout_s = IMPORT_PATIENCE_S;
	ending = session_send(session, &request, &document);
	if (ending == END_WELL)
		diff_print(document, options_has(session->options, "all"),
		    session->arena);
	json_decref(document);
	return ending;
}

static enum ending
import_run(struct session *session, const char *path)
{
	struct buf target;
	int64_t size;
	FILE *file = register_open(session->options->args[0], &size);
	enum ending ending;

	if (file == NULL)
		return END_USAGE;
	buf_init(&target);
	target_start(&target, path);
	if (options_has(session->options, "dry-run"))
		target_add(&target, "dry_run", "true");
	target_add(&target, "la", options_text(session->options, "la"));
	ending = register_send(session, target.at, file, size);
	buf_release(&target);
	fclose(file);
	return ending;
}

enum ending
import_gias_run(struct session *session)
{
	return import_run(session, "/v1/settings/imports/gias");
}

enum ending
import_ofsted_run(struct session *session)
{
	return import_run(session, "/v1/settings/imports/ofsted");
}
