/*
 * advice.c — what a school can do about a refusal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "advice.h"

static const struct advice {
	enum problem_slug slug;
	const char *sentence;
} advices[] = {
	{ PROBLEM_UNKNOWN_CHILD, "Send the child's own record first, in this "
	  "file or one before it." },
	{ PROBLEM_UNKNOWN_SETTING, "Check the number of the other school." },
	{ PROBLEM_DATES_REVERSED, "Correct one of the two dates." },
	{ PROBLEM_UNKNOWN_CODE, "Correct the code in your system." },
	{ PROBLEM_MISSING_FIELD, "Fill the field in your system." },
	{ PROBLEM_MALFORMED_FIELD, "Correct the value in your system." },
	{ PROBLEM_UPN_CHECK_LETTER, "The record was taken; the number is kept "
	  "apart and not used to find the child. Check it." },
	{ PROBLEM_ULN_CHECK_DIGIT, "The record was taken; the number is kept "
	  "apart and not used to find the child. Check it." },
	{ PROBLEM_NHS_CHECK_DIGIT, "The record was taken; the number is kept "
	  "apart and not used to find the child. Check it." },
};

const char *
advice_of(enum problem_slug slug)
{
	for (size_t i = 0; i < nitems(advices); i++)
		if (advices[i].slug == slug)
			return advices[i].sentence;
	return NULL;
}
