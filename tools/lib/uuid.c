/*
 * uuid.c — fresh random UUIDs from the kernel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "uuid.h"

#include "text.h"

#include <assert.h>
#include <sys/random.h>

void
uuid_print_fresh(char out[static 37])
{
	uint8_t uuid[16];
	ssize_t got = getrandom(uuid, sizeof(uuid), 0);

	assert(got == sizeof(uuid));
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
	text_print_uuid(uuid, out);
}

uint32_t
random_fresh(void)
{
	uint32_t number;
	ssize_t got = getrandom(&number, sizeof(number), 0);

	assert(got == sizeof(number));
	return number;
}
