/*
 * invent.h — authorities of other sizes: how many settings of each group and
 * how many children; settings that do not exist make up the number.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_INVENT_H
#define GENERATE_INVENT_H

#include "world.h"
#include <stdbool.h>

/* "S" Rutland-like, "M" median, "L" Kent-like, "XL" ten large ones. */
bool profile_apply(struct world *, const char *name, bool may_invent,
    struct problem *) must_check;

#endif
