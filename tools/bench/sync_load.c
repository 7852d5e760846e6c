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

#include "records.h"
#include "wire.h"

#define SENDERS_MAX 16
#define BATCH 1000 /* records in a batch, if not said otherwise */

struct load {
	const struct dialect *dialect;
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

static struct request
prepared(const struct load *load, int setting, int from, long revision)
{
	int records = load->children * (load->is_mixed ? 3 : 1);
	struct batch batch = {
		.ref = load->settings[setting],
		.setting = setting,
		.from = from,
		.to = from + load->batch < records ? from + load->batch
		    : records,
		.revision = revision,
		.is_mixed = load->is_mixed,
	};

	return request_make(load->dialect, &batch);
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
				sender->requests[sender->len++] = prepared(
				    load, s, from, load->first
				    + (is_same ? 0 : pass));
}

static void
check(const struct load *load, const struct wire *wire, int records)
{
	const char *end = strstr(wire->body, "\"outcomes\"");
	const char *found;
	char wanted[64];

	snprintf(wanted, sizeof(wanted), load->dialect->done, load->outcome,
	    records);
	found = strstr(wire->body, wanted);
	if (wire->status / 100 != 2)
		die("sync_load: answered %.600s", wire->reply);
	if (found == NULL || (end != NULL && found > end))
		die("sync_load: not all %s: %.300s", load->outcome, wire->body);
}

/* Peers speak plain HTTP: no authority, no context. */
static SSL_CTX *
context_of(const struct load *load, int sender)
{
	char certificate[4096], key[4096];

	if (strcmp(load->ca, "plain") == 0)
		return NULL;
	snprintf(certificate, sizeof(certificate), "%s.pem",
	    load->clients[sender]);
	snprintf(key, sizeof(key), "%s.key", load->clients[sender]);
	return wire_context(load->ca, certificate, key);
}

static void *
sender_run(void *arg)
{
	struct sender *sender = arg;
	struct load *load = sender->load;
	struct wire wire;
	SSL_CTX *ctx = context_of(load, sender->number);

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

	if (argc < 10 || argc > 12)
		die("usage: sync_load PORT CA|plain CLIENT,CLIENT..."
		    " SETTING,SETTING... need|mixed CHILDREN REVISION PASSES"
		    " OUTCOME [BATCH [DIALECT]]");
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
	load.dialect = dialect_find(argc > 11 ? argv[11] : "sencod");
	if (load.dialect == NULL || load.batch < 1)
		die("sync_load: no such dialect or batch");
	run(&load);
	return 0;
}
