/*
 * config — a file is taken whole or refused with the line that is wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static void
write_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* The file must be refused, at that line, with these words. */
static void
refused_len(const char *text, size_t len, const char *place, const char *words)
{
	struct problem why = { 0 };
	char where[128];

	write_file(text, len);
	assert_null(config_read(path, &why));
	assert_int_not_equal(why.slug, PROBLEM_NONE);
	snprintf(where, sizeof(where), "%s%s", path, place);
	assert_string_equal(why.where, where);
	if (strstr(why.detail, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.detail, words);
}

static void
refused(const char *text, const char *place, const char *words)
{
	refused_len(text, strlen(text), place, words);
}

static void
without_a_file_everything_has_its_default(void **state)
{
	struct problem why = { 0 };
	struct config *config = config_read(NULL, &why);

	(void)state;
	assert_non_null(config);
	assert_string_equal(config->systems_listen, "0.0.0.0:8443");
	assert_string_equal(config->tls_client_crl, "");
	assert_int_equal(config->connections_max, 10000);
	assert_int_equal(config->handshake_timeout_ms, 10000);
	config_free(config);
}

static void
a_file_changes_what_it_names(void **state)
{
	static const char text[] =
	    "# a comment\n\n  workers=3\r\n"
	    "tls_key = /etc/a folder/key = 1.pem  \n"
	    "systems_listen = [::1]:9443\n"
	    "internal_listen = unix:/run/sencod/internal\n"
	    "idle_timeout_ms = 250";
	struct problem why = { 0 };
	struct config *config;

	(void)state;
	write_file(text, sizeof(text) - 1);
	config = config_read(path, &why);
	assert_non_null(config);
	assert_int_equal(config->workers, 3);
	assert_string_equal(config->tls_key, "/etc/a folder/key = 1.pem");
	assert_string_equal(config->systems_listen, "[::1]:9443");
	assert_int_equal(config->idle_timeout_ms, 250);
	assert_int_equal(config->queue_max, 500);
	config_free(config);
}

static void
a_wrong_line_is_named(void **state)
{
	(void)state;
	refused("workers = 1\nworkrs = 2\n", ":2",
	    "there is no setting \"workrs\"");
	refused("\n\nworkers\n", ":3", "setting = value");
	refused("= 4\n", ":1", "there is no setting \"\"");
	refused("workers = 1\nworkers = 2\n", ":2", "a second time");
	refused("workers = many\n", ":1",
	    "workers must be a whole number from 0 to 64");
	refused("workers = 65\n", ":1", "from 0 to 64");
	refused("workers = -1\n", ":1", "from 0 to 64");
	refused("workers = 99999999999999999999\n", ":1", "from 0 to 64");
	refused("workers =\n", ":1", "whole number");
	refused("log_level = loud\n", ":1", "debug, info, warning or error");
	refused("server_names =\n", ":1", "must not be empty");
}

static void
an_address_must_be_one(void **state)
{
	static const char *const wrong[] = {
		"", "8443", ":8443", "localhost:8443", "127.0.0.1",
		"127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
		"127.0.0.1:8443x", "::1:8443", "[::1:8443", "[]:8443",
		"[127.0.0.1]:8443", "unix:", "unix:relative",
	};
	char text[128], longer[200];

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		snprintf(text, sizeof(text), "systems_listen = %s\n", wrong[i]);
		refused(text, ":1", "systems_listen must");
	}
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer, "systems_listen = unix:/", 23);
	refused(longer, ":1", "at most 107 bytes");
}

static void
the_internal_listener_stays_inside(void **state)
{
	(void)state;
	refused("internal_listen = 0.0.0.0:8444\n", ":1", "loopback");
	refused("internal_listen = 10.0.0.1:8444\n", ":1", "loopback");
	refused("internal_listen = [::]:8444\n", ":1", "loopback");
}

static void
bytes_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "workers = 1\ntls_key = /a\0b\n";
	char longer[2048];

	(void)state;
	refused_len(nul, sizeof(nul) - 1, ":2", "not UTF-8");
	refused("tls_key = /\xff\n", ":1", "not UTF-8");
	memset(longer, 'x', sizeof(longer));
	refused_len(longer, sizeof(longer), ":1", "longer than");
}

static void
limits_must_fit_together(void **state)
{
	(void)state;
	refused("body_max_bytes = 5000\nimport_max_bytes = 5000\n"
	    "bodies_max_bytes = 4096\n", "", "body_max_bytes must not");
	refused("bodies_max_bytes = 16777216\n", "", "import_max_bytes");
}

static void
a_file_that_is_not_there_is_named(void **state)
{
	struct problem why = { 0 };

	(void)state;
	assert_null(config_read("/nowhere/sencod.conf", &why));
	assert_string_equal(why.where, "/nowhere/sencod.conf");
	assert_non_null(strstr(why.detail, "No such file"));
	assert_null(config_read("/", &why));
	assert_non_null(strstr(why.detail, "directory"));
}

static void
a_long_name_keeps_its_end_and_line(void **state)
{
	char longer[200];
	struct problem why = { 0 };

	(void)state;
	write_file("nonsense\n", 9);
	memset(longer, '/', sizeof(longer));
	memcpy(longer + sizeof(longer) - strlen(path) - 1, path,
	    strlen(path) + 1);
	assert_null(config_read(longer, &why));
	assert_int_equal(strlen(why.where), sizeof(why.where) - 1);
	assert_memory_equal(why.where, "...", 3);
	assert_string_equal(why.where + strlen(why.where) - 2, ":1");
}

static void
the_printed_sample_reads_as_the_defaults(void **state)
{
	struct problem why = { 0 };
	struct config *defaults = config_read(NULL, &why), *sample;
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(defaults);
	assert_non_null(file);
	config_print(file);
	assert_int_equal(fclose(file), 0);
	sample = config_read(path, &why);
	assert_non_null(sample);
	assert_true(config_is_same(defaults, sample));
	config_free(defaults);
	config_free(sample);
}

static struct config *
read_text(const char *text)
{
	struct problem why = { 0 };
	struct config *config;

	write_file(text, strlen(text));
	config = config_read(path, &why);
	assert_non_null(config);
	return config;
}

static void
only_some_changes_need_a_restart(void **state)
{
	struct config *was = read_text("workers = 1\n");
	struct config *slow = read_text("workers = 1\nidle_timeout_ms = 99\n");
	struct config *more = read_text("workers = 2\n");

	(void)state;
	assert_false(config_is_same(was, slow));
	assert_false(config_needs_restart(was, slow));
	assert_true(config_needs_restart(was, more));
	config_free(was);
	config_free(slow);
	config_free(more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_everything_has_its_default),
		cmocka_unit_test(a_file_changes_what_it_names),
		cmocka_unit_test(a_wrong_line_is_named),
		cmocka_unit_test(an_address_must_be_one),
		cmocka_unit_test(the_internal_listener_stays_inside),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(limits_must_fit_together),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(a_long_name_keeps_its_end_and_line),
		cmocka_unit_test(the_printed_sample_reads_as_the_defaults),
		cmocka_unit_test(only_some_changes_need_a_restart),
	};
	int fd, failed;

	snprintf(path, sizeof(path), "/tmp/sencod-config-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
