/*
 * tls_load.c — the bench's client: N connections with a client certificate,
 * each asking again as soon as it is answered, either over kept connections
 * or with a full handshake for every request. Prints requests a second,
 * times, and what each request cost the server's processes. (wrk and h2load
 * show no client certificates.)
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REPLY_MAX (256 * 1024)
#define PIDS_MAX 64
#define TIMES_MAX (4 * 1024 * 1024)
#define REQUEST_MAX 1024

enum stage { GREETING, WRITING, READING };

struct client {
	int fd;
	SSL *ssl;
	enum stage stage;
	size_t written;
	size_t len;        /* of the reply so far */
	size_t whole;      /* of the reply, 0 while its head is not here */
	uint64_t began_us;
	char reply[REPLY_MAX];
};

struct load {
	const char *host, *port, *path, *ca, *cert, *key, *tls;
	int connections;
	double seconds;
	bool is_handshakes;
	pid_t pids[PIDS_MAX];
	size_t pids_len;

	struct addrinfo *address;
	SSL_CTX *ctx;
	int epoll;
	char request[REQUEST_MAX];
	size_t request_len;
	uint32_t *times_us;
	uint64_t requests, failures, bytes;
};

static void
die(const char *what)
{
	fprintf(stderr, "tls_load: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Time a process has had on a processor, in microseconds. */
static uint64_t
cpu_us(pid_t pid)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%llu", &ns) != 1)
		die("a process of --pids is not there");
	fclose(file);
	return ns / 1000;
}

static uint64_t
cpu_of_all(const struct load *load)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < load->pids_len; i++)
		sum += cpu_us(load->pids[i]);
	return sum;
}

static void
client_open(struct load *load, struct client *client)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	int on = 1;

	client->fd = socket(load->address->ai_family,
	    SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (client->fd < 0)
		die("no socket");
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(client->fd, load->address->ai_addr,
	    load->address->ai_addrlen) != 0 && errno != EINPROGRESS)
		die("cannot connect");
	client->ssl = SSL_new(load->ctx);
	SSL_set_tlsext_host_name(client->ssl, load->host);
	SSL_set_fd(client->ssl, client->fd);
	SSL_set_connect_state(client->ssl);
	client->stage = GREETING;
	client->began_us = now_us();
	event.data.ptr = client;
	epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void
client_close(struct client *client)
{
	SSL_shutdown(client->ssl);
	SSL_free(client->ssl);
	close(client->fd);
}

/* Length of the whole reply once its head is here; 0 before. */
static size_t
reply_whole(const struct client *client)
{
	const char *end = memmem(client->reply, client->len, "\r\n\r\n", 4);
	const char *field;

	if (end == NULL)
		return 0;
	field = memmem(client->reply, (size_t)(end - client->reply),
	    "Content-Length:", 15);
	if (field == NULL || memcmp(client->reply, "HTTP/1.1 200", 12) != 0)
		die("the reply is not a 200 with its Content-Length");
	return (size_t)(end + 4 - client->reply)
	       + strtoul(field + 15, NULL, 10);
}

static void
answered(struct load *load, struct client *client)
{
	uint64_t now = now_us();

	if (load->requests < TIMES_MAX)
		load->times_us[load->requests] =
		    (uint32_t)(now - client->began_us);
	load->requests++;
	load->bytes += client->len;
	client->len = client->whole = client->written = 0;
	if (load->is_handshakes) {
		client_close(client);
		client_open(load, client);
		return;
	}
	client->began_us = now;
	client->stage = WRITING;
}

/* True while it can go on without waiting. */
static bool
client_step(struct load *load, struct client *client)
{
	size_t n = 0;
	int result;

	ERR_clear_error();
	switch (client->stage) {
	case GREETING:
		result = SSL_do_handshake(client->ssl);
		if (result == 1)
			client->stage = WRITING;
		break;
	case WRITING:
		result = SSL_write_ex(client->ssl, load->request,
		    load->request_len, &n);
		if (result == 1)
			client->stage = READING;
		break;
	default:
		result = SSL_read_ex(client->ssl, client->reply + client->len,
		    REPLY_MAX - client->len, &n);
		client->len += n;
		if (result == 1 && client->whole == 0)
			client->whole = reply_whole(client);
		if (client->whole != 0 && client->len >= client->whole) {
			answered(load, client);
			return true;
		}
	}
	if (result == 1)
		return true;
	result = SSL_get_error(client->ssl, result);
	if (result == SSL_ERROR_WANT_READ || result == SSL_ERROR_WANT_WRITE)
		return false;
	load->failures++;
	if (load->failures > 100)
		die("too many failures");
	client->len = client->whole = 0;
	client_close(client);
	client_open(load, client);
	return false;
}

static void
run(struct load *load)
{
	struct client **clients = calloc((size_t)load->connections,
	    sizeof(*clients));
	struct epoll_event events[64];
	uint64_t until = now_us() + (uint64_t)(load->seconds * 1e6);

	for (int i = 0; i < load->connections; i++) {
		clients[i] = calloc(1, sizeof(**clients));
		client_open(load, clients[i]);
	}
	while (now_us() < until) {
		int count = epoll_wait(load->epoll, events, 64, 100);

		for (int i = 0; i < count; i++)
			while (client_step(load, events[i].data.ptr))
				continue;
	}
	for (int i = 0; i < load->connections; i++) {
		client_close(clients[i]);
		free(clients[i]);
	}
	free(clients);
}

static int
by_size(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

static void
report(struct load *load, double seconds, uint64_t cpu)
{
	size_t count = load->requests < TIMES_MAX ? load->requests : TIMES_MAX;

	if (count == 0)
		die("no request was answered");
	qsort(load->times_us, count, sizeof(*load->times_us), by_size);
	printf("mode=%s connections=%d seconds=%.2f requests=%llu "
	    "failures=%llu rps=%.0f p50_us=%u p99_us=%u bytes_each=%llu",
	    load->is_handshakes ? "handshakes" : "keepalive",
	    load->connections, seconds, (unsigned long long)load->requests,
	    (unsigned long long)load->failures,
	    (double)load->requests / seconds, load->times_us[count / 2],
	    load->times_us[count * 99 / 100],
	    (unsigned long long)(load->bytes / load->requests));
	if (load->pids_len > 0)
		printf(" cpu_us_each=%.1f", (double)cpu
		    / (double)load->requests);
	printf("\n");
}

static void
load_start(struct load *load)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };

	if (getaddrinfo(load->host, load->port, &hints, &load->address) != 0)
		die("unknown host or port");
	load->ctx = SSL_CTX_new(TLS_client_method());
	if (SSL_CTX_load_verify_locations(load->ctx, load->ca, NULL) != 1
	    || SSL_CTX_use_certificate_chain_file(load->ctx, load->cert) != 1
	    || SSL_CTX_use_PrivateKey_file(load->ctx, load->key,
	    SSL_FILETYPE_PEM) != 1)
		die("cannot read --ca, --cert or --key");
	SSL_CTX_set_verify(load->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(load->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(load->ctx, 1);
	if (load->tls != NULL && strcmp(load->tls, "1.2") == 0)
		SSL_CTX_set_max_proto_version(load->ctx, TLS1_2_VERSION);
	load->epoll = epoll_create1(0);
	load->times_us = calloc(TIMES_MAX, sizeof(*load->times_us));
	load->request_len = (size_t)snprintf(load->request, REQUEST_MAX,
	    "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", load->path, load->host,
	    load->is_handshakes ? "Connection: close\r\n" : "");
	if (load->epoll < 0 || load->times_us == NULL
	    || load->request_len >= REQUEST_MAX)
		die("cannot start");
}

static void
read_pids(struct load *load, char *list)
{
	char *save = NULL;

	for (char *pid = strtok_r(list, ", ", &save); pid != NULL;
	    pid = strtok_r(NULL, ", ", &save))
		if (load->pids_len < PIDS_MAX)
			load->pids[load->pids_len++] = atoi(pid);
}

static const char usage[] =
    "usage: tls_load --ca FILE --cert FILE --key FILE [options]\n"
    "  --host NAME --port PORT --path PATH   (localhost 8443 /)\n"
    "  --connections N --seconds S           (32 3)\n"
    "  --handshakes                          one request a connection\n"
    "  --tls 1.2                             instead of 1.3\n"
    "  --pids PID,PID                        the server's, for its CPU time\n";

static const struct option options[] = {
	{ "host", required_argument, NULL, 'h' },
	{ "port", required_argument, NULL, 'p' },
	{ "path", required_argument, NULL, 'u' },
	{ "ca", required_argument, NULL, 'a' },
	{ "cert", required_argument, NULL, 'c' },
	{ "key", required_argument, NULL, 'k' },
	{ "connections", required_argument, NULL, 'n' },
	{ "seconds", required_argument, NULL, 's' },
	{ "tls", required_argument, NULL, 't' },
	{ "pids", required_argument, NULL, 'i' },
	{ "handshakes", no_argument, NULL, 'H' },
	{ NULL, 0, NULL, 0 },
};

static void
read_options(struct load *load, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'h': load->host = optarg; break;
		case 'p': load->port = optarg; break;
		case 'u': load->path = optarg; break;
		case 'a': load->ca = optarg; break;
		case 'c': load->cert = optarg; break;
		case 'k': load->key = optarg; break;
		case 't': load->tls = optarg; break;
		case 'n': load->connections = atoi(optarg); break;
		case 's': load->seconds = atof(optarg); break;
		case 'i': read_pids(load, optarg); break;
		case 'H': load->is_handshakes = true; break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	if (load->ca == NULL || load->cert == NULL || load->key == NULL
	    || load->connections < 1 || load->seconds <= 0) {
		fputs(usage, stderr);
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	static struct load load = {
		.host = "localhost", .port = "8443", .path = "/",
		.connections = 32, .seconds = 3,
	};
	uint64_t began, cpu;

	read_options(&load, argc, argv);
	load_start(&load);
	began = now_us();
	cpu = cpu_of_all(&load);
	run(&load);
	report(&load, (double)(now_us() - began) / 1e6,
	    cpu_of_all(&load) - cpu);
	freeaddrinfo(load.address);
	SSL_CTX_free(load.ctx);
	free(load.times_us);
	return 0;
}
