/*
 * get_load.c — asks one address COUNT times over one connection and prints
 * the milliseconds of each, from the first byte sent to the last received, and
 * to the first of the body; the first few are for warming up and not told.
 * FILE gets the last body. With BODY it is a POST of that JSON, which a server
 * of GraphQL wants to read. BENCH_ACCEPT in the environment asks for a form.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define WARM_UP 6 /* as bare_sql */
#define REQUEST_MAX 8192

static void
keep(const struct wire *wire, const char *path)
{
	FILE *file = fopen(path, "w");
	size_t len = wire->len - (size_t)(wire->body - wire->reply);

	if (file == NULL || fwrite(wire->body, 1, len, file) != len
	    || fclose(file) != 0)
		die("cannot write %s", path);
}

static size_t
print_request(char out[static REQUEST_MAX], const char *path, const char *body)
{
	const char *accept = getenv("BENCH_ACCEPT");
	char length[96] = "";
	int len;

	if (body != NULL)
		snprintf(length, sizeof(length), "Content-Type: "
		    "application/json\r\nContent-Length: %zu\r\n", strlen(body));
	len = snprintf(out, REQUEST_MAX, "%s %s HTTP/1.1\r\n"
	    "Host: localhost\r\nAccept: %s\r\n%s\r\n%s",
	    body != NULL ? "POST" : "GET", path,
	    accept != NULL ? accept : "application/json", length,
	    body != NULL ? body : "");
	if (len >= REQUEST_MAX)
		die("get_load: too long a request");
	return (size_t)len;
}

int
main(int argc, char **argv)
{
	struct wire wire;
	SSL_CTX *ctx = NULL;
	char request[REQUEST_MAX];
	size_t len;

	if (argc < 7)
		die("usage: get_load PORT CA|plain CERTIFICATE KEY PATH COUNT"
		    " [FILE [BODY]]");
	if (strcmp(argv[2], "plain") != 0)
		ctx = wire_context(argv[2], argv[3], argv[4]);
	wire_open(&wire, ctx, argv[1]);
	len = print_request(request, argv[5], argc > 8 ? argv[8] : NULL);
	for (int i = -WARM_UP; i < atoi(argv[6]); i++) {
		double began = now_s();

		wire_ask(&wire, request, len);
		if (wire.status != 200)
			die("%s was answered %s", argv[5], wire.reply);
		if (i >= 0)
			printf("%.3f %.3f\n", (now_s() - began) * 1e3,
			    (wire.first_at - began) * 1e3);
	}
	if (argc > 7 && argv[7][0] != '\0')
		keep(&wire, argv[7]);
	wire_close(&wire);
	SSL_CTX_free(ctx);
	return 0;
}
