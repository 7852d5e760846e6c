/*
 * key_file.c — files of "key = value" lines, read line by line.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "key_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTION_MAX 200

struct key_file {
	key_line_read *line_read;
	void *owner;
	char section[SECTION_MAX];
};

static bool
section_begin(struct key_file *file, struct slice line, struct problem *why)
{
	if (line.at[line.len - 1] != ']' || line.len > SECTION_MAX)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "a section is written [name]");
	snprintf(file->section, sizeof(file->section), "%.*s",
	    (int)(line.len - 2), line.at + 1);
	return true;
}

static bool
line_read(struct key_file *file, struct slice line, struct problem *why)
{
	struct key_line said = { slice_of(file->section) };
	const char *equals;

	if (line.len == 0 || line.at[0] == '#')
		return true;
	if (memchr(line.at, '\0', line.len) != NULL ||
	    !text_is_utf8(line.at, line.len))
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "this is no UTF-8 text");
	if (line.at[0] == '[')
		return section_begin(file, line, why);
	equals = memchr(line.at, '=', line.len);
	if (equals == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "not of the form key = value");
	said.key = slice_trim((struct slice){
		line.at, (size_t)(equals - line.at)
	});
	said.value = slice_trim((struct slice){
		equals + 1, line.len - (size_t)(equals + 1 - line.at)
	});
	if (said.key.len == 0)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "nothing stands before the =");
	return file->line_read(file->owner, &said, why);
}

static bool
lines_read(struct key_file *file, FILE *from, const char *path,
    struct problem *why)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	bool is_read = true;

	for (unsigned number = 1; is_read; number++) {
		struct problem inner = { 0 };

		len = getline(&line, &cap, from);
		if (len < 0)
			break;
		while (len > 0 && strchr("\r\n", line[len - 1]) != NULL)
			len--;
		is_read = line_read(file, slice_trim((struct slice){
			line, (size_t)len
		}), &inner);
		if (!is_read)
			(void)problem_set(why, PROBLEM_FILE_UNREADABLE, path,
			    "line %u: %s", number, inner.detail);
	}
	free(line);
	return is_read;
}

bool
key_file_read(const char *path, bool is_needed, key_line_read *each,
    void *owner, struct problem *why)
{
	struct key_file file = { each, owner, "" };
	FILE *from = fopen(path, "r");
	bool is_read;

	if (from == NULL && errno == ENOENT && !is_needed)
		return true;
	if (from == NULL)
		return problem_set(why, PROBLEM_FILE_UNREADABLE, path, "%s",
		    strerror(errno));
	is_read = lines_read(&file, from, path, why);
	fclose(from);
	return is_read;
}
