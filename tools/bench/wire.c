/*
 * wire.c — blocking sockets, OpenSSL, and just enough HTTP/1.1 to know where
 * a reply ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

double
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	ERR_print_errors_fp(stderr);
	exit(1);
}

SSL_CTX *
wire_context(const char *ca, const char *certificate, const char *key)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL || SSL_CTX_load_verify_locations(ctx, ca, NULL) != 1)
		die("cannot read %s", ca);
	if (certificate != NULL
	    && (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1
	    || SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1))
		die("cannot read %s", certificate);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_read_ahead(ctx, 1);
	return ctx;
}

int
wire_connect(const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *address;
	int fd, on = 1;

	if (getaddrinfo("127.0.0.1", port, &hints, &address) != 0)
		die("%s is no port", port);
	fd = socket(address->ai_family, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, address->ai_addr, address->ai_addrlen) != 0)
		die("cannot connect to port %s", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	freeaddrinfo(address);
	return fd;
}

void
wire_open(struct wire *wire, SSL_CTX *ctx, const char *port)
{
	memset(wire, 0, sizeof(*wire));
	wire->fd = wire_connect(port);
	if (ctx != NULL) {
		wire->ssl = SSL_new(ctx);
		SSL_set_tlsext_host_name(wire->ssl, "localhost");
		SSL_set_fd(wire->ssl, wire->fd);
		if (SSL_connect(wire->ssl) != 1)
			die("no TLS handshake with port %s", port);
	}
	wire->size = 64 * 1024;
	wire->reply = malloc(wire->size);
}

void
wire_close(struct wire *wire)
{
	if (wire->ssl != NULL)
		SSL_shutdown(wire->ssl);
	SSL_free(wire->ssl);
	close(wire->fd);
	free(wire->reply);
}

static size_t
take(struct wire *wire, char *to, size_t max)
{
	size_t got = 0;
	ssize_t n;

	if (wire->ssl != NULL) {
		if (SSL_read_ex(wire->ssl, to, max, &got) != 1)
			die("the connection ended within a reply");
		return got;
	}
	n = recv(wire->fd, to, max, 0);
	if (n <= 0)
		die("the connection ended within a reply");
	return (size_t)n;
}

static void
read_some(struct wire *wire)
{
	size_t got;

	if (wire->len + 32 * 1024 > wire->size) {
		wire->size *= 2;
		wire->reply = realloc(wire->reply, wire->size);
	}
	got = take(wire, wire->reply + wire->len, wire->size - wire->len - 1);
	wire->len += got;
	wire->reply[wire->len] = '\0';
}

/* Steps from chunk to chunk, so that no byte is looked at twice. */
static void
read_chunks(struct wire *wire, size_t at)
{
	for (;;) {
		char *end;
		size_t size;

		while (memchr(wire->reply + at, '\n', wire->len - at) == NULL)
			read_some(wire);
		size = strtoul(wire->reply + at, &end, 16);
		at = (size_t)(end - wire->reply) + 2 + size + 2;
		while (wire->len < at)
			read_some(wire);
		if (size == 0)
			return;
	}
}

static void
read_first(struct wire *wire, size_t head)
{
	while (wire->len == head)
		read_some(wire);
	wire->first_at = now_s();
}

static void
read_reply(struct wire *wire)
{
	const char *end, *field;
	size_t head;

	wire->len = 0;
	wire->first_at = now_s();
	do
		read_some(wire);
	while ((end = strstr(wire->reply, "\r\n\r\n")) == NULL);
	head = (size_t)(end + 4 - wire->reply);
	wire->status = atoi(wire->reply + 9);
	field = strcasestr(wire->reply, "\r\ncontent-length:");
	if (field != NULL && field < end) {
		size_t whole = head + strtoul(field + 17, NULL, 10);

		if (whole > head)
			read_first(wire, head);
		while (wire->len < whole)
			read_some(wire);
	} else {
		read_first(wire, head);
		read_chunks(wire, head);
	}
	wire->body = wire->reply + head;
}

void
wire_ask(struct wire *wire, const char *request, size_t len)
{
	size_t sent = 0;

	if (wire->ssl == NULL)
		for (ssize_t n = 1; n > 0 && sent < len; sent += (size_t)n)
			n = send(wire->fd, request + sent, len - sent,
			    MSG_NOSIGNAL);
	else
		SSL_write_ex(wire->ssl, request, len, &sent);
	if (sent != len)
		die("the connection ended within a request");
	read_reply(wire);
}
