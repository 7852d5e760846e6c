/*
 * handovers.c — what one setting hands over of a child to the next: made,
 * agreed, sent, released, received, asked about. A hand-over sent to where
 * the child does not go is refused and stays in the log of audit, so the
 * database answers a row that says why, and the problem is made of it here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

#include "ctf_write.h"

#define MAY_READ (ROLE_ANY & ~ROLE_LA_ADMINISTRATOR & ~ROLE_AUDITOR)
#define MAY_SEND MAY_READ
#define MAY_RECEIVE (ROLE_SCHOOL_SYSTEM | ROLE_SENCO)

#define LINE_MAX_BYTES 1200 /* what is prefilled may be as long */

static const char *const codes_by[] = { "parent", "young_person", NULL };

static const char *const codes_state[] = {
	"none", "draft", "sent", "seen", "acknowledged", NULL
};

static const struct field list_params[] = {
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT,  OPTIONAL },
	{ "year",     FIELD_INT,  OPTIONAL, .max = 2100, .min = 2014 },
	{ "state",    FIELD_CODE, OPTIONAL, .codes = codes_state },
	{ "late",     FIELD_BOOL, OPTIONAL },
};

static const struct field continuity_params[] = {
	{ "setting",  FIELD_SETTING, OPTIONAL },
	{ "caseload", FIELD_INT,  OPTIONAL },
	{ "year",     FIELD_INT,  OPTIONAL, .max = 2100, .min = 2014 },
	{ "on",       FIELD_DATE, OPTIONAL },
};

static const struct field get_params[] = {
	{ "id",      FIELD_UUID, REQUIRED },
	{ "version", FIELD_INT,  OPTIONAL, .min = 1 },
};

static const struct field keyed_params[] = {
	{ "id",  FIELD_UUID, REQUIRED },
	{ "key", FIELD_TEXT, INTERNAL },
};

static const struct field case_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field section_params[] = {
	{ "id",       FIELD_UUID, REQUIRED },
	{ "section",  FIELD_TEXT, REQUIRED, .max = 40 },
	{ "if_match", FIELD_TEXT, INTERNAL },
};

static const struct field question_params[] = {
	{ "id", FIELD_UUID, REQUIRED },
	{ "n",  FIELD_INT,  REQUIRED, .min = 1 },
};

static const struct field section_body[] = {
	{ "lines", FIELD_TEXTS, REQUIRED, .max = LINE_MAX_BYTES },
};

static const struct field agreement_body[] = {
	{ "agreed_on", FIELD_DATE,  REQUIRED },
	{ "by",        FIELD_CODE,  REQUIRED, .codes = codes_by },
	{ "may_share", FIELD_CODES, REQUIRED },
};

static const struct field send_body[] = {
	{ "to", FIELD_SETTING, OPTIONAL },
};

static const struct field release_body[] = {
	{ "by", FIELD_TEXT, REQUIRED, .max = 200 },
};

static const struct field withdraw_body[] = {
	{ "reason", FIELD_TEXT, REQUIRED, .max = 500 },
};

static const struct field ctf_body[] = {
	{ "sent_on", FIELD_DATE, REQUIRED },
};

static const struct field question_body[] = {
	{ "section",  FIELD_TEXT, OPTIONAL, .max = 40 },
	{ "question", FIELD_TEXT, REQUIRED, .max = 1000 },
};

static const struct field answer_body[] = {
	{ "answer", FIELD_TEXT, REQUIRED, .max = 2000 },
};

enum { COLUMN_REFUSED, COLUMN_SENTENCE };

/* Was it sent, or why not? The attempt has committed either way. */
static enum step_outcome
step_told(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	struct slice refused = db_result_cell(result, 0, COLUMN_REFUSED);
	struct slice sentence = db_result_cell(result, 0, COLUMN_SENTENCE);
	enum problem_slug slug;

	if (refused.at == NULL)
		return PROCEED;
	if (!problem_find(refused, &slug))
		slug = PROBLEM_INTERNAL;
	return request_refuse(req, slug, "/to", "%.*s", (int)sentence.len,
	    sentence.at);
}

static const struct step send_work[] = {
	{ "conditions", step_conditions },
	{ "decode",     step_decode },
	{ "query",      step_query },
	{ "answered",   step_answered },
	{ "told",       step_told },
	{ "reply",      step_reply },
	{ NULL, NULL }
};

/* ---- the transfer file ---- */

enum { COLUMN_FILE_NAME, COLUMN_CHILD, COLUMN_PART, COLUMN_N, COLUMN_CELLS };

/* A part that the format does not have would be a mistake of ours. */
static bool
ctf_rows_read(const struct db_result *result, struct ctf_row *rows)
{
	for (size_t i = 0; i < db_result_rows(result); i++) {
		if (!ctf_part_find(db_result_cell(result, i, COLUMN_PART),
		    &rows[i].part))
			return false;
		for (size_t c = 0; c < CTF_CELLS; c++)
			rows[i].cells[c] = db_result_cell(result, i,
			    COLUMN_CELLS + c);
	}
	return true;
}

static enum step_outcome
step_ctf(struct request *req)
{
	const struct db_result *result = req->call.queries[0]->result;
	size_t len = db_result_rows(result);
	struct ctf_row *rows = arena_array(&req->arena, len, sizeof(*rows));
	struct slice name = db_result_cell(result, 0, COLUMN_FILE_NAME);

	if (!ctf_rows_read(result, rows))
		return request_refuse(req, PROBLEM_INTERNAL, NULL, "%s", "");
	if (req->conn == NULL)
		return PROCEED;
	ctf_write(rows, len, &req->out);
	reply_body(req, 200, "application/xml", arena_print(&req->arena,
	    "Content-Disposition: attachment; filename=\"%.*s\"\r\n",
	    (int)name.len, name.at), &req->out);
	return PROCEED;
}

static const struct step ctf_work[] = {
	{ "query",    step_query },
	{ "answered", step_answered },
	{ "audit",    step_audit }, /* waits */
	{ "audited",  step_audited },
	{ "ctf",      step_ctf },
	{ NULL, NULL }
};

/* ---- routes ---- */

/* From or to that setting, or one of that caseload. */
#define OF_SETTINGS(from, to) \
	" AND ($setting IS NULL OR (SELECT r.setting_id" \
	"      FROM api.setting_refs AS r WHERE r.ref = $setting)" \
	"      IN (" from ", " to "))" \
	" AND ($caseload IS NULL OR EXISTS (SELECT" \
	"      FROM api.caseload_members AS m" \
	"      WHERE m.caseload_id = $caseload" \
	"        AND m.setting_id IN (" from ", " to ")" \
	"        AND current_date BETWEEN m.from_on AND m.to_on))" \
	" AND ($year IS NULL OR year = $year)"

static const struct route routes[] = {
	{ HTTP_GET, "/v1/handovers", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.handovers"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  OF_SETTINGS("_from_setting_id", "_to_setting_id")
	  "   AND ($state IS NULL OR state = $state)"
	  "   AND ($late IS NULL OR is_late = $late)"
	  " ORDER BY case_id LIMIT $limit",
	  list_params, nitems(list_params),
	  .key = "case_id", .key_type = FIELD_UUID },
	{ HTTP_GET, "/v1/handovers/continuity", MAY_READ, ANSWER_LIST,
	  "SELECT * FROM api.handover_scores(coalesce($on, current_date))"
	  " WHERE ($after IS NULL OR case_id > $after)"
	  OF_SETTINGS("_from_setting_id", "_to_setting_id")
	  " ORDER BY case_id LIMIT $limit",
	  continuity_params, nitems(continuity_params),
	  .key = "case_id", .key_type = FIELD_UUID, .title = "Continuity" },
	{ HTTP_GET, "/v1/transitions/cases/{id}/handover", MAY_READ, ANSWER_ONE,
	  "SELECT * FROM api.handover_versions WHERE case_id = $id"
	  "   AND ($version IS NULL OR version = $version)"
	  " ORDER BY version DESC LIMIT 1",
	  get_params, nitems(get_params) },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_create($id, $key)",
	  keyed_params, nitems(keyed_params),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/handover/sections/{section}",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_section_put($id, $section, $if_match,"
	  " $lines)",
	  section_params, nitems(section_params),
	  section_body, nitems(section_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/handover/agreement",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_agree($id, $if_match, $agreed_on, $by,"
	  " $may_share)",
	  case_params, nitems(case_params),
	  agreement_body, nitems(agreement_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/send",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_send($id, $if_match, $to)",
	  case_params, nitems(case_params), send_body, nitems(send_body),
	  .writes = true, .work = send_work },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/withdraw",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_withdraw($id, $if_match, $reason)",
	  case_params, nitems(case_params),
	  withdraw_body, nitems(withdraw_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/sections/{section}/release",
	  MAY_SEND,
	  ANSWER_ONE,
	  "SELECT * FROM api.handover_release($id, $section, $if_match, $by)",
	  section_params, nitems(section_params),
	  release_body, nitems(release_body),
	  .writes = true, .work = conditional_work },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/sections/{section}/receipt",
	  MAY_RECEIVE,
	  ANSWER_ONE,
	  "SELECT * FROM api.handover_receipt($id, $section)",
	  section_params, 2, .writes = true },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/questions",
	  MAY_RECEIVE, ANSWER_ONE,
	  "SELECT * FROM api.handover_ask($id, $key, $section, $question)",
	  keyed_params, nitems(keyed_params),
	  question_body, nitems(question_body),
	  .writes = true, .created = 201, .work = conditional_work },
	{ HTTP_POST, "/v1/transitions/cases/{id}/handover/questions/{n}/answer",
	  MAY_SEND, ANSWER_ONE,
	  "SELECT * FROM api.handover_answer($id, $n, $answer)",
	  question_params, nitems(question_params),
	  answer_body, nitems(answer_body), .writes = true },
	{ HTTP_GET, "/v1/transitions/cases/{id}/handover/ctf", MAY_SEND,
	  ANSWER_ONE,
	  "SELECT * FROM api.handover_ctf($id)",
	  case_params, 1, .writes = true, .work = ctf_work },
	{ HTTP_PUT, "/v1/transitions/cases/{id}/handover/ctf", MAY_SEND,
	  ANSWER_ONE,
	  "SELECT * FROM api.handover_ctf_sent($id, $sent_on)",
	  case_params, 1, ctf_body, nitems(ctf_body), .writes = true },
};

const struct resource resource_handovers = { routes, nitems(routes) };
