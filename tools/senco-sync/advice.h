/*
 * advice.h — what a school can do about a refusal, one sentence a slug.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SENCO_SYNC_ADVICE_H
#define SENCO_SYNC_ADVICE_H

#include "problem.h"

/* NULL where there is nothing to add to the problem's own words. */
const char *advice_of(enum problem_slug);

#endif
