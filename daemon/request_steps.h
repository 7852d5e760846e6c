/*
 * request_steps.h — the steps every request begins with (request_head.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_REQUEST_STEPS_H
#define DAEMON_REQUEST_STEPS_H

#include "route.h"

enum step_outcome step_identify(struct request *);
enum step_outcome step_identified(struct request *);
enum step_outcome step_route(struct request *);
enum step_outcome step_authorise(struct request *);
enum step_outcome step_parameters(struct request *);
enum step_outcome step_receive(struct request *);

#endif
