/*
 * fields.h — what a record of each kind holds. One table per kind is all
 * there is to a kind in C: the reader, the content hash, the parameters sent
 * to the database and the API document follow it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_FIELDS_H
#define PROTOCOL_FIELDS_H

#include "problem.h"
#include "text.h"
#include "common.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_TEXT,     /* 1 to max bytes of UTF-8, no control characters */
	FIELD_CODE,     /* one of codes */
	FIELD_CODES,    /* array of distinct codes; kept as "A,B", first is rank 1 */
	FIELD_TEXTS,    /* array of 1 to TEXTS_MAX texts of 1 to max bytes (500 when
	                 * max is 0) without control characters; kept as lines */
	FIELD_DATE,     /* YYYY-MM-DD; number = days since 2000-01-01 */
	FIELD_TIME,     /* RFC 3339; number = microseconds since 2000-01-01Z */
	FIELD_INT,      /* min to max (INT32_MAX when max is 0) */
	FIELD_DECIMAL,  /* a number from min to max with at most two places after the point;
	                 * number = hundredths */
	FIELD_BOOL,     /* number = 0 or 1 */
	FIELD_UUID,     /* canonical text form */
	FIELD_SETTING,  /* typed reference to a setting, see identifiers.h */
	FIELD_UPN,      /* these three: a wrong check character makes the field */
	FIELD_ULN,      /* "suspect", not the record refused; a malformed one */
	FIELD_NHS,      /* refuses the record */
	FIELD_POSTCODE, /* upper case, one blank before the inward part */
};

/* INTERNAL: set by a step of the route, never by the caller. */
enum { OPTIONAL, REQUIRED, INTERNAL };

struct field {
	const char *name;
	enum field_type type;
	int needed;                /* OPTIONAL, REQUIRED or INTERNAL */
	const char *const *codes;  /* FIELD_CODE(S): NULL-terminated list */
	int max;                   /* bytes, or greatest number; 0 = the type's own */
	int min;                   /* least number */
};

#define FIELDS_MAX 48
#define KINDS_MAX 32 /* of sync_kinds */
#define TEXTS_MAX 20

/* Whose word counts: what a setting sends of the authority's is a proposal. */
enum owner { OWNER_SETTING, OWNER_AUTHORITY };

struct kind {
	const char *name;          /* "need": URL, table, file and merge function */
	const struct field *fields;
	size_t fields_len;         /* at most FIELDS_MAX */
	enum owner owner;
};

/* A checked, normalised value; text is borrowed from the body or an arena. */
struct value {
	struct slice text;   /* text types; at == NULL when absent */
	int64_t number;      /* date, time, int, bool */
	bool is_set;
	bool is_suspect;     /* an identifier whose check character is wrong */
};

struct arena;

/*
 * Checks and normalises one value given as text (a query parameter, a CSV
 * cell, the content of a JSON string). An empty text is refused: absent is
 * the caller's business. where names the value in the problem.
 */
bool field_read(const struct field *, struct slice text, struct arena *,
    struct value *out, const char *where, struct problem *) must_check;

/* What settings send, at most KINDS_MAX; NULL-terminated. */
extern const struct kind *const sync_kinds[];
extern const struct kind kind_setting; /* a row of a published register */

const struct kind *kind_find(const struct kind *const kinds[], struct slice name);

#endif
