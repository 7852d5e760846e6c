/*
 * records.h — records of one kind as the parameters of one database call:
 * an array per column, in the order the function of the kind takes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DAEMON_RECORDS_H
#define DAEMON_RECORDS_H

#include "buf.h"
#include "db.h"
#include "record.h"
#include <stddef.h>
#include <stdint.h>

/* Binary parameters side by side in one buf; must outlive the call. */
struct params {
	struct buf bytes;
	size_t starts[QUERY_PARAMS_MAX];
	size_t len;
};

void params_release(struct params *);
void params_bind(const struct params *, struct query *);

/* What is sent: the records and the number each is known by in the answer. */
struct selection {
	const struct record **records;
	int32_t *numbers;
	size_t len;
};

void params_add_numbers(struct params *, const struct selection *);   /* int[] */
void params_add_source_ids(struct params *, const struct selection *); /* text[] */
void params_add_revisions(struct params *, const struct selection *); /* bigint[] */
void params_add_hashes(struct params *, const struct selection *);    /* uuid[] */
void params_add_deleted(struct params *, const struct selection *);   /* bool[] */
void params_add_suspects(struct params *, const struct selection *);  /* text[] */
/* Of refused records: their kinds ("" where none was read); why and where. */
void params_add_kinds(struct params *, const struct selection *);     /* text[] */
void params_add_problems(struct params *, const struct selection *);  /* text[] twice */
/* text[], empty when no record has a former key. */
void params_add_was(struct params *, const struct selection *);
/* One array per field of the kind. */
void params_add_fields(struct params *, const struct selection *,
    const struct kind *);
/* The types of what params_add_fields adds; answers how many. */
size_t params_field_types(const struct kind *, uint32_t types[]);

#endif
