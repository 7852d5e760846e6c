/*
 * settings.c — every nursery, childminder, school and college, as the
 * published registers know it. A register file is read while it arrives
 * (imports.c); an administrator sees the differences before or as they are
 * applied.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "imports.h"
#include "route.h"

static const char *const codes_status[] = {
	"open", "closed", "closing", "proposed", NULL
};

static const struct field list_params[] = {
	{ "la",     FIELD_TEXT, OPTIONAL, .max = 3 },
	{ "phase",  FIELD_INT,  OPTIONAL, .max = 7 },
	{ "type",   FIELD_TEXT, OPTIONAL, .max = 40 },
	{ "status", FIELD_CODE, OPTIONAL, .codes = codes_status },
};

static const struct field one_params[] = {
	{ "ref", FIELD_SETTING, REQUIRED },
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1/settings", ROLE_ANY, ANSWER_LIST,
	  "SELECT * FROM api.settings"
	  " WHERE ($after IS NULL OR setting_id > $after)"
	  "   AND ($la IS NULL OR la_code = $la)"
	  "   AND ($phase IS NULL OR phase = $phase)"
	  "   AND ($type IS NULL OR type = $type)"
	  "   AND ($status IS NULL OR status = $status)"
	  " ORDER BY setting_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "setting_id", .key_type = FIELD_INT },
	{ HTTP_GET, "/v1/settings/{ref}", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.settings WHERE setting_id ="
	  " (SELECT r.setting_id FROM api.setting_refs AS r"
	  " WHERE r.ref = $ref)",
	  one_params, nitems(one_params) },
	{ HTTP_POST, "/v1/settings/imports/{register}", ROLE_LA_ADMINISTRATOR,
	  ANSWER_ONE,
	  .params = imports_params, .params_len = IMPORTS_PARAMS_LEN,
	  .writes = true, .work = imports_work, .media_types = "text/csv",
	  .body_max = imports_body_max, .body_piece = imports_body_piece,
	  .release = imports_release },
};

const struct resource resource_settings = { routes, nitems(routes) };
