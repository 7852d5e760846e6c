/*
 * read_file.h — the records of a file, each handed to its delivery.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_READ_FILE_H
#define SENCO_SYNC_READ_FILE_H

#include "delivery.h"

/* False when the file was stopped; the delivery knows why. */
bool ndjson_deliver(struct delivery *) must_check;
bool ctf_deliver(struct delivery *) must_check;

#endif
