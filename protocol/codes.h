/*
 * codes.h — the code lists of the field (sources: protocol/README.md). Each
 * is NULL-terminated; the same codes are rows of schema law.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CODES_H
#define PROTOCOL_CODES_H

extern const char *const codes_sex[];             /* M F */
extern const char *const codes_year_group[];      /* E1 E2 N1 N2 R 1 .. 14 M X */
extern const char *const codes_enrolment[];       /* main subsidiary current guest */
extern const char *const codes_sen_place[];       /* unit resourced_provision */
extern const char *const codes_sen_provision[];   /* N K E and historic A P S */
extern const char *const codes_need_type[];       /* SPLD MLD SLD ... */
extern const char *const codes_transition_kind[]; /* EYS INJ PRM PRS MDS SEP P16 INY 6FS MOV */
extern const char *const codes_transition_state[]; /* planned offered seen ... */
extern const char *const codes_transition_entry[]; /* normal deferred accelerated */
extern const char *const codes_progress[];        /* none some expected better */
extern const char *const codes_agency[];          /* portage salt ep ... */
extern const char *const codes_voice[];           /* parent child both */
extern const char *const codes_contact_mode[];    /* meeting visit phone ... */
extern const char *const codes_advice_topic[];    /* provision transition ... */
extern const char *const codes_visit_mode[];      /* visit phone ... */
extern const char *const codes_action_owner[];    /* area_senco setting ... */
extern const char *const codes_sendiass_method[]; /* spoken written ... */
extern const char *const codes_referral_level[];  /* universal_plus ... */
extern const char *const codes_permission_by[];   /* parent carer young_person */
extern const char *const codes_fast_track[];      /* diagnosis portage ... */
extern const char *const codes_post_kind[];       /* senco deputy ... */
extern const char *const codes_post_arrangement[]; /* own shared group ... */
extern const char *const codes_qualification_kind[]; /* qts nasenco ... */
extern const char *const codes_qualification_state[]; /* held studying not_held */
extern const char *const codes_group_kind[];      /* trust nursery_chain ... */
extern const char *const codes_desk_kind[];       /* review_overdue ... */
extern const char *const codes_time_activity[];   /* review parents ... */

#endif
