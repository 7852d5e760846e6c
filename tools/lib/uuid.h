/*
 * uuid.h — fresh random (version 4) UUIDs: the names of batches.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_UUID_H
#define TOOLS_UUID_H

#include <stdint.h>

void uuid_print_fresh(char out[static 37]);
uint32_t random_fresh(void);

#endif
