/*
 * get_load.c — asks one address COUNT times over one connection and prints
 * the milliseconds of each, from the first byte sent to the last received;
 * the first few are for warming up and not told. FILE gets the last body.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define WARM_UP 6 /* as bare_sql */

static void
keep(const struct wire *wire, const char *path)
{
	FILE *file = fopen(path, "w");
	size_t len = wire->len - (size_t)(wire->body - wire->reply);

	if (file == NULL || fwrite(wire->body, 1, len, file) != len
	    || fclose(file) != 0)
		die("cannot write %s", path);
}

int
main(int argc, char **argv)
{
	struct wire wire;
	SSL_CTX *ctx;
	char request[2048];
	int len;

	if (argc < 7)
		die("usage: get_load PORT CA CERTIFICATE KEY PATH COUNT"
		    " [FILE]");
	ctx = wire_context(argv[2], argv[3], argv[4]);
	wire_open(&wire, ctx, argv[1]);
	len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n"
	    "Host: localhost\r\nAccept: application/json\r\n\r\n", argv[5]);
	for (int i = -WARM_UP; i < atoi(argv[6]); i++) {
		double began = now_s();

		wire_ask(&wire, request, (size_t)len);
		if (wire.status != 200)
			die("GET %s was answered %s", argv[5], wire.reply);
		if (i >= 0)
			printf("%.3f\n", (now_s() - began) * 1e3);
	}
	fprintf(stderr, "bytes=%zu\n", wire.len);
	if (argc > 7)
		keep(&wire, argv[7]);
	wire_close(&wire);
	SSL_CTX_free(ctx);
	return 0;
}
