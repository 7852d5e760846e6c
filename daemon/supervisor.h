/*
 * supervisor.h — the process that opens the listening sockets, starts the
 * workers, restarts what dies and passes on reload and stop. It touches no
 * data: no database, no connection, no OpenSSL. It keeps the last settings
 * and certificates that were found good, so that a worker it restarts does
 * not depend on what the files have become since.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_SUPERVISOR_H
#define DAEMON_SUPERVISOR_H

/* Both answer the exit status. check prints one sentence on stderr. */
int supervisor_run(const char *config_path);
int supervisor_check(const char *config_path);

#endif
