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
const struct kind kind_setting = {
	"setting", setting_fields, nitems(setting_fields)
};

/* In the order a batch is applied: a child before what belongs to it. */
const struct kind *const sync_kinds[] = {
	&kind_child, &kind_placement, &kind_need, &kind_transition, NULL
};

const struct kind *
kind_find(const struct kind *const kinds[], struct slice name)
{
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (slice_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}
