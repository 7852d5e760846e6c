/*
 * width.h — how many columns of a terminal a UTF-8 text takes, and where to
 * cut it. Combining marks take none, East Asian wide characters and most
 * emoji two, everything else one; a byte that is no UTF-8 takes one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_WIDTH_H
#define TOOLS_WIDTH_H

#include "text.h"
#include <stddef.h>

size_t width_of(struct slice);
/* The longest piece from the start that takes at most max columns. */
struct slice width_cut(struct slice, size_t max);
/* Control characters become '?': a text must not steer the terminal. */
void width_disarm(char *text);

#endif
