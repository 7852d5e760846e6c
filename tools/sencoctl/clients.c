/*
 * clients.c — `sencoctl clients`: who holds a certificate and may come in.
 * Only the certificate's fingerprint and its end go to the server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "certificate.h"
#include "list.h"
#include "target.h"
#include "uuid.h"

#include <assert.h>

const struct option_row clients_add_options[] = {
	{ "name",     "NAME", "how lists and the audit log call it; needed" },
	{ "role",     "ROLE", "school_system, senco, area_senco, la_officer, la_manager, la_administrator or auditor; needed" },
	{ "cert",     "FILE", "the client's certificate (PEM), not our own; needed" },
	{ "setting",  "REF",  "a setting it may send for, as urn:106283; may be repeated" },
	{ "caseload", "ID",   "the caseload it holds (id or name), for an area_senco" },
	{ "staff",    "NAME", "who it is (id or exact name in the register of staff), for a senco" },
	{ NULL },
};

static const struct json_column clients_columns[] = {
	{ "client_id", "client", true },
	{ "name",      "name" },
	{ "role",      "role" },
	{ "is_active", "active" },
	{ "not_after", "certificate ends", true },
	{ "settings",  "settings" },
	{ "caseloads", "caseloads" },
	{ "staff",     "staff" },
	{ NULL },
};

enum ending
clients_list_run(struct session *session)
{
	const struct list list = {
		.target = "/v1/clients",
		.columns = clients_columns, .empty = "No rows: there is no client.",
	};

	return list_print(session, &list, FORMAT_TABLE);
}

static json_t *
settings_of(const struct options *options)
{
	size_t len = options_list(options, "setting", NULL);
	const char **refs = calloc(len + 1, sizeof(*refs));
	json_t *list = json_array();

	assert(refs != NULL && list != NULL);
	options_list(options, "setting", refs);
	for (size_t i = 0; i < len; i++)
		json_array_append_new(list, json_string(refs[i]));
	free(refs);
	return list;
}

static bool
client_read(const struct options *options, json_t *client,
    struct problem *why)
{
	static const char *const needed[] = { "name", "role", "cert" };
	const struct option_row *own = clients_add_options;
	struct certificate certificate;
	const char *caseload = options_text(options, "caseload");
	const char *staff = options_text(options, "staff");

	for (size_t i = 0; i < nitems(needed); i++)
		if (options_text_in(options, own, needed[i]) == NULL)
			return problem_set(why, PROBLEM_MISSING_PARAMETER,
			    NULL, "`sencoctl clients add` needs --%s",
			    needed[i]);
	if (!certificate_read(&certificate, options_text_in(options, own,
	    "cert"), why))
		return false;
	json_object_set_new(client, "name",
	    json_string(options_text(options, "name")));
	json_object_set_new(client, "role",
	    json_string(options_text(options, "role")));
	json_object_set_new(client, "fingerprint",
	    json_string(certificate.fingerprint));
	json_object_set_new(client, "not_after",
	    json_string(certificate.not_after));
	json_object_set_new(client, "settings", settings_of(options));
	if (caseload != NULL)
		json_object_set_new(client, "caseload", json_string(caseload));
	if (staff != NULL)
		json_object_set_new(client, "staff", json_string(staff));
	return true;
}

static enum ending
client_send(struct session *session, const json_t *client)
{
	char key[37];
	char *body = json_dumps(client, JSON_COMPACT);
	json_t *document = NULL;
	struct https_request request = session_request("POST", "/v1/clients");
	enum ending ending;

	assert(body != NULL);
	uuid_print_fresh(key);
	request.content_type = "application/json";
	request.idempotency_key = key;
	request.body = body;
	request.body_len = strlen(body);
	ending = session_send(session, &request, &document);
	if (ending == END_WELL) {
		const char *id =
		    json_string_value(json_object_get(document, "client_id"));

		printf("%s may come in as client %s.\n",
		    options_text(session->options, "name"),
		    id != NULL ? id : "(no id given)");
	}
	json_decref(document);
	free(body);
	return ending;
}

enum ending
clients_add_run(struct session *session)
{
	json_t *client = json_object();
	struct problem why = { 0 };
	enum ending ending = END_USAGE;

	if (client_read(session->options, client, &why))
		ending = client_send(session, client);
	else
		complain_problem(&why);
	json_decref(client);
	return ending;
}

enum ending
clients_revoke_run(struct session *session)
{
	struct buf target;
	struct https_request request;
	enum ending ending;

	buf_init(&target);
	target_start(&target, "/v1/clients");
	target_add_segment(&target, session->options->args[0]);
	buf_add_text(&target, "/revoke");
	buf_add_char(&target, '\0');
	request = session_request("POST", target.at);
	ending = session_send(session, &request, NULL);
	if (ending == END_WELL)
		printf("Client %s is shut out.\n", session->options->args[0]);
	buf_release(&target);
	return ending;
}
