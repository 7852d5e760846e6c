/*
 * staffing.h — the people around the children: SENCOs and their posts, Area
 * SENCOs and their caseloads, and when each setting was last heard of.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_STAFFING_H
#define GENERATE_STAFFING_H

#include "world.h"

void staffing_tell(struct world *);

#endif
