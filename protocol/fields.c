/*
 * fields.c — the kinds of record and what each holds: the one place to add
 * a field on the C side. The merge function of the database
 * (sql/resources/NAME.sql) takes one array per field, in this order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fields.h"

#include "codes.h"
#include "common.h"

#include <stddef.h>

/* The person as this setting knows them. */
static const struct field child_fields[] = {
	{ "surname",            FIELD_TEXT,     OPTIONAL, .max = 120 },
	{ "forename",           FIELD_TEXT,     OPTIONAL, .max = 120 },
	{ "middle_names",       FIELD_TEXT,     OPTIONAL, .max = 200 },
	{ "preferred_surname",  FIELD_TEXT,     OPTIONAL, .max = 120 },
	{ "preferred_forename", FIELD_TEXT,     OPTIONAL, .max = 120 },
	{ "former_surname",     FIELD_TEXT,     OPTIONAL, .max = 120 },
	{ "born_on",            FIELD_DATE,     REQUIRED },
	{ "sex",                FIELD_CODE,     OPTIONAL, .codes = codes_sex },
	{ "upn",                FIELD_UPN,      OPTIONAL },
	{ "former_upn",         FIELD_UPN,      OPTIONAL },
	{ "uln",                FIELD_ULN,      OPTIONAL },
	{ "nhs_number",         FIELD_NHS,      OPTIONAL },
	{ "postcode",           FIELD_POSTCODE, OPTIONAL },
	{ "year_group",         FIELD_CODE,     OPTIONAL, .codes = codes_year_group },
};

/* Where the child is taught or cared for, and when. */
static const struct field placement_fields[] = {
	{ "child",     FIELD_TEXT, REQUIRED, .max = 128 }, /* source_id of the child */
	{ "start_on",  FIELD_DATE, REQUIRED },
	{ "end_on",    FIELD_DATE, OPTIONAL },
	{ "enrolment", FIELD_CODE, OPTIONAL, .codes = codes_enrolment },
	{ "sen_place", FIELD_CODE, OPTIONAL, .codes = codes_sen_place },
};

/* One period of SEN provision with the types of need in rank order. */
static const struct field need_fields[] = {
	{ "child",     FIELD_TEXT,  REQUIRED, .max = 128 },
	{ "provision", FIELD_CODE,  REQUIRED, .codes = codes_sen_provision },
	{ "start_on",  FIELD_DATE,  REQUIRED },
	{ "end_on",    FIELD_DATE,  OPTIONAL },
	{ "types",     FIELD_CODES, OPTIONAL, .codes = codes_need_type },
};

/* The move this setting plans for the child. year: of the September moved in;
 * the regulations on it begin with 2014. */
static const struct field transition_fields[] = {
	{ "child",                FIELD_TEXT,    REQUIRED, .max = 128 },
	{ "kind",                 FIELD_CODE,    REQUIRED, .codes = codes_transition_kind },
	{ "year",                 FIELD_INT,     REQUIRED, .max = 2100, .min = 2014 },
	{ "to_setting",           FIELD_SETTING, OPTIONAL },
	{ "target_on",            FIELD_DATE,    OPTIONAL },
	{ "parent_agreed_on",     FIELD_DATE,    OPTIONAL },
	{ "meeting_on",           FIELD_DATE,    OPTIONAL },
	{ "form_sent_on",         FIELD_DATE,    OPTIONAL },
	{ "form_acknowledged_on", FIELD_DATE,    OPTIONAL },
};

/* One cycle of assess, plan, do and review; its outcomes and what is done. */
static const struct field plan_fields[] = {
	{ "child",           FIELD_TEXT,  REQUIRED, .max = 128 },
	{ "start_on",        FIELD_DATE,  REQUIRED },
	{ "review_due_on",   FIELD_DATE,  OPTIONAL },
	{ "reviewed_on",     FIELD_DATE,  OPTIONAL },
	{ "end_on",          FIELD_DATE,  OPTIONAL },
	{ "outcomes",        FIELD_TEXTS, REQUIRED },
	{ "provision",       FIELD_TEXTS, OPTIONAL },
	{ "progress",        FIELD_CODE,  OPTIONAL, .codes = codes_progress },
	{ "parent_involved", FIELD_BOOL,  OPTIONAL },
	{ "child_involved",  FIELD_BOOL,  OPTIONAL },
};

/* An agency from outside that helps the child. */
static const struct field involvement_fields[] = {
	{ "child",       FIELD_TEXT, REQUIRED, .max = 128 },
	{ "agency",      FIELD_CODE, REQUIRED, .codes = codes_agency },
	{ "referred_on", FIELD_DATE, OPTIONAL },
	{ "start_on",    FIELD_DATE, OPTIONAL },
	{ "end_on",      FIELD_DATE, OPTIONAL },
	{ "purpose",     FIELD_TEXT, OPTIONAL, .max = 500 },
};

/* What a parent or the child said, and what was agreed, point by point. */
static const struct field contact_fields[] = {
	{ "child",   FIELD_TEXT,  REQUIRED, .max = 128 },
	{ "held_on", FIELD_DATE,  REQUIRED },
	{ "voice",   FIELD_CODE,  REQUIRED, .codes = codes_voice },
	{ "mode",    FIELD_CODE,  REQUIRED, .codes = codes_contact_mode },
	{ "views",   FIELD_TEXTS, OPTIONAL, .max = 1000 },
	{ "agreed",  FIELD_TEXTS, OPTIONAL, .max = 1000 },
};

/* Who is SENCO here, by which arrangement, and what the rules on
 * qualification turn on (SEND Regulations 2014, reg 49). */
static const struct field post_fields[] = {
	{ "kind",                 FIELD_CODE, REQUIRED, .codes = codes_post_kind },
	{ "arrangement",          FIELD_CODE, OPTIONAL, .codes = codes_post_arrangement },
	{ "name",                 FIELD_TEXT, REQUIRED, .max = 120 },
	{ "start_on",             FIELD_DATE, REQUIRED },
	{ "end_on",               FIELD_DATE, OPTIONAL },
	{ "hours_per_week",       FIELD_DECIMAL, OPTIONAL, .max = 168 },
	{ "teaching_percent",     FIELD_INT,  OPTIONAL, .max = 100 }, /* of full time */
	{ "is_head",              FIELD_BOOL, OPTIONAL },
	{ "on_leadership",        FIELD_BOOL, OPTIONAL },
	{ "is_qualified_teacher", FIELD_BOOL, OPTIONAL }, /* induction done, teaches here */
	{ "has_prior_service",    FIELD_BOOL, OPTIONAL }, /* SENCO before for over 12 months */
	{ "nasenco_began_on",     FIELD_DATE, OPTIONAL },
	{ "nasenco_awarded_on",   FIELD_DATE, OPTIONAL },
	{ "npq_began_on",         FIELD_DATE, OPTIONAL },
	{ "npq_awarded_on",       FIELD_DATE, OPTIONAL },
};

/* The children counted of one year group, named or not. */
static const struct field roll_fields[] = {
	{ "counted_on",  FIELD_DATE, REQUIRED },
	{ "year_group",  FIELD_CODE, REQUIRED, .codes = codes_year_group },
	{ "headcount",   FIELD_INT,  REQUIRED, .max = 10000 },
	{ "sen_support", FIELD_INT,  OPTIONAL, .max = 10000 },
	{ "ehcp",        FIELD_INT,  OPTIONAL, .max = 10000 },
};

/* Milestones of a phase transfer with an EHC plan, the authority's own. */
static const struct field ehc_transfer_fields[] = {
	{ "child",                FIELD_TEXT, REQUIRED, .max = 128 },
	{ "year",                 FIELD_INT,  REQUIRED, .max = 2100, .min = 2014 },
	{ "review_held_on",       FIELD_DATE, OPTIONAL },
	{ "amendment_noticed_on", FIELD_DATE, OPTIONAL },
	{ "plan_final_on",        FIELD_DATE, OPTIONAL },
	{ "placement_refused",    FIELD_BOOL, OPTIONAL },
};

/* A row of a published register. Ofsted names its authority, GIAS codes it. */
static const struct field setting_fields[] = {
	{ "urn",                          FIELD_TEXT, OPTIONAL, .max = 6 },
	{ "ofsted_urn",                   FIELD_TEXT, OPTIONAL, .max = 10 },
	{ "laestab",                      FIELD_TEXT, OPTIONAL, .max = 7 },
	{ "ukprn",                        FIELD_TEXT, OPTIONAL, .max = 8 },
	{ "la_code",                      FIELD_TEXT, OPTIONAL, .max = 3 },
	{ "la_name",                      FIELD_TEXT, OPTIONAL, .max = 120 },
	{ "name",                         FIELD_TEXT, REQUIRED, .max = 200 },
	{ "type",                         FIELD_TEXT, REQUIRED, .max = 40 }, /* GIAS type code, or Ofsted provider type */
	{ "subtype",                      FIELD_TEXT, OPTIONAL, .max = 80 },
	{ "phase",                        FIELD_INT,  OPTIONAL, .max = 7 },  /* GIAS phase code */
	{ "status",                       FIELD_TEXT, REQUIRED, .max = 20 }, /* open closed closing proposed */
	{ "low_age",                      FIELD_INT,  OPTIONAL, .max = 99 },
	{ "high_age",                     FIELD_INT,  OPTIONAL, .max = 99 },
	{ "roll",                         FIELD_INT,  OPTIONAL, .max = 100000 },
	{ "capacity",                     FIELD_INT,  OPTIONAL, .max = 100000 },
	{ "sen_unit_roll",                FIELD_INT,  OPTIONAL, .max = 10000 },
	{ "sen_unit_capacity",            FIELD_INT,  OPTIONAL, .max = 10000 },
	{ "resourced_provision_roll",     FIELD_INT,  OPTIONAL, .max = 10000 },
	{ "resourced_provision_capacity", FIELD_INT,  OPTIONAL, .max = 10000 },
	{ "has_nursery",                  FIELD_BOOL, OPTIONAL },
	{ "has_sixth_form",               FIELD_BOOL, OPTIONAL },
	{ "street",                       FIELD_TEXT, OPTIONAL, .max = 200 },
	{ "locality",                     FIELD_TEXT, OPTIONAL, .max = 200 },
	{ "town",                         FIELD_TEXT, OPTIONAL, .max = 120 },
	{ "postcode",                     FIELD_TEXT, OPTIONAL, .max = 10 },
	{ "easting",                      FIELD_INT,  OPTIONAL },
	{ "northing",                     FIELD_INT,  OPTIONAL },
	{ "opened_on",                    FIELD_DATE, OPTIONAL },
	{ "closed_on",                    FIELD_DATE, OPTIONAL },
};

static const struct kind kind_child = {
	"child", child_fields, nitems(child_fields)
};
static const struct kind kind_placement = {
	"placement", placement_fields, nitems(placement_fields)
};
static const struct kind kind_need = {
	"need", need_fields, nitems(need_fields)
};
static const struct kind kind_transition = {
	"transition", transition_fields, nitems(transition_fields)
};
static const struct kind kind_plan = {
	"plan", plan_fields, nitems(plan_fields)
};
static const struct kind kind_involvement = {
	"involvement", involvement_fields, nitems(involvement_fields)
};
static const struct kind kind_contact = {
	"contact", contact_fields, nitems(contact_fields)
};
static const struct kind kind_post = {
	"post", post_fields, nitems(post_fields)
};
static const struct kind kind_roll = {
	"roll", roll_fields, nitems(roll_fields)
};
static const struct kind kind_ehc_transfer = {
	"ehc_transfer", ehc_transfer_fields, nitems(ehc_transfer_fields),
	OWNER_AUTHORITY
};
const struct kind kind_setting = {
	"setting", setting_fields, nitems(setting_fields)
};

/* In the order a batch is applied: a child before what belongs to it. */
const struct kind *const sync_kinds[] = {
	&kind_child, &kind_placement, &kind_need, &kind_transition,
	&kind_plan, &kind_involvement, &kind_contact, &kind_post, &kind_roll,
	&kind_ehc_transfer, NULL
};

const struct kind *
kind_find(const struct kind *const kinds[], struct slice name)
{
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (slice_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}
