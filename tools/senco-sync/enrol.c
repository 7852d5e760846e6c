/*
 * enrol.c — `senco-sync enrol`: a key and a certificate request, and later
 * the certificate that came for it. The key never leaves this computer: the
 * authority gets the request, and reads out the fingerprint to be sure whose
 * it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands.h"

#include "certificate.h"
#include "keypair.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES (64 * 1024)
#define TIMEOUT_S 60

const struct option_row enrol_options[] = {
	{ "certificate", "FILE", "the certificate the authority sent: proved to be ours and put in place" },
	{ "ca",          "FILE", "the certificate by which to recognise the server" },
	{ NULL },
};

static bool
key_have(struct agent *agent, struct problem *why)
{
	const char *key = agent->config.key;

	return access(key, F_OK) == 0 || keypair_make(key, why);
}

/* In place at once and whole, like every file others read. */
static bool
file_install(const char *from, const char *to, struct agent *agent,
    struct problem *why)
{
	const char *beside = arena_print(&agent->arena, "%s.new", to);
	char bytes[FILE_MAX_BYTES];
	FILE *in = fopen(from, "re"), *out = NULL;
	size_t len = 0;
	bool is_done = false;

	if (in != NULL)
		len = fread(bytes, 1, sizeof(bytes), in);
	if (in != NULL && (out = fopen(beside, "we")) != NULL)
		is_done = fwrite(bytes, 1, len, out) == len &&
		    fflush(out) == 0 && fsync(fileno(out)) == 0;
	if (out != NULL)
		is_done = fclose(out) == 0 && is_done &&
		    rename(beside, to) == 0;
	if (in != NULL)
		fclose(in);
	return is_done || problem_set(why, PROBLEM_FILE_UNREADABLE, from,
	    "it cannot be put at %s: %s", to, strerror(errno));
}

static enum ending
request_made(struct agent *agent, struct problem *why)
{
	const char *request = arena_print(&agent->arena, "%s/keys/agent.csr",
	    agent->config.folder);
	char fingerprint[65];

	if (!key_have(agent, why) || !keypair_request(agent->config.key,
	    agent->config.setting, request, why) ||
	    !keypair_fingerprint(agent->config.key, fingerprint, why))
		return END_USAGE;
	printf("Send this file to the authority; it holds no secret:\n"
	    "  %s\n"
	    "and tell them by another way, as by telephone, the fingerprint "
	    "of our key:\n"
	    "  %.16s %.16s\n  %.16s %.16s\n"
	    "When they send a certificate back:\n"
	    "  senco-sync enrol --certificate FILE --ca THEIR-CA-FILE\n",
	    request, fingerprint, fingerprint + 16, fingerprint + 32,
	    fingerprint + 48);
	return END_WELL;
}

static enum ending
whoami_asked(struct agent *agent, struct problem *why)
{
	struct https_request request = {
		.method = "GET", .target = "/v1/whoami",
		.accept = "application/json", .timeout_s = TIMEOUT_S,
	};
	struct https_answer answer;
	json_t *document = NULL;
	const char *name;
	enum ending ending = agent_ask(agent, &request, &answer, why);

	if (ending == END_WELL && answer.status / 100 != 2)
		ending = agent_refused(&answer, why);
	else if (ending == END_WELL && (document = agent_json(&answer, why)) ==
	    NULL)
		ending = END_REFUSED;
	name = json_string_value(json_object_get(document, "name"));
	if (ending == END_WELL)
		printf("The server knows us as \"%s\". All is ready: "
		    "senco-sync push\n", name != NULL ? name : "?");
	json_decref(document);
	https_answer_release(&answer);
	return ending;
}

static enum ending
certificate_taken(struct agent *agent, const char *path, struct problem *why)
{
	struct config *config = &agent->config;
	struct certificate certificate;

	if (!keypair_fits(config->key, path, why) ||
	    !certificate_read(&certificate, path, why) ||
	    !file_install(path, config->certificate, agent, why))
		return END_USAGE;
	printf("The certificate is ours; it is good until %s.\n"
	    "Its fingerprint: %s\n", certificate.not_after,
	    certificate.fingerprint);
	return whoami_asked(agent, why);
}

enum ending
enrol_run(struct agent *agent)
{
	const char *certificate = options_text(&agent->options, "certificate");
	const char *ca = options_text(&agent->options, "ca");
	struct problem why = { 0 };
	enum ending ending = agent_open(agent, false);

	if (ending != END_WELL)
		return ending;
	if (ca != NULL && !file_install(ca, agent->config.ca, agent, &why))
		ending = END_USAGE;
	else if (certificate != NULL)
		ending = certificate_taken(agent, certificate, &why);
	else if (ca == NULL)
		ending = request_made(agent, &why);
	if (ending != END_WELL)
		complain_problem(&why);
	return ending;
}
