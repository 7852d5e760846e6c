/*
 * sync_load.c — schools that send their records: one connection a sender,
 * each with its certificate and its share of the settings, batches made
 * before the clock starts. Every answer is checked: all records must have
 * had the outcome that was expected. Prints records a second.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire.h"

#define SENDERS_MAX 16
#define RECORD_MAX 512
#define BATCH 1000 /* records in a batch, if not said otherwise */

struct request {
	char *at;
	size_t len;
	int records;
};

struct load {
	const char *port, *ca, *outcome;
	bool is_mixed;           /* child, placement and need; else needs */
	int children;            /* of each setting */
	int batch;               /* records */
	long first, passes;      /* revisions to send */
	char *settings[256];
	int settings_len;
	char *clients[SENDERS_MAX]; /* path without .pem and .key */
	int clients_len;
	pthread_barrier_t start;
};

struct sender {
	struct load *load;
	int number;
	struct request *requests;
	int len;
	pthread_t thread;
};

static void
print_date(char out[static 11], long day)
{
	time_t time = (time_t)day * 86400;
	struct tm tm;

	gmtime_r(&time, &tm);
	strftime(out, 11, "%Y-%m-%d", &tm);
}

/* A valid unique pupil number: the check letter is of DfE's guide. */
static void
print_upn(char out[static 14], int setting, int child)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRTUVWXYZ";
	char digits[32];
	int sum = 0;

	snprintf(digits, sizeof(digits), "358%04d%02d%03d", 9000 + setting,
	    10 + child / 1000 % 90, child % 1000);
	for (int i = 0; i < 12; i++)
		sum += (i + 2) * (digits[i] - '0');
	snprintf(out, 14, "%c%.12s", letters[sum % 23], digits);
}

static int
print_child(char *out, int setting, int child, long revision)
{
	char born_on[11], upn[14];

	print_date(born_on, 15000 + child % 4000);
	print_upn(upn, setting, child);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"child\",\"source_id\":"
	    "\"bench-child-%06d\",\"revision\":%ld,\"op\":\"put\",\"data\":{"
	    "\"surname\":\"Fictional-%d-%d\",\"forename\":\"Testchild\","
	    "\"middle_names\":\"Bench %ld\",\"born_on\":\"%s\",\"sex\":\"F\","
	    "\"upn\":\"%s\",\"year_group\":\"5\"}}", child, revision, setting,
	    child, revision, born_on, upn);
}

static int
print_placement(char *out, int child, long revision)
{
	char start_on[11];

	print_date(start_on, 18000 + (revision * 7 + child) % 1500);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"placement\","
	    "\"source_id\":\"bench-placement-%06d\",\"revision\":%ld,"
	    "\"op\":\"put\",\"data\":{\"child\":\"bench-child-%06d\","
	    "\"start_on\":\"%s\"}}", child, revision, child, start_on);
}

/* Any two revisions in a row differ in every field but the child. */
static int
print_need(char *out, int child, long revision)
{
	static const char *const types[] = {
		"\"SLCN\",\"ASD\"", "\"SEMH\"",
		"\"MLD\",\"SPLD\",\"HI\"", "\"ASD\",\"PD\"",
	};
	char start_on[11];

	print_date(start_on, 18000 + (revision * 7 + child) % 1500);
	return snprintf(out, RECORD_MAX, "{\"kind\":\"need\",\"source_id\":"
	    "\"bench-need-%06d\",\"revision\":%ld,\"op\":\"put\",\"data\":{"
	    "\"child\":\"bench-child-%06d\",\"provision\":\"%s\",\"start_on\":"
	    "\"%s\",\"types\":[%s]}}", child, revision, child,
	    (child + revision) % 2 ? "K" : "E", start_on,
	    types[(child + revision) % 4]);
}

static int
print_record(const struct load *load, char *out, int setting, int number,
    long revision)
{
	if (!load->is_mixed)
		return print_need(out, number, revision);
	switch (number % 3) {
	case 0:
		return print_child(out, setting, number / 3, revision);
	case 1:
		return print_placement(out, number / 3, revision);
	default:
		return print_need(out, number / 3, revision);
	}
}

static struct request
request_make(const struct load *load, int setting, int from, int to,
    long revision)
{
	char *body = malloc((size_t)(to - from) * RECORD_MAX + 64);
	size_t len = (size_t)snprintf(body, 64, "{\"records\":[");
	struct request request = { .records = to - from };
	struct timespec now;

	for (int i = from; i < to; i++) {
		if (i > from)
			body[len++] = ',';
		len += (size_t)print_record(load, body + len, setting, i,
		    revision);
	}
	len += (size_t)snprintf(body + len, 8, "]}");
	clock_gettime(CLOCK_REALTIME, &now);
	request.at = malloc(len + 512);
	request.len = (size_t)snprintf(request.at, 512,
	    "POST /v1/sync/batches?setting=%s HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Idempotency-Key: bench-%ld-%d-%d-%lld-%ld\r\n\r\n",
	    load->settings[setting], len, revision, setting, from,
	    (long long)now.tv_sec, now.tv_nsec);
	memcpy(request.at + request.len, body, len);
	request.len += len;
	free(body);
	return request;
}

/* Everything this sender has to say, settings in turn, pass by pass. */
static void
sender_prepare(struct sender *sender)
{
	const struct load *load = sender->load;
	int records = load->children * (load->is_mixed ? 3 : 1);
	int batches = (records + load->batch - 1) / load->batch;
	bool is_same = strcmp(load->outcome, "unchanged") == 0;

	sender->requests = calloc((size_t)(load->settings_len * load->passes
	    * batches), sizeof(*sender->requests));
	for (long pass = 0; pass < load->passes; pass++)
		for (int s = sender->number; s < load->settings_len;
		    s += load->clients_len)
			for (int from = 0; from < records; from += load->batch)
				sender->requests[sender->len++] = request_make(
				    load, s, from, from + load->batch < records
				    ? from + load->batch : records,
				    load->first + (is_same ? 0 : pass));
}

static void
check(const struct load *load, const struct wire *wire, int records)
{
	char wanted[64];
	const char *end = strstr(wire->body, "\"outcomes\"");

	snprintf(wanted, sizeof(wanted), "\"%s\":%d,", load->outcome, records);
	if (wire->status != 200 || end == NULL)
		die("sync_load: answered %.600s", wire->reply);
	if (strstr(wire->body, wanted) == NULL
	    || strstr(wire->body, wanted) > end)
		die("sync_load: not all %s: %.300s", load->outcome, wire->body);
}

static void *
sender_run(void *arg)
{
	struct sender *sender = arg;
	struct load *load = sender->load;
	char certificate[4096], key[4096];
	struct wire wire;
	SSL_CTX *ctx;

	snprintf(certificate, sizeof(certificate), "%s.pem",
	    load->clients[sender->number]);
	snprintf(key, sizeof(key), "%s.key", load->clients[sender->number]);
	ctx = wire_context(load->ca, certificate, key);
	wire_open(&wire, ctx, load->port);
	pthread_barrier_wait(&load->start);
	for (int i = 0; i < sender->len; i++) {
		wire_ask(&wire, sender->requests[i].at,
		    sender->requests[i].len);
		check(load, &wire, sender->requests[i].records);
	}
	wire_close(&wire);
	SSL_CTX_free(ctx);
	return NULL;
}

static void
split(char *list, char *out[], int *len, int max)
{
	for (char *at; (at = strsep(&list, ",")) != NULL && *len < max;)
		out[(*len)++] = at;
}

static void
run(struct load *load)
{
	struct sender senders[SENDERS_MAX] = { 0 };
	long records = 0;
	double began;

	for (int i = 0; i < load->clients_len; i++) {
		senders[i].load = load;
		senders[i].number = i;
		sender_prepare(&senders[i]);
		for (int r = 0; r < senders[i].len; r++)
			records += senders[i].requests[r].records;
	}
	pthread_barrier_init(&load->start, NULL,
	    (unsigned)load->clients_len + 1);
	for (int i = 0; i < load->clients_len; i++)
		pthread_create(&senders[i].thread, NULL, sender_run,
		    &senders[i]);
	pthread_barrier_wait(&load->start);
	began = now_s();
	for (int i = 0; i < load->clients_len; i++)
		pthread_join(senders[i].thread, NULL);
	printf("%.0f\n", (double)records / (now_s() - began));
}

int
main(int argc, char **argv)
{
	static struct load load;

	if (argc != 10 && argc != 11)
		die("usage: sync_load PORT CA CLIENT,CLIENT... SETTING,SETTING..."
		    " need|mixed CHILDREN REVISION PASSES OUTCOME"
		    " [BATCH]");
	load.port = argv[1];
	load.ca = argv[2];
	split(argv[3], load.clients, &load.clients_len, SENDERS_MAX);
	split(argv[4], load.settings, &load.settings_len, 256);
	load.is_mixed = strcmp(argv[5], "mixed") == 0;
	load.children = atoi(argv[6]);
	load.first = atol(argv[7]);
	load.passes = atol(argv[8]);
	load.outcome = argv[9];
	load.batch = argc > 10 ? atoi(argv[10]) : BATCH;
	run(&load);
	return 0;
}
