/*
 * systemd.h — the two things we take from systemd, without its library:
 * listening sockets it has opened for us, and telling it how we are.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_SYSTEMD_H
#define DAEMON_SYSTEMD_H

/*
 * The inherited socket of that name, or the one at that place when they have
 * no names; -1 when there is none. Inherited sockets survive a restart of
 * ours, with whoever is waiting in their queue.
 */
int systemd_socket(const char *name, int place);

void systemd_notify(const char *state); /* "READY=1"; nothing without systemd */

#endif
