/*
 * inbox.c — the folder a management information system writes into.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inbox.h"

#include "complaint.h"
#include "read_inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_BYTES_MAX (64 * 1024 * 1024)

static const struct form {
	const char *ending;
	const char *name;
	bool (*take)(struct reading *, const struct mapping *, struct slice,
	    struct problem *);
} forms[] = {
	{ ".csv",    "csv",    csv_take },
	{ ".xml",    "ctf",    ctf_take },
	{ ".ndjson", "ndjson", ndjson_take },
};

/* How programs call what they have not finished. */
static const char *const unfinished[] = {
	".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart",
	".swp", "~",
};

static bool
ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), tail = strlen(ending);

	return len > tail && slice_is_caseless((struct slice){
		name + len - tail, tail
	}, ending);
}

static bool
is_unfinished_name(const char *name)
{
	for (size_t i = 0; i < nitems(unfinished); i++)
		if (ends_with(name, unfinished[i]))
			return true;
	return false;
}

static const struct form *
form_of(const char *name)
{
	for (size_t i = 0; i < nitems(forms); i++)
		if (ends_with(name, forms[i].ending))
			return &forms[i];
	return NULL;
}

/* A lease for reading is not given while anybody has the file open for
 * writing; where leases are not to be had, the other signs must do. */
static bool
is_held_open(int file)
{
	if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(file, F_SETLEASE, F_UNLCK);
		return false;
	}
	return errno == EAGAIN;
}

static bool
is_settled(const struct inbox *inbox, const struct stat *status)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)(now.tv_sec - status->st_mtim.tv_sec);
	/* A clock that was set back must not hold a file for ever. */
	return llabs(age) >= inbox->config->settle_seconds;
}

/* Changes whenever the file does, or what we make of it. */
static void
mark_print(const struct inbox *inbox, const struct stat *status,
    char out[static 128])
{
	struct stat mapping = { 0 };

	if (stat(inbox->config->mapping, &mapping) < 0)
		memset(&mapping, 0, sizeof(mapping));
	snprintf(out, 128, "%lld %lld.%09ld %llu %lld.%09ld %s",
	    (long long)status->st_size, (long long)status->st_mtim.tv_sec,
	    status->st_mtim.tv_nsec, (unsigned long long)status->st_ino,
	    (long long)mapping.st_mtim.tv_sec, mapping.st_mtim.tv_nsec,
	    SENCOD_VERSION);
}

static bool
bytes_read(int file, size_t size, struct buf *out, struct problem *why)
{
	ssize_t got;

	if (size > FILE_BYTES_MAX)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "it is larger than 64 MiB");
	buf_reserve(out, size + 1);
	while (out->len <= size) {
		char piece[64 * 1024];

		got = read(file, piece, sizeof(piece));
		if (got < 0)
			return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
			    "%s", strerror(errno));
		if (got == 0)
			break;
		buf_add(out, piece, (size_t)got);
	}
	return true;
}

static void
wait_note(struct inbox *inbox, const char *name)
{
	inbox->waiting++;
	store_do(inbox->store, "UPDATE files SET is_present = 1"
	    " WHERE name = ?1", "t", name);
}

static void
file_told(struct inbox *inbox, const struct reading *reading,
    const struct problem *said)
{
	inbox->read++;
	if (said->slug != PROBLEM_NONE) {
		inbox->unusable++;
		complain("%s is not used: %s", reading->file,
		    said->detail[0] != '\0' ? said->detail :
		    problem_title(said->slug));
	} else {
		printf("%s: %zu record%s read%s\n", reading->file,
		    reading->records, reading->records == 1 ? "" : "s",
		    reading->refused == 0 ? "" :
		    ", some of which cannot be used; senco-sync status "
		    "tells which");
		if (reading->note[0] != '\0')
			printf("%s: %s\n", reading->file, reading->note);
	}
}

/* The bytes are whole and in memory. */
static bool
bytes_take(struct inbox *inbox, const struct form *form, const char *name,
    const char *mark, struct slice bytes, struct problem said,
    struct problem *why)
{
	struct reading reading = {
		.store = inbox->store, .setting = inbox->config->setting,
		.file = name, .form = form->name, .mark = mark,
	};
	bool is_done;

	reading_begin(&reading);
	if (said.slug != PROBLEM_NONE)
		; /* its bytes could not be had */
	else if (form->take == csv_take &&
	    (reading.kind = csv_kind_of(name)) == NULL)
		(void)problem_set(&said, PROBLEM_UNKNOWN_KIND, NULL, "its "
		    "name does not tell what is in it; call it children.csv "
		    "or NAME.need.csv");
	else
		(void)form->take(&reading, inbox->mapping, bytes, &said);
	is_done = said.slug != PROBLEM_NONE ?
	    reading_fail(&reading, &said, why) : reading_end(&reading, why);
	if (is_done)
		file_told(inbox, &reading, &said);
	return is_done;
}

static bool
is_read_already(struct inbox *inbox, const char *name, const char *mark)
{
	bool is_known = store_number(inbox->store, "SELECT count(*) FROM files"
	    " WHERE name = ?1 AND mark = ?2", "tt", name, mark) > 0;

	if (is_known)
		store_do(inbox->store, "UPDATE files SET is_present = 1"
		    " WHERE name = ?1 AND is_present = 0", "t", name);
	return is_known;
}

/* While it was read. */
static bool
has_changed(int file, const struct stat *before, size_t len)
{
	struct stat since;

	return fstat(file, &since) < 0 || is_held_open(file) ||
	       since.st_size != before->st_size ||
	       len != (size_t)before->st_size ||
	       memcmp(&since.st_mtim, &before->st_mtim,
	    sizeof(since.st_mtim)) != 0;
}

/* Opened: whole and new? The second look at it must be like the first. */
static bool
file_take(struct inbox *inbox, const struct form *form, const char *name,
    int file, struct problem *why)
{
	struct stat before;
	struct buf bytes;
	char mark[128];
	struct problem said = { 0 };
	bool is_done = true;

	if (fstat(file, &before) < 0 || !S_ISREG(before.st_mode))
		return true;
	mark_print(inbox, &before, mark);
	if (is_read_already(inbox, name, mark))
		return true;
	if (!is_settled(inbox, &before) || is_held_open(file)) {
		wait_note(inbox, name);
		return true;
	}
	buf_init(&bytes);
	if (bytes_read(file, (size_t)before.st_size, &bytes, &said) &&
	    has_changed(file, &before, bytes.len))
		wait_note(inbox, name);
	else
		is_done = bytes_take(inbox, form, name, mark, (struct slice){
			bytes.at != NULL ? bytes.at : "", bytes.len
		}, said, why);
	buf_release(&bytes);
	return is_done;
}

static bool
entry_take(struct inbox *inbox, int folder, const char *name,
    struct problem *why)
{
	const struct form *form = form_of(name);
	bool is_done;
	int file;

	if (form == NULL || is_unfinished_name(name))
		return true;
	file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0) {
		if (errno != ENOENT)
			complain("%s cannot be read: %s", name,
			    strerror(errno));
		return true;
	}
	is_done = file_take(inbox, form, name, file, why);
	close(file);
	return is_done;
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
name_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool
inbox_look(struct inbox *inbox, struct problem *why)
{
	const char *path = inbox->config->inbox;
	struct dirent **entries;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int count = folder < 0 ? -1 :
	    scandir(path, &entries, is_visible, name_compare);
	bool is_done = true;

	inbox->read = inbox->waiting = inbox->unusable = 0;
	if (count < 0) {
		if (folder >= 0)
			close(folder);
		return problem_set(why, PROBLEM_FILE_UNREADABLE, path,
		    "the inbox cannot be read: %s", strerror(errno));
	}
	store_do(inbox->store, "UPDATE files SET is_present = 0"
	    " WHERE is_present = 1", "");
	for (int i = 0; i < count; i++) {
		is_done = is_done &&
		    entry_take(inbox, folder, entries[i]->d_name, why);
		free(entries[i]);
	}
	free(entries);
	close(folder);
	return is_done && store_is_well(inbox->store, why);
}
