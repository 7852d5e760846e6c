/*
 * metrics — what several workers counted is one true page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const names[] = { "GET /v1", "GET /v1/children/{id}" };

static const char *
page(const struct metrics *all, size_t workers, struct buf *out)
{
	buf_clear(out);
	metrics_print(all, workers, names, 2, out);
	buf_add_char(out, '\0');
	return out->at;
}

static void
has(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("no \"%s\" in:\n%s", line, text);
}

static void
a_fork_counts_into_the_same_page(void **state)
{
	struct metrics *all = metrics_map(2);
	struct buf out;
	pid_t child;

	(void)state;
	buf_init(&out);
	all[0].connections_accepted = 3;
	child = fork();
	if (child == 0) {
		all[1].connections_accepted = 4;
		all[1].requests[2] = 9;
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	page(all, 2, &out);
	has(out.at, "\nsencod_connections_accepted_total 7\n");
	has(out.at, "\nsencod_requests_total{status=\"2xx\"} 9\n");
	buf_release(&out);
}

static void
a_new_worker_resets_only_what_is_now(void **state)
{
	struct metrics *all = metrics_map(1);
	struct buf out;

	(void)state;
	buf_init(&out);
	all[0].connections_accepted = 3;
	all[0].connections_open = 2;
	all[0].pool_busy = 1;
	metrics_take_over(&all[0]);
	page(all, 1, &out);
	has(out.at, "\nsencod_connections_accepted_total 3\n");
	has(out.at, "\nsencod_connections_open 0\n");
	has(out.at, "\nsencod_pool_busy 0\n");
	buf_release(&out);
}

static void
one_fact_is_shown_by_who_learnt_it_last(void **state)
{
	struct metrics *all = metrics_map(3);
	struct buf out;

	(void)state;
	buf_init(&out);
	all[0].settings_silent = 7;
	all[0].settings_silent_at = 100;
	all[2].settings_silent = 5;
	all[2].settings_silent_at = 200;
	page(all, 3, &out);
	has(out.at, "\nsencod_settings_silent 5\n");
	metrics_take_over(&all[2]);
	page(all, 3, &out);
	has(out.at, "\nsencod_settings_silent 7\n");
	buf_release(&out);
}

static void
times_fall_into_cumulative_buckets(void **state)
{
	struct metrics *all = metrics_map(1);
	struct buf out;

	(void)state;
	buf_init(&out);
	metrics_observe(all, 1, 0);
	metrics_observe(all, 1, 1000);
	metrics_observe(all, 1, 1001);
	metrics_observe(all, 1, 2500000);
	metrics_observe(all, 1, 60000000);
	page(all, 1, &out);
	has(out.at, "sencod_request_seconds_bucket{route=\"GET /v1/children/{id}\",le=\"0.001\"} 2\n");
	has(out.at, "le=\"0.0025\"} 3\n");
	has(out.at, "le=\"2.5\"} 4\n");
	has(out.at, "le=\"+Inf\"} 5\n");
	has(out.at, "sencod_request_seconds_sum{route=\"GET /v1/children/{id}\"} 62.502001\n");
	has(out.at, "sencod_request_seconds_count{route=\"GET /v1/children/{id}\"} 5\n");
	has(out.at, "sencod_request_seconds_count{route=\"GET /v1\"} 0\n");
	buf_release(&out);
}

/* Every line is a comment or NAME[{labels}] NUMBER, each name announced. */
static void
every_line_is_prometheus_text(void **state)
{
	struct metrics *all = metrics_map(1);
	struct buf out;
	char *save = NULL, announced[64] = "";
	size_t lines = 0;

	(void)state;
	buf_init(&out);
	page(all, 1, &out);
	for (char *line = strtok_r(out.at, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		lines++;
		if (strncmp(line, "# TYPE ", 7) == 0)
			assert_int_equal(sscanf(line, "# TYPE %63s",
			    announced), 1);
		if (line[0] == '#')
			continue;
		assert_memory_equal(line, announced, strlen(announced));
		assert_non_null(strrchr(line, ' '));
		assert_true(strspn(strrchr(line, ' ') + 1, "0123456789.")
		    == strlen(strrchr(line, ' ') + 1));
	}
	assert_true(lines > 60);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fork_counts_into_the_same_page),
		cmocka_unit_test(a_new_worker_resets_only_what_is_now),
		cmocka_unit_test(one_fact_is_shown_by_who_learnt_it_last),
		cmocka_unit_test(times_fall_into_cumulative_buckets),
		cmocka_unit_test(every_line_is_prometheus_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
