/*
 * https_head.c — the few fields of an answer's head that are used, as a
 * table of name and reader.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "https_head.h"

#include <string.h>

static void
text_keep(char *out, size_t size, struct slice text)
{
	if (text.len >= size)
		return;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

static void
content_type_read(struct https_answer *answer, struct slice value)
{
	text_keep(answer->content_type, sizeof(answer->content_type), value);
}

static void
etag_read(struct https_answer *answer, struct slice value)
{
	text_keep(answer->etag, sizeof(answer->etag), value);
}

/* Only the form in seconds; a date asks for more trust in clocks than due. */
static void
retry_after_read(struct https_answer *answer, struct slice value)
{
	int64_t seconds;

	if (text_read_uint(value, &seconds) && seconds <= 3600)
		answer->retry_after_s = (unsigned)seconds;
}

/* <target>; rel="next" */
static void
link_read(struct https_answer *answer, struct slice value)
{
	const char *end = memchr(value.at, '>', value.len);
	struct slice rest;

	if (end == NULL || value.at[0] != '<')
		return;
	rest = slice_trim((struct slice){
		end + 1, value.len - (size_t)(end + 1 - value.at)
	});
	if (!slice_is(rest, "; rel=\"next\"") &&
	    !slice_is(rest, ";rel=\"next\""))
		return;
	text_keep(answer->next, sizeof(answer->next), (struct slice){
		value.at + 1, (size_t)(end - value.at) - 1
	});
}

static const struct head_field {
	const char *name;
	void (*read)(struct https_answer *, struct slice);
} head_fields[] = {
	{ "content-type", content_type_read },
	{ "etag",         etag_read },
	{ "link",         link_read },
	{ "retry-after",  retry_after_read },
};

void
https_head_read(struct https_answer *answer, struct slice line)
{
	const char *colon = memchr(line.at, ':', line.len);
	struct slice name, value;

	if (colon == NULL)
		return;
	name = (struct slice){ line.at, (size_t)(colon - line.at) };
	value = (struct slice){ colon + 1, line.len - name.len - 1 };
	while (value.len > 0 && strchr("\r\n", value.at[value.len - 1]) != NULL)
		value.len--;
	value = slice_trim(value);
	for (size_t i = 0; i < nitems(head_fields); i++)
		if (slice_is_caseless(name, head_fields[i].name))
			head_fields[i].read(answer, value);
}
