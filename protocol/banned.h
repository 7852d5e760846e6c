/*
 * banned.h — calls that must not compile here; included by the compiler's
 * command line. Each has a bounded or reentrant sister.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_BANNED_H
#define PROTOCOL_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strtok gmtime alloca

#endif
