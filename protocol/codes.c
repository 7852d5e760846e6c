/*
 * codes.c — the code lists of the field, as published by DfE.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"

#include <stddef.h>

const char *const codes_sex[] = { "M", "F", NULL };

/* CBDS year groups: early years, Reception, 1-14, mixed, not followed. */
const char *const codes_year_group[] = {
	"E1", "E2", "N1", "N2", "R", "1", "2", "3", "4", "5", "6", "7", "8",
	"9", "10", "11", "12", "13", "14", "M", "X", NULL
};

/* CTF EnrolStatus C, G, M, S in words. */
const char *const codes_enrolment[] = {
	"current", "guest", "main", "subsidiary", NULL
};

const char *const codes_sen_place[] = { "unit", "resourced_provision", NULL };

/* A, P and S are accepted as history only; S ended in 2018. */
const char *const codes_sen_provision[] = {
	"N", "K", "E", "A", "P", "S", NULL
};

const char *const codes_need_type[] = {
	"SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "ASD", "HI", "VI", "MSI",
	"PD", "DS", "OTH", "NSA", NULL
};

/* SEND Regulations 2014 reg 18 and domain practice; see law.transition_kinds. */
const char *const codes_transition_kind[] = {
	"EYS", "INJ", "PRM", "PRS", "MDS", "SEP", "P16", "INY", "6FS", "MOV", NULL
};
