/*
 * exporter.h — makes the exports that clients have asked for, one at a time
 * in each worker, oldest first. Whichever worker is free takes the next; one
 * that dies in the midst leaves a job that another begins anew.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_EXPORTER_H
#define DAEMON_EXPORTER_H

#include "worker.h"

struct exporter;

struct exporter *exporter_new(struct worker *);
void exporter_free(struct exporter *); /* after the pool: calls may be out */

/* Something was asked for: looks at once and not at the next tick. */
void exporter_wake(struct exporter *);

#endif
