/*
 * ctf_writer.h — a Common Transfer File of pupils as a school's system
 * would export it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GENERATE_CTF_WRITER_H
#define GENERATE_CTF_WRITER_H

#include "buf.h"
#include "person.h"
#include "places.h"
#include "story.h"
#include "world.h"

void ctf_add_pupil(struct buf *, const struct place *, const struct person *,
    const struct story *);
void ctf_add_head(struct buf *, const struct world *, const struct place *);
void ctf_add_foot(struct buf *);

#endif
