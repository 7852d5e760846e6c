/*
 * housekeeping.h — every worker's timer that has the database throw away what
 * is old and tell which settings fell silent or were heard again. One worker
 * of all machines does it at a time; what is told is logged once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_HOUSEKEEPING_H
#define DAEMON_HOUSEKEEPING_H

struct housekeeping;
struct worker;

/* The first run comes within housekeeping_s; later ones about as far apart. */
struct housekeeping *housekeeping_new(struct worker *);
void housekeeping_free(struct housekeeping *); /* after the pool's */

#endif
