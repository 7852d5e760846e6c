/*
 * inputs.c — reads settings and certificates. Certificates are judged in a
 * child, so that no key and no OpenSSL state is inherited by the workers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

static bool
check_tls(const struct config *config, const struct tls_files *files,
    struct problem *why)
{
	struct ssl_ctx_st *tls;
	int ends[2], status;
	pid_t pid;
	bool is_told;

	if (pipe(ends) != 0 || (pid = fork()) < 0)
		fatal("cannot start a process: %s", strerror(errno));
	if (pid == 0) {
		tls = tls_systems_new(config, files, why);
		if (tls == NULL && write(ends[1], why, sizeof(*why)) < 0)
			_exit(2);
		_exit(tls == NULL ? 1 : 0);
	}
	close(ends[1]);
	is_told = read(ends[0], why, sizeof(*why)) == sizeof(*why);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status == 0)
		return true;
	return is_told ? false : problem_set(why, PROBLEM_INTERNAL,
	    config->tls_certificate,
	    "the check of the certificates did not finish");
}

bool
inputs_read(struct inputs *inputs, const char *path, struct problem *why)
{
	inputs->config = config_read(path, why);
	if (inputs->config == NULL)
		return false;
	if (tls_files_read(&inputs->files, inputs->config, why)) {
		if (check_tls(inputs->config, &inputs->files, why))
			return true;
		tls_files_release(&inputs->files);
	}
	config_free(inputs->config);
	inputs->config = NULL;
	return false;
}

void
inputs_release(struct inputs *inputs)
{
	tls_files_release(&inputs->files);
	config_free(inputs->config);
	inputs->config = NULL;
}
