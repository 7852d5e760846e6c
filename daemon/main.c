/*
 * main.c — the command line. What is asked for without -c is the sample's
 * place, /etc/sencod/sencod.conf.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "log.h"
#include "supervisor.h"

#ifndef SENCOD_VERSION
#define SENCOD_VERSION "0.1.0"
#endif

static const char usage[] =
    "usage: sencod [-n] [-c FILE]\n"
    "\n"
    "  -c, --config FILE   settings (default /etc/sencod/sencod.conf)\n"
    "  -n, --check         check the settings and certificates, then exit\n"
    "      --print-config  print every setting with its default\n"
    "      --version       print the version\n"
    "  -h, --help          print this\n"
    "\n"
    "SIGHUP reloads settings and certificates, SIGTERM lets requests in\n"
    "flight finish and stops.\n";

enum { OPTION_PRINT = 256, OPTION_VERSION };

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'n' },
	{ "print-config", no_argument, NULL, OPTION_PRINT },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int
misused(const char *why)
{
	if (why != NULL)
		fprintf(stderr, "sencod: %s\n", why);
	fprintf(stderr, "Try 'sencod --help'.\n");
	return 2;
}

int
main(int argc, char **argv)
{
	const char *path = "/etc/sencod/sencod.conf";
	bool is_check = false;
	int option;

	while ((option = getopt_long(argc, argv, "c:nh", options, NULL)) != -1)
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'n':
			is_check = true;
			break;
		case OPTION_PRINT:
			config_print(stdout);
			return fflush(stdout) == 0 ? 0 : 1;
		case OPTION_VERSION:
			puts("sencod " SENCOD_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return misused(NULL);
		}
	if (optind < argc)
		return misused("it takes no arguments, only options");
	log_start(LOG_INFO, "supervisor");
	return is_check ? supervisor_check(path) : supervisor_run(path);
}
