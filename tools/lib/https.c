/*
 * https.c — the HTTPS client over libcurl's easy interface. libcurl's codes
 * become five outcomes and sentences a SENCO's technician can act on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "https.h"

#include "https_head.h"

#include <assert.h>
#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#define BODY_MAX (256 * 1024 * 1024)
#define CONNECT_TIMEOUT_S 10L

struct https {
	CURL *curl;
	const struct identity *identity;
	char agent[64];
	char said[CURL_ERROR_SIZE];
	bool has_answered;   /* once at least */
	bool is_abandoned;   /* the call going on */
	/* of the call going on: */
	const struct https_request *request;
	struct https_answer *answer;
	size_t body_sent;
};

static const struct failure {
	CURLcode code;
	enum https_outcome outcome;
	const char *sentence;
} failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, HTTPS_UNREACHABLE,
	  "its name cannot be found" },
	{ CURLE_COULDNT_CONNECT, HTTPS_UNREACHABLE,
	  "nothing accepts connections there" },
	{ CURLE_OPERATION_TIMEDOUT, HTTPS_UNREACHABLE,
	  "it did not answer in time" },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTPS_UNTRUSTED,
	  "its certificate does not verify against the CA file" },
	{ CURLE_SSL_CERTPROBLEM, HTTPS_MISCONFIGURED,
	  "our certificate or key cannot be used" },
	{ CURLE_SSL_CACERT_BADFILE, HTTPS_MISCONFIGURED,
	  "the CA file cannot be used" },
	{ CURLE_SSL_CIPHER, HTTPS_MISCONFIGURED, "no common cipher" },
	{ CURLE_URL_MALFORMAT, HTTPS_MISCONFIGURED,
	  "the address is malformed" },
	{ CURLE_READ_ERROR, HTTPS_MISCONFIGURED, "the file cannot be read" },
	{ CURLE_ABORTED_BY_CALLBACK, HTTPS_MISCONFIGURED,
	  "the file cannot be read" },
	{ CURLE_WRITE_ERROR, HTTPS_MISCONFIGURED,
	  "its answer cannot be taken" },
};

static size_t
head_arrived(char *at, size_t size, size_t len, void *owner)
{
	struct https *https = owner;
	struct https_answer *answer = https->answer;

	/* A new status line: what a 100 Continue said is forgotten. */
	if (len >= 5 && memcmp(at, "HTTP/", 5) == 0) {
		answer->content_type[0] = '\0';
		answer->etag[0] = '\0';
		answer->next[0] = '\0';
		answer->retry_after_s = 0;
	}
	https_head_read(answer, (struct slice){ at, size * len });
	return size * len;
}

static size_t
body_arrived(char *at, size_t size, size_t len, void *owner)
{
	struct https *https = owner;
	const struct https_request *request = https->request;
	size_t max = request->answer_max_bytes > 0 ?
	    request->answer_max_bytes : BODY_MAX;
	long status = 0;

	curl_easy_getinfo(https->curl, CURLINFO_RESPONSE_CODE, &status);
	if (request->piece_arrived != NULL && status / 100 == 2)
		return request->piece_arrived(request->owner, at, size * len) ?
		       size * len : 0;
	if (https->answer->body.len + size * len > max)
		return 0;
	buf_add(&https->answer->body, at, size * len);
	return size * len;
}

static size_t
body_wanted(char *out, size_t size, size_t len, void *owner)
{
	struct https *https = owner;
	const struct https_request *request = https->request;
	size_t n = size * len;

	if (request->file != NULL) {
		n = fread(out, 1, n, request->file);
		return ferror(request->file) ? CURL_READFUNC_ABORT : n;
	}
	if (n > request->body_len - https->body_sent)
		n = request->body_len - https->body_sent;
	memcpy(out, request->body + https->body_sent, n);
	https->body_sent += n;
	return n;
}

/* libcurl sends again from the start when a kept connection was dead. */
static int
body_rewound(void *owner, curl_off_t offset, int origin)
{
	struct https *https = owner;

	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	if (https->request->file != NULL)
		return fseeko(https->request->file, offset, SEEK_SET) == 0 ?
		       CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
	if ((size_t)offset > https->request->body_len)
		return CURL_SEEKFUNC_FAIL;
	https->body_sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int
still_wanted(void *owner, curl_off_t a, curl_off_t b, curl_off_t c,
    curl_off_t d)
{
	struct https *https = owner;
	const struct https_request *request = https->request;

	(void)a, (void)b, (void)c, (void)d;
	if (request->is_unwanted != NULL && request->is_unwanted(request->owner))
		https->is_abandoned = true;
	return https->is_abandoned;
}

/* What holds for every call. */
static void
https_set_up(struct https *https)
{
	CURL *curl = https->curl;
	const struct identity *identity = https->identity;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, https->said);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, https->agent);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_CAINFO, identity->ca);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSLCERT, identity->cert);
	curl_easy_setopt(curl, CURLOPT_SSLKEY, identity->key);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, head_arrived);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, https);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_arrived);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, https);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, body_wanted);
	curl_easy_setopt(curl, CURLOPT_READDATA, https);
	curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, body_rewound);
	curl_easy_setopt(curl, CURLOPT_SEEKDATA, https);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, still_wanted);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, https);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

struct https *
https_new(const struct identity *identity, const char *program,
    struct problem *why)
{
	struct https *https = calloc(1, sizeof(*https));

	assert(https != NULL);
	https->identity = identity;
	snprintf(https->agent, sizeof(https->agent), "%s/1", program);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		https->curl = curl_easy_init();
	if (https->curl == NULL) {
		(void)problem_set(why, PROBLEM_INTERNAL, NULL,
		    "libcurl cannot be started");
		free(https);
		return NULL;
	}
	https_set_up(https);
	return https;
}

void
https_free(struct https *https)
{
	if (https == NULL)
		return;
	curl_easy_cleanup(https->curl);
	curl_global_cleanup();
	free(https);
}

static void
field_add(struct curl_slist **fields, const char *name, const char *value)
{
	struct buf line;
	struct curl_slist *longer;

	if (value == NULL)
		return;
	buf_init(&line);
	buf_print(&line, "%s: %s", name, value);
	buf_add_char(&line, '\0');
	longer = curl_slist_append(*fields, line.at);
	assert(longer != NULL);
	*fields = longer;
	buf_release(&line);
}

/* The head's fields, for the caller to free after the call. */
static struct curl_slist *
fields_of(const struct https_request *request)
{
	struct curl_slist *fields = NULL;
	bool has_body = request->content_type != NULL;

	field_add(&fields, "Accept", request->accept);
	field_add(&fields, "Content-Type", request->content_type);
	field_add(&fields, "Content-Encoding", request->content_coding);
	field_add(&fields, "Idempotency-Key", request->idempotency_key);
	field_add(&fields, "If-Match", request->if_match);
	if (has_body && request->file != NULL && request->file_size < 0)
		field_add(&fields, "Transfer-Encoding", "chunked");
	/* A file may be refused before it is sent; a batch is sent at once. */
	if (request->file != NULL)
		field_add(&fields, "Expect", "100-continue");
	else
		field_add(&fields, "Expect", "");
	return fields;
}

static void
body_set_up(CURL *curl, const struct https_request *request)
{
	bool has_body = request->content_type != NULL ||
	    strcmp(request->method, "GET") != 0;
	int64_t size = request->file != NULL ? request->file_size :
	    (int64_t)request->body_len;

	curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
	if (!has_body)
		return;
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

/* TLS 1.3 tells of a refused client certificate only at the first read. */
static bool
is_alert(const char *said)
{
	return strstr(said, " alert ") != NULL;
}

static enum https_outcome
failure_judge(struct https *https, CURLcode code, struct problem *why)
{
	const char *url = https->identity->url;
	const char *sentence = https->has_answered ? "the connection broke" :
	    "the connection broke; a server to which our certificate is not "
	    "known may close like this";
	enum https_outcome outcome = HTTPS_UNREACHABLE;

	if (https->is_abandoned) {
		(void)problem_set(why, PROBLEM_INTERNAL, NULL,
		    "the question was given up");
		return HTTPS_ABANDONED;
	}
	if (is_alert(https->said)) {
		(void)problem_set(why, PROBLEM_CERTIFICATE_REQUIRED, NULL,
		    "the server at %s refused our certificate", url);
		return HTTPS_UNWELCOME;
	}
	for (size_t i = 0; i < nitems(failures); i++)
		if (failures[i].code == code) {
			sentence = failures[i].sentence;
			outcome = failures[i].outcome;
		}
	(void)problem_set(why, PROBLEM_INTERNAL, NULL,
	    "no answer from %s: %s (%s)", url, sentence,
	    https->said[0] != '\0' ? https->said : curl_easy_strerror(code));
	return outcome;
}

static void
call_start(struct https *https, const struct https_request *request,
    struct https_answer *answer, struct curl_slist *fields)
{
	struct buf url;

	https->request = request;
	https->answer = answer;
	https->body_sent = 0;
	https->is_abandoned = false;
	https->said[0] = '\0';
	buf_init(&url);
	buf_print(&url, "%s%s", https->identity->url, request->target);
	buf_add_char(&url, '\0');
	curl_easy_setopt(https->curl, CURLOPT_URL, url.at);
	buf_release(&url);
	body_set_up(https->curl, request);
	curl_easy_setopt(https->curl, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(https->curl, CURLOPT_TIMEOUT,
	    (long)request->timeout_s);
}

enum https_outcome
https_call(struct https *https, const struct https_request *request,
    struct https_answer *answer, struct problem *why)
{
	struct curl_slist *fields = fields_of(request);
	CURLcode code;
	long status = 0;

	*answer = (struct https_answer){ 0 };
	buf_init(&answer->body);
	call_start(https, request, answer, fields);
	code = curl_easy_perform(https->curl);
	curl_easy_getinfo(https->curl, CURLINFO_RESPONSE_CODE, &status);
	answer->status = (int)status;
	curl_easy_setopt(https->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(fields);
	/* A refusal may arrive whole while our body is still under way. */
	if (code == CURLE_SEND_ERROR && status >= 400 && answer->body.len > 0)
		code = CURLE_OK;
	if (code != CURLE_OK)
		return failure_judge(https, code, why);
	https->has_answered = true;
	return HTTPS_ANSWERED;
}

void
https_answer_release(struct https_answer *answer)
{
	buf_release(&answer->body);
}
