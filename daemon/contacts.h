/*
 * contacts.h — notes that a setting's system was heard of: after each good
 * answer of the sync, at most once a minute for each client and setting,
 * behind the request's back. A note that fails is one that the next
 * request makes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_CONTACTS_H
#define DAEMON_CONTACTS_H

#include "session.h"
#include "text.h"

struct contacts;
struct worker;

struct contacts *contacts_new(struct worker *);
void contacts_free(struct contacts *); /* after the pool's */

/* setting as asked for; at NULL: the only one that is granted, if it is. */
void contacts_note(struct contacts *, const struct actor *,
    struct slice setting);

#endif
