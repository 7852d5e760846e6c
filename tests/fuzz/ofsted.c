/*
 * ofsted — any bytes at all as a register: no crash, no row that depends on how
 * the bytes were cut, every refusal with its place and reason.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "register.h"

#include <stddef.h>
#include <stdint.h>

#include "../lib/register_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	return fuzz_register(&register_ofsted, at, len);
}
