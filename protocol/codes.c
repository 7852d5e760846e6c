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

/* The two-sided protocol of a move; see law.transition_states. */
const char *const codes_transition_state[] = {
	"planned", "offered", "seen", "accepted", "queried", "declined",
	"received", "settled", "revoked", "lost", "cancelled", NULL
};

const char *const codes_transition_entry[] = {
	"normal", "deferred", "accelerated", NULL
};

/* Towards the outcomes of a cycle, at its review. */
const char *const codes_progress[] = {
	"none", "some", "expected", "better", NULL
};

/* Those that hand-over forms ask for, early years to college. */
const char *const codes_agency[] = {
	"portage", "speech_language", "health_visitor", "paediatrician",
	"area_senco", "educational_psychology", "occupational_therapy",
	"physiotherapy", "specialist_teaching", "camhs", "early_help",
	"social_care", "adult_social_care", "careers", "transition_worker",
	"sendiass", "other", NULL
};

const char *const codes_voice[] = { "parent", "child", "both", NULL };

const char *const codes_contact_mode[] = {
	"meeting", "visit", "phone", "virtual", "drop_in", "written", NULL
};

/* What Area SENCOs advise on (domain: EYFS 3.27, CoP 5.55-5.58). */
const char *const codes_advice_topic[] = {
	"identification", "provision", "environment", "behaviour",
	"communication", "parents", "transition", "funding", "ehc_request",
	"training", "other", NULL
};

/* How an Area SENCO was in touch with a setting (domain.md 2). */
const char *const codes_visit_mode[] = {
	"visit", "phone", "virtual", "drop_in", "panel", NULL
};

/* Who is to do what came of a visit. */
const char *const codes_action_owner[] = {
	"area_senco", "setting", "officer", "parent", "other", NULL
};

/* How parents were told of the information, advice and support service. */
const char *const codes_sendiass_method[] = {
	"spoken", "written", "leaflet", "introduced", NULL
};

/* What a child is referred to the Area SENCO service with; practice. */
const char *const codes_referral_level[] = {
	"universal_plus", "partnership_plus", "statutory", NULL
};

const char *const codes_permission_by[] = {
	"parent", "carer", "young_person", NULL
};

/* Why a referral need not wait for reviewed cycles; practice. */
const char *const codes_fast_track[] = {
	"diagnosis", "child_development_centre", "portage",
	"other_professional", "health_notice", "placement_breaking_down", NULL
};

/* Colleges have a named person, some settings an inclusion lead. */
const char *const codes_post_kind[] = {
	"senco", "deputy", "named_person", "inclusion_lead", NULL
};

/* SEND Code of Practice 5.53, 6.92: own, shared by small primaries, of a group
 * of settings, of a childminder agency or network. */
const char *const codes_post_arrangement[] = {
	"own", "shared", "group", "agency", "network", NULL
};

/* SI 2014/1530 reg 49 as amended by SI 2024/535; EYFS. */
const char *const codes_qualification_kind[] = {
	"qts", "induction", "nasenco", "npq_senco", "level_3",
	"early_years_senco", NULL
};

const char *const codes_qualification_state[] = {
	"held", "studying", "not_held", NULL
};

/* What settings belong to together; SEND Code of Practice 5.53. */
const char *const codes_group_kind[] = {
	"trust", "federation", "nursery_chain", "childminder_network",
	"childminder_agency", "locality", NULL
};

/* What stands on a SENCO's desk; see law.desk_items. */
const char *const codes_desk_kind[] = {
	"review_overdue", "review_due_soon", "plan_without_review_date",
	"annual_milestone", "handover_to_send", "handover_to_take",
	"qualification", "sharing_review", "action", "advice", NULL
};

/* What a SENCO's time goes to; practice. */
const char *const codes_time_activity[] = {
	"teaching_away", "review", "parents", "observation", "admin",
	"training", "other", NULL
};
