/*
 * whoami.c — `sencoctl whoami`: the first call to try with a new certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "json_rows.h"

/* Members one below the other; lists and nested things as JSON. */
static void
member_print(const char *name, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		printf("%-12s %s\n", name, json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	printf("%-12s %s\n", name, text != NULL ? text : "");
	free(text);
}

enum ending
whoami_run(struct session *session)
{
	json_t *document, *value;
	const char *name;
	enum ending ending = session_get(session, "/v1/whoami", &document);

	if (ending == END_WELL)
		json_object_foreach(document, name, value)
		if (!json_is_null(value))
			member_print(name, value);
	json_decref(document);
	return ending;
}
