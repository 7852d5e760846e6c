/*
 * metrics.c — one slot a worker in shared memory, summed when asked for.
 * Slots survive their worker's death, so counters never run backwards; what
 * is counted "now" is reset by the worker that takes the slot over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "metrics.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "common.h"
#include "log.h"

/* Upper bounds of the buckets in microseconds; the last has none. */
static const uint64_t bounds_us[METRICS_BUCKETS - 1] = {
	1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 2500000,
};

struct series {
	const char *name;
	size_t offset;
	bool is_now; /* a gauge: belongs to the living worker */
	const char *help;
	size_t as_of; /* one fact, the worker that learnt it last shows it */
};

#define AT(field) offsetof(struct metrics, field)

static const struct series series[] = {
	{ "connections_accepted_total", AT(connections_accepted), false,
	  "Connections accepted." },
	{ "connections_refused_total", AT(connections_refused), false,
	  "Connections closed at once because a limit was reached." },
	{ "connections_open", AT(connections_open), true,
	  "Connections open now." },
	{ "tls_handshakes_total", AT(handshakes_done), false,
	  "TLS handshakes completed." },
	{ "tls_handshakes_failed_total", AT(handshakes_failed), false,
	  "TLS handshakes that failed or ran out of time." },
	{ "heads_refused_total", AT(heads_refused), false,
	  "Requests refused as malformed before any route." },
	{ "accept_paused_total", AT(accept_paused), false,
	  "Times accepting was paused for want of file descriptors." },
	{ "pool_connections", AT(pool_connections), true,
	  "Database connections open now." },
	{ "pool_busy", AT(pool_busy), true,
	  "Database connections at work now." },
	{ "queue_length", AT(queue_length), true,
	  "Requests waiting for a database connection now." },
	{ "queue_refused_total", AT(queue_refused), false,
	  "Requests answered 503 because that queue was full or too slow." },
	{ "database_lost_total", AT(database_lost), false,
	  "Database connections lost." },
	{ "parked", AT(parked), true,
	  "Requests that wait now until something is new." },
	{ "parked_woken_total", AT(parked_woken), false,
	  "Times one of those was woken to look." },
	{ "records_received_total", AT(records_received), false,
	  "Records received in batches." },
	{ "records_changed_total", AT(records_changed), false,
	  "Records created, updated or deleted by batches." },
	{ "settings_silent", AT(settings_silent), true,
	  "Settings that have been silent for too long.",
	  AT(settings_silent_at) },
};

struct metrics *
metrics_map(size_t workers)
{
	void *at = mmap(NULL, workers * sizeof(struct metrics),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert(workers > 0 && workers <= METRICS_WORKERS_MAX);
	if (at == MAP_FAILED)
		fatal("no memory for the metrics of %zu workers", workers);
	return at;
}

static uint64_t *
counter(const struct metrics *slot, size_t offset)
{
	return (uint64_t *)(uintptr_t)((const char *)slot + offset);
}

void
metrics_take_over(struct metrics *slot)
{
	for (size_t i = 0; i < nitems(series); i++)
		if (series[i].is_now)
			*counter(slot, series[i].offset) = 0;
	slot->settings_silent_at = 0;
}

void
metrics_observe(struct metrics *slot, size_t route, uint64_t us)
{
	size_t i = 0;

	assert(route < METRICS_ROUTES_MAX);
	while (i < nitems(bounds_us) && us > bounds_us[i])
		i++;
	slot->route[route].bucket[i]++;
	slot->route[route].sum_us += us;
	slot->route[route].count++;
}

static uint64_t
sum(const struct metrics *all, size_t workers, size_t offset)
{
	uint64_t total = 0;

	for (size_t i = 0; i < workers; i++)
		total += __atomic_load_n(counter(&all[i], offset),
		    __ATOMIC_RELAXED);
	return total;
}

static uint64_t
newest(const struct metrics *all, size_t workers, const struct series *one)
{
	size_t at = 0;

	for (size_t i = 1; i < workers; i++)
		if (__atomic_load_n(counter(&all[i], one->as_of),
		    __ATOMIC_RELAXED) > __atomic_load_n(counter(&all[at],
			one->as_of), __ATOMIC_RELAXED))
			at = i;
	return sum(&all[at], 1, one->offset);
}

static void
print_about(struct buf *out, const char *name, const char *type,
    const char *help)
{
	buf_print(out, "# HELP sencod_%s %s\n# TYPE sencod_%s %s\n", name, help,
	    name, type);
}

static void
print_requests(const struct metrics *all, size_t workers, struct buf *out)
{
	print_about(out, "requests_total", "counter",
	    "Requests answered, by class of status.");
	for (size_t class = 1; class < nitems(all->requests); class++)
		buf_print(out, "sencod_requests_total{status=\"%zuxx\"} %llu\n",
		    class, (unsigned long long)sum(all, workers,
		    AT(requests) + class * sizeof(uint64_t)));
}

/* Fixed decimals: a float would print differently by locale and size. */
static void
print_seconds(struct buf *out, uint64_t us)
{
	buf_print(out, "%llu.%06llu", (unsigned long long)(us / 1000000),
	    (unsigned long long)(us % 1000000));
}

/* count is made from the buckets, so that +Inf always equals it although
 * other processes write while we read. */
static void
print_route(const struct metrics *all, size_t workers, size_t route,
    const char *name, struct buf *out)
{
	size_t at = AT(route) + route * sizeof(all->route[0]);
	size_t bucket = at + offsetof(struct metrics, route[0].bucket)
	    - AT(route);
	size_t sum_us = at + offsetof(struct metrics, route[0].sum_us)
	    - AT(route);
	uint64_t count = 0;

	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		count += sum(all, workers, bucket + i * sizeof(uint64_t));
		buf_print(out, "sencod_request_seconds_bucket{route=\"%s\",le=\"",
		    name);
		if (i < nitems(bounds_us))
			buf_print(out, "%g", (double)bounds_us[i] / 1e6);
		else
			buf_add_text(out, "+Inf");
		buf_print(out, "\"} %llu\n", (unsigned long long)count);
	}
	buf_print(out, "sencod_request_seconds_sum{route=\"%s\"} ", name);
	print_seconds(out, sum(all, workers, sum_us));
	buf_print(out, "\nsencod_request_seconds_count{route=\"%s\"} %llu\n",
	    name, (unsigned long long)count);
}

void
metrics_print(const struct metrics *all, size_t workers,
    const char *const names[], size_t routes, struct buf *out)
{
	assert(routes <= METRICS_ROUTES_MAX);
	for (size_t i = 0; i < nitems(series); i++) {
		print_about(out, series[i].name,
		    series[i].is_now ? "gauge" : "counter", series[i].help);
		buf_print(out, "sencod_%s %llu\n", series[i].name,
		    (unsigned long long)(series[i].as_of != 0 ?
		    newest(all, workers, &series[i]) :
		    sum(all, workers, series[i].offset)));
	}
	print_requests(all, workers, out);
	print_about(out, "request_seconds", "histogram",
	    "Time from a request's head to the end of its reply, by route.");
	for (size_t i = 0; i < routes; i++)
		print_route(all, workers, i, names[i], out);
}
