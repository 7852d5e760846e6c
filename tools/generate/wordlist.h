/*
 * wordlist.h — a small text file held whole as its lines, comments and empty
 * ones left out: lists of names and postcodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_WORDLIST_H
#define GENERATE_WORDLIST_H

#include "common.h"
#include <stdbool.h>
#include <stddef.h>

struct wordlist {
	char *text;  /* owned */
	char **at;   /* owned array into text */
	size_t len;
};

/* False, with errno set, when the file cannot be read or holds no line. */
bool wordlist_read(struct wordlist *, const char *dir, const char *name) must_check;
void wordlist_release(struct wordlist *);

#endif
