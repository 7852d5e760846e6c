/*
 * ctf_write.h — one pupil as a DfE Common Transfer File, in the order of the
 * published format. It holds what this server knows: who the pupil is, where
 * from and to, the history of SEN. So it says of itself that it is partial.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CTF_WRITE_H
#define PROTOCOL_CTF_WRITE_H

#include "buf.h"
#include "text.h"
#include <stddef.h>

#define CTF_CELLS 14

/* The header and the pupil once, the others in order of time (of rank). */
enum ctf_part { CTF_HEADER, CTF_PUPIL, CTF_SEN, CTF_NEED, CTF_SCHOOL,
	        CTF_PARTS };

/* What a row's cells are; one without at is left out of the file. */
enum { /* CTF_HEADER */
	CTF_VERSION, CTF_MADE_AT, CTF_SUPPLIER, CTF_SOURCE_LEA,
	CTF_SOURCE_ESTAB, CTF_SOURCE_NAME, CTF_ACADEMIC_YEAR, CTF_DEST_LEA,
	CTF_DEST_ESTAB
};
enum { /* CTF_PUPIL */
	CTF_UPN, CTF_ULN, CTF_SURNAME, CTF_FORENAME, CTF_DOB, CTF_SEX,
	CTF_FORMER_UPN, CTF_PREFERRED_SURNAME, CTF_PREFERRED_FORENAME,
	CTF_FORMER_SURNAME, CTF_MIDDLE_NAMES, CTF_NC_YEAR, CTF_ENROL_STATUS,
	CTF_POSTCODE
};
enum { /* CTF_SEN */ CTF_SEN_START, CTF_SEN_PROVISION };
enum { /* CTF_NEED */
	CTF_NEED_START, CTF_NEED_END, CTF_NEED_RANK, CTF_NEED_TYPE
};
enum { /* CTF_SCHOOL */
	CTF_SCHOOL_LEA, CTF_SCHOOL_ESTAB, CTF_SCHOOL_NAME, CTF_ENTRY,
	CTF_LEAVING, CTF_LAST
};

struct ctf_row {
	enum ctf_part part;
	struct slice cells[CTF_CELLS]; /* UTF-8 */
};

/* False when the name is none: "header", "pupil", "sen", "need", "school". */
bool ctf_part_find(struct slice name, enum ctf_part *out) must_check;

void ctf_write(const struct ctf_row *rows, size_t len, struct buf *out);

#endif
