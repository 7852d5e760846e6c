/*
 * Tests of tools/lib/identity.c: where the four settings come from.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/identity XXXXXX";

static const char *const variables[] = {
	"SENCOD_URL", "SENCOD_CA", "SENCOD_CERT", "SENCOD_KEY",
	"SENCOD_SETTING", "XDG_CONFIG_HOME", "HOME"
};

static void
file_write(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int
folder_made(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) < 0)
		return -1;
	file_write("ca.pem", "");
	file_write("cert.pem", "");
	file_write("key.pem", "");
	return 0;
}

static int
folder_gone(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	return system(command);
}

static int
environment_cleared(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(variables); i++)
		unsetenv(variables[i]);
	return 0;
}

struct found {
	struct arena arena;
	struct options options;
	struct identity identity;
	struct problem why;
	bool is_found;
};

static void
found_init(struct found *found, char **words)
{
	const struct option_row *const tables[] = { identity_options, NULL };

	*found = (struct found){ 0 };
	arena_init(&found->arena);
	options_init(&found->options, 10);
	assert_true(options_read(&found->options, tables, &words, false,
	    &found->why));
	found->is_found = identity_resolve(&found->identity, &found->options,
	    &found->arena, &found->why);
}

static void
found_release(struct found *found)
{
	options_release(&found->options);
	arena_release(&found->arena);
}

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

static void
options_go_before_the_file_and_the_file_before_the_environment(void **state)
{
	struct found found;

	(void)state;
	setenv("SENCOD_URL", "https://environment:1", 1);
	setenv("SENCOD_CA", "nonsuch", 1);
	setenv("SENCOD_KEY", "key.pem", 1);
	file_write("a.conf", "# ours\nurl = https://file:2/\n\n ca=ca.pem\r\n"
	    "cert = nonsuch\nsetting = urn:106283\n");
	found_init(&found, WORDS("--config", "a.conf", "--cert", "cert.pem"));
	assert_true(found.is_found);
	assert_string_equal(found.identity.url, "https://file:2");
	assert_string_equal(found.identity.ca, "ca.pem");
	assert_string_equal(found.identity.cert, "cert.pem");
	assert_string_equal(found.identity.key, "key.pem");
	assert_string_equal(found.identity.setting, "urn:106283");
	found_release(&found);
}

static void
the_default_file_is_read_when_it_is_there(void **state)
{
	struct found found;

	(void)state;
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("SENCOD_KEY", "key.pem", 1);
	found_init(&found, WORDS("--url", "https://a", "--ca", "ca.pem"));
	assert_false(found.is_found); /* no certificate anywhere */
	found_release(&found);
	assert_int_equal(mkdir("sencod", 0700), 0);
	file_write("sencod/client.conf", "cert = ../cert.pem\n");
	found_init(&found, WORDS("--url", "https://a", "--ca", "ca.pem"));
	assert_true(found.is_found);
	assert_non_null(strstr(found.identity.cert, "sencod/../cert.pem"));
	found_release(&found);
	assert_int_equal(unlink("sencod/client.conf"), 0);
}

static void
what_is_missing_is_named_with_where_to_set_it(void **state)
{
	struct found found;

	(void)state;
	found_init(&found, WORDS("--url", "https://a", "--ca", "ca.pem"));
	assert_false(found.is_found);
	assert_non_null(strstr(found.why.detail, "--cert"));
	assert_non_null(strstr(found.why.detail, "SENCOD_CERT"));
	found_release(&found);
}

static void
mistakes_in_the_file_are_named_by_line(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{ "url = https://a\nport = 3\n", "line 2: there is no setting \"port\"" },
		{ "\n\nurl\n", "line 3: not of the form key = value" },
		{ "url =\n", "line 1: url has no value" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct found found;

		file_write("b.conf", cases[i].text);
		found_init(&found, WORDS("--config", "b.conf"));
		assert_false(found.is_found);
		assert_string_equal(found.why.where, "b.conf");
		assert_non_null(strstr(found.why.detail, cases[i].sentence));
		found_release(&found);
	}
}

static void
files_and_addresses_are_looked_at_first(void **state)
{
	static char *const urls[] = {
		"http://a", "a:8443", "https://", "https://a?b", "https:///"
	};
	struct found found;

	(void)state;
	found_init(&found, WORDS("--config", "nonsuch.conf"));
	assert_false(found.is_found);
	assert_string_equal(found.why.where, "nonsuch.conf");
	found_release(&found);
	found_init(&found, WORDS("--url", "https://a", "--ca", "nonsuch"));
	assert_false(found.is_found);
	assert_string_equal(found.why.where, "nonsuch");
	found_release(&found);
	for (size_t i = 0; i < nitems(urls); i++) {
		found_init(&found, WORDS("--url", urls[i], "--ca", "ca.pem",
		    "--cert", "cert.pem", "--key", "key.pem"));
		assert_false(found.is_found);
		assert_non_null(strstr(found.why.detail, "address"));
		found_release(&found);
	}
}

#define test(name) cmocka_unit_test_setup(name, environment_cleared)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(options_go_before_the_file_and_the_file_before_the_environment),
		test(the_default_file_is_read_when_it_is_there),
		test(what_is_missing_is_named_with_where_to_set_it),
		test(mistakes_in_the_file_are_named_by_line),
		test(files_and_addresses_are_looked_at_first),
	};

	return cmocka_run_group_tests(tests, folder_made, folder_gone);
}
