/*
 * poll_hold.c — parks many long-polls of the change feed, each on a TLS
 * connection of its own, and holds them: who is answered with nothing asks
 * again. Says "ready" when all are parked. Then, for each line of its input,
 * "CERTIFICATE SETTING REVISION", writes one record to that setting by that
 * client and prints the milliseconds until the last of the waiters of that
 * client's group has its answer. Ends with its input.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "records.h"
#include "wire.h"

#define GROUPS_MAX 64
#define GREETING_AT_ONCE 32 /* handshakes of ours in the server's hands */
#define REPLY_MAX (16 * 1024)
#define WAIT_S 60
#define PATIENCE_S 30       /* for what is waited for in vain otherwise */

enum stage { GREETING, ASKING, WAITING, TOLD };

/* Who waits with one certificate: CLIENT:COUNT of the command line. */
struct group {
	char *client;
	int count;
	SSL_CTX *ctx;
	char request[512];
	size_t request_len;
	int told;          /* have an answer with something in it */
};

struct waiter {
	struct group *group;
	int fd;
	SSL *ssl;
	enum stage stage;
	size_t len;
	char reply[REPLY_MAX];
};

struct hold {
	const char *port, *ca;
	struct group groups[GROUPS_MAX];
	int groups_len, total;
	struct waiter **waiters;
	int begun, greeted, asking;
	int epoll;
};

/* The request of a client that has read all there is: it follows its feed to
 * the end first. */
static void
group_prepare(struct hold *hold, struct group *group)
{
	char certificate[4096], key[4096], after[256] = "";
	bool is_end = false;
	struct wire wire;

	snprintf(certificate, sizeof(certificate), "%s.pem", group->client);
	snprintf(key, sizeof(key), "%s.key", group->client);
	group->ctx = wire_context(hold->ca, certificate, key);
	SSL_CTX_set_mode(group->ctx, SSL_MODE_RELEASE_BUFFERS);
	wire_open(&wire, group->ctx, hold->port);
	while (!is_end) {
		const char *next;

		group->request_len = (size_t)snprintf(group->request,
		    sizeof(group->request), "GET /v1/sync/changes?limit=1000"
		    "%s HTTP/1.1\r\nHost: localhost\r\n"
		    "Accept: application/json\r\n\r\n", after);
		wire_ask(&wire, group->request, group->request_len);
		next = strstr(wire.body, "\"next\":\"");
		if (wire.status != 200)
			die("poll_hold: answered %.600s", wire.reply);
		is_end = strstr(wire.body, "\"items\":[]") != NULL;
		if (next != NULL)
			snprintf(after, sizeof(after), "&after=%.*s",
			    (int)strcspn(next + 8, "\""), next + 8);
	}
	wire_close(&wire);
	group->request_len = (size_t)snprintf(group->request,
	    sizeof(group->request), "GET /v1/sync/changes?wait=%d%s HTTP/1.1\r\n"
	    "Host: localhost\r\nAccept: application/json\r\n\r\n", WAIT_S,
	    after);
}

static void
waiter_open(struct hold *hold, struct waiter *waiter)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = waiter,
	};

	waiter->fd = wire_connect(hold->port);
	fcntl(waiter->fd, F_SETFL, O_NONBLOCK);
	waiter->ssl = SSL_new(waiter->group->ctx);
	SSL_set_tlsext_host_name(waiter->ssl, "localhost");
	SSL_set_fd(waiter->ssl, waiter->fd);
	SSL_set_connect_state(waiter->ssl);
	epoll_ctl(hold->epoll, EPOLL_CTL_ADD, waiter->fd, &event);
	hold->begun++;
}

/* An answer that ended: something new, or it asks again. */
static void
waiter_answered(struct hold *hold, struct waiter *waiter)
{
	if (memcmp(waiter->reply, "HTTP/1.1 200", 12) != 0)
		die("poll_hold: answered %.*s", (int)waiter->len,
		    waiter->reply);
	if (memmem(waiter->reply, waiter->len, "\"items\":[]", 10) == NULL) {
		waiter->stage = TOLD;
		waiter->group->told++;
		return;
	}
	waiter->len = 0;
	waiter->stage = ASKING;
	hold->asking++;
}

static bool
reply_is_whole(const struct waiter *waiter)
{
	const char *end = memmem(waiter->reply, waiter->len, "\r\n\r\n", 4);
	const char *field;

	if (end == NULL)
		return false;
	field = memmem(waiter->reply, (size_t)(end - waiter->reply),
	    "Content-Length:", 15);
	if (field == NULL) /* chunked: its last one is empty */
		return memmem(end, waiter->len - (size_t)(end - waiter->reply),
		    "\r\n0\r\n\r\n", 7) != NULL;
	return waiter->len >= (size_t)(end + 4 - waiter->reply)
	       + strtoul(field + 15, NULL, 10);
}

/* True while it can go on without waiting. */
static bool
waiter_step(struct hold *hold, struct waiter *waiter)
{
	size_t n = 0;
	int result;

	ERR_clear_error();
	switch (waiter->stage) {
	case GREETING:
		result = SSL_do_handshake(waiter->ssl);
		if (result == 1) {
			waiter->stage = ASKING;
			hold->greeted++;
			hold->asking++;
		}
		break;
	case ASKING:
		result = SSL_write_ex(waiter->ssl, waiter->group->request,
		    waiter->group->request_len, &n);
		if (result == 1) {
			waiter->stage = WAITING;
			hold->asking--;
		}
		break;
	default:
		result = SSL_read_ex(waiter->ssl, waiter->reply + waiter->len,
		    REPLY_MAX - waiter->len, &n);
		waiter->len += n;
		if (result == 1 && reply_is_whole(waiter))
			waiter_answered(hold, waiter);
	}
	if (result == 1)
		return true;
	result = SSL_get_error(waiter->ssl, result);
	if (result != SSL_ERROR_WANT_READ && result != SSL_ERROR_WANT_WRITE)
		die("poll_hold: a connection was closed, %d of %d greeted",
		    hold->greeted, hold->total);
	return false;
}

static void
turn(struct hold *hold)
{
	struct epoll_event events[256];
	int count;

	while (hold->begun < hold->total
	    && hold->begun - hold->greeted < GREETING_AT_ONCE)
		waiter_open(hold, hold->waiters[hold->begun]);
	count = epoll_wait(hold->epoll, events, 256, 20);
	for (int i = 0; i < count; i++)
		while (waiter_step(hold, events[i].data.ptr))
			continue;
}

/* One record by a connection of its own; when it was on its way. */
static double
write_one(struct hold *hold, const char *client, const char *ref, long revision)
{
	struct batch batch = { .ref = ref, .setting = (int)(revision % 900), .from = 0, .to = 1,
		               .revision = revision, .is_mixed = true };
	struct request request = request_make(dialect_find("sencod"), &batch);
	char certificate[4096], key[4096];
	struct wire wire;
	SSL_CTX *ctx;
	double began;

	snprintf(certificate, sizeof(certificate), "%s.pem", client);
	snprintf(key, sizeof(key), "%s.key", client);
	ctx = wire_context(hold->ca, certificate, key);
	wire_open(&wire, ctx, hold->port);
	began = now_s();
	wire_ask(&wire, request.at, request.len);
	if (wire.status != 200)
		die("poll_hold: the write was answered %.600s", wire.reply);
	wire_close(&wire);
	SSL_CTX_free(ctx);
	free(request.at);
	return began;
}

static struct group *
group_find(struct hold *hold, const char *client)
{
	for (int i = 0; i < hold->groups_len; i++)
		if (strcmp(hold->groups[i].client, client) == 0)
			return &hold->groups[i];
	die("poll_hold: nobody waits with %s", client);
}

static void
wake(struct hold *hold, char *line)
{
	char *client = strsep(&line, " "), *ref = strsep(&line, " ");
	struct group *group = group_find(hold, client);
	double began;

	if (ref == NULL || line == NULL)
		die("poll_hold: a line is CERTIFICATE SETTING REVISION");
	began = write_one(hold, client, ref, atol(line));
	while (group->told < group->count) {
		turn(hold);
		if (now_s() - began > PATIENCE_S)
			die("poll_hold: %d of %d were told", group->told,
			    group->count);
	}
	printf("%.1f\n", (now_s() - began) * 1e3);
	fflush(stdout);
}

/* The server reads and parks what we have written by now. */
static void
settle(struct hold *hold)
{
	double until = now_s() + 2;

	while (hold->greeted < hold->total || hold->asking > 0)
		turn(hold);
	while (now_s() < until)
		turn(hold);
}

static void
read_lines(struct hold *hold)
{
	char line[8192];
	size_t len = 0;
	ssize_t n;

	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	for (;;) {
		char *end;

		turn(hold);
		n = read(STDIN_FILENO, line + len, sizeof(line) - 1 - len);
		if (n == 0)
			return;
		if (n > 0)
			len += (size_t)n;
		line[len] = '\0';
		while ((end = strchr(line, '\n')) != NULL) {
			*end = '\0';
			wake(hold, line);
			len -= (size_t)(end + 1 - line);
			memmove(line, end + 1, len + 1);
		}
	}
}

static void
prepare(struct hold *hold, char **list, int len)
{
	int at = 0;

	for (int i = 0; i < len && i < GROUPS_MAX; i++) {
		struct group *group = &hold->groups[hold->groups_len++];

		group->client = strsep(&list[i], ":");
		group->count = list[i] != NULL ? atoi(list[i]) : 0;
		hold->total += group->count;
		group_prepare(hold, group);
	}
	hold->waiters = calloc((size_t)hold->total, sizeof(*hold->waiters));
	for (int i = 0; i < hold->groups_len; i++)
		for (int n = 0; n < hold->groups[i].count; n++) {
			hold->waiters[at] = calloc(1, sizeof(struct waiter));
			hold->waiters[at++]->group = &hold->groups[i];
		}
}

int
main(int argc, char **argv)
{
	static struct hold hold;

	if (argc < 4)
		die("usage: poll_hold PORT CA CLIENT:COUNT...");
	signal(SIGPIPE, SIG_IGN);
	hold.port = argv[1];
	hold.ca = argv[2];
	hold.epoll = epoll_create1(0);
	prepare(&hold, argv + 3, argc - 3);
	settle(&hold);
	puts("ready");
	fflush(stdout);
	read_lines(&hold);
	return 0;
}
