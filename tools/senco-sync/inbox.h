/*
 * inbox.h — the folder a management information system writes into: which
 * files are whole, which of them are new, and their reading. A file that is
 * still being written is left for the next time and told; it is whole when
 * nothing has changed it for settle_seconds, nobody has it open for writing,
 * its name is no temporary one, and its last byte is that of a whole file.
 * Nothing in the inbox is ever changed or removed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_INBOX_H
#define SENCO_SYNC_INBOX_H

#include "config.h"
#include "mapping.h"
#include "store.h"
#include <stdbool.h>
#include <stddef.h>

struct inbox {
	const struct config *config;
	const struct mapping *mapping;
	struct store *store;
	size_t read;     /* files, in the last look */
	size_t waiting;  /* files still being written */
	size_t unusable; /* files newly found to be of no use */
};

/* Reads all that is new; false when the folder or the memory fails. */
bool inbox_look(struct inbox *, struct problem *) must_check;

#endif
