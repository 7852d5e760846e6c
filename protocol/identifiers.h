/*
 * identifiers.h — the numbers children and settings are known by, and
 * whether their check characters hold. All take the text as received.
 * UPN: DfE-00116-2020 Annex A. ULN: DfE ULN validation guide, January 2019.
 * NHS number: modulus 11. Algorithms and vectors: tests/data/identifiers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_IDENTIFIERS_H
#define PROTOCOL_IDENTIFIERS_H

#include "text.h"
#include <stdbool.h>

enum identifier_verdict {
	IDENTIFIER_VALID,
	IDENTIFIER_MALFORMED,  /* wrong length or characters */
	IDENTIFIER_WRONG_CHECK /* right shape, check character does not hold */
};

enum identifier_verdict upn_check(struct slice);
bool upn_is_temporary(struct slice); /* valid and with a letter at the end */
char upn_check_letter(const char body[static 12]); /* positions 2-13; 0 if malformed */

/* "9999999999", the ILR's "none yet", is malformed here: callers take it as absent. */
enum identifier_verdict uln_check(struct slice);
enum identifier_verdict nhs_check(struct slice); /* ten digits; blanks and hyphens were removed before */

bool urn_is_valid(struct slice);        /* GIAS: six digits */
bool ofsted_urn_is_valid(struct slice); /* six or seven digits, EYnnnnnn, CAnnnnnn, or 2nnnnnn */
bool laestab_is_valid(struct slice);    /* seven digits, LLLEEEE */
bool ukprn_is_valid(struct slice);      /* eight digits, first is 1 */
bool la_code_is_valid(struct slice);    /* three digits */

/*
 * A typed reference to a setting: "urn:106283", "ofsted:EY478461",
 * "laestab:3582000", "ukprn:10000001", "id:17". True when scheme and value fit.
 */
bool setting_ref_is_valid(struct slice);

#endif
