/*
 * posts.c — who holds which post where: settings' own records and the
 * authority's register in one list, on any day, as known at any time. The
 * register is written here; the ETag of a post names its version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codes.h"
#include "request_state.h"

#define MAY_WRITE (ROLE_LA_OFFICER | ROLE_LA_MANAGER)

/* What the register holds; what settings send is codes_post_kind. */
static const char *const codes_kind[] = {
	"senco", "deputy", "named_person", "inclusion_lead", "head",
	"area_senco", NULL
};

static const struct field list_params[] = {
	{ "setting", FIELD_SETTING, OPTIONAL },
	{ "staff",   FIELD_INT,     OPTIONAL, .min = 1 },
	{ "kind",    FIELD_CODE,    OPTIONAL, .codes = codes_kind },
	{ "on",      FIELD_DATE,    OPTIONAL },
	{ "all",     FIELD_BOOL,    OPTIONAL },
	{ "as_of",   FIELD_TIME,    OPTIONAL },
};

static const struct field one_params[] = {
	{ "id",       FIELD_INT,  REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field create_params[] = {
	{ "key", FIELD_TEXT, INTERNAL },
};

#define TERMS \
	{ "arrangement", FIELD_CODE, OPTIONAL, \
	  .codes = codes_post_arrangement }, \
	{ "from_on",              FIELD_DATE,    REQUIRED }, \
	{ "to_on",                FIELD_DATE,    OPTIONAL }, \
	{ "hours_per_week",       FIELD_DECIMAL, OPTIONAL, .max = 168 }, \
	{ "admin_hours_per_week", FIELD_DECIMAL, OPTIONAL, .max = 168 }, \
	{ "teaching_percent",     FIELD_INT,     OPTIONAL, .max = 100 }, \
	{ "is_head",              FIELD_BOOL,    OPTIONAL }, \
	{ "on_leadership",        FIELD_BOOL,    OPTIONAL }, \
	{ "is_teacher_here",      FIELD_BOOL,    OPTIONAL }, \
	{ "is_acting",            FIELD_BOOL,    OPTIONAL }

static const struct field create_body[] = {
	{ "staff_id", FIELD_INT,     REQUIRED, .min = 1 },
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "group_id", FIELD_INT,     OPTIONAL, .min = 1 },
	{ "kind",     FIELD_CODE,    REQUIRED, .codes = codes_kind },
	TERMS,
};

static const struct field put_body[] = {
	TERMS,
};

static const struct field end_body[] = {
	{ "to_on", FIELD_DATE, REQUIRED },
};

static const struct field withdraw_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/posts", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.posts"
	  " WHERE ($after IS NULL OR holding > $after)"
	  "   AND ($setting IS NULL OR _setting_id ="
	  "        (SELECT r.setting_id FROM api.setting_refs AS r"
	  "          WHERE r.ref = $setting))"
	  "   AND ($staff IS NULL OR staff_id = $staff)"
	  "   AND ($kind IS NULL OR kind = $kind)"
	  "   AND (coalesce($all, false) OR coalesce($on, current_date)"
	  "        BETWEEN from_on AND coalesce(to_on, 'infinity'))"
	  "   AND CASE WHEN $as_of IS NULL THEN known_to IS NULL"
	  "            ELSE known_from <= $as_of"
	  "                 AND coalesce(known_to, 'infinity') > $as_of END"
	  " ORDER BY holding LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "holding", .key_type = FIELD_TEXT },
	{ HTTP_POST, "/v1/posts", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.posts_create($key, $staff_id, $setting, $group_id,"
	  " $kind, $arrangement, $from_on, $to_on, $hours_per_week,"
	  " $admin_hours_per_week, $teaching_percent, $is_head,"
	  " $on_leadership, $is_teacher_here, $is_acting)",
	  create_params, nitems(create_params),
	  create_body, nitems(create_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_GET, "/v1/posts/{id}", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.post_details WHERE post_id = $id",
	  one_params, 1 },
	{ HTTP_PUT, "/v1/posts/{id}", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.post_put($id, $if_match, $arrangement, $from_on,"
	  " $to_on, $hours_per_week, $admin_hours_per_week,"
	  " $teaching_percent, $is_head, $on_leadership, $is_teacher_here,"
	  " $is_acting)",
	  one_params, nitems(one_params), put_body, nitems(put_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/posts/{id}/end", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.post_end($id, $if_match, $to_on)",
	  one_params, nitems(one_params), end_body, nitems(end_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/posts/{id}/withdraw", MAY_WRITE, ANSWER_ONE,
	  "SELECT * FROM api.post_withdraw($id, $if_match, $reason)",
	  one_params, nitems(one_params),
	  withdraw_body, nitems(withdraw_body),
	  .writes = true, .work = conditional_work },
};

const struct resource resource_posts = { routes, nitems(routes) };
