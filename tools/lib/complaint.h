/*
 * complaint.h — what the programs say on stderr, and how they end: 0 when all
 * went well, 1 when the server refused, 2 when the caller or a file was
 * wrong, 3 when the server could not be reached, 4 when another senco-sync is
 * at work in the folder.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TOOLS_COMPLAINT_H
#define TOOLS_COMPLAINT_H

#include "common.h"
#include "problem.h"

enum ending { END_WELL, END_REFUSED, END_USAGE, END_UNREACHABLE, END_BUSY };

void complain_as(const char *program); /* stands before every sentence */
void complain(const char *fmt, ...) printf_like(1, 2);
void complain_problem(const struct problem *);

/*
 * A problem document of the server as "title: detail (pointer)"; when the
 * answer is no such document, its status alone.
 */
void complaint_print_answer(const char *body, size_t len, int status,
    struct buf *out);
void complain_answer(const char *body, size_t len, int status);

#endif
