/*
 * mail.c — a letter as RFC 5322 and MIME have it, and its way to the server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mail.h"

#include "buf.h"
#include "common.h"
#include "uuid.h"

#include <assert.h>
#include <curl/curl.h>
#include <string.h>
#include <time.h>

#define CONNECT_TIMEOUT_S 10L
#define ADDRESS_MAX 254
#define LINE_MAX_LEN 75 /* of quoted-printable, without the soft break */

/* ---- the message ---- */

static void
quoted_add(struct buf *out, const char *code, size_t len, size_t *column)
{
	if (*column + len > LINE_MAX_LEN) {
		buf_add(out, "=\r\n", 3);
		*column = 0;
	}
	buf_add(out, code, len);
	*column += len;
}

static void
body_print(struct slice body, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < body.len; i++) {
		unsigned char byte = (unsigned char)body.at[i];
		bool is_last = i + 1 == body.len || body.at[i + 1] == '\n';
		char code[4];

		if (byte == '\n') {
			buf_add(out, "\r\n", 2);
			column = 0;
		} else if ((byte > ' ' && byte < 127 && byte != '=') ||
		    (byte == ' ' && !is_last)) {
			quoted_add(out, &body.at[i], 1, &column);
		} else {
			snprintf(code, sizeof(code), "=%02X", byte);
			quoted_add(out, code, 3, &column);
		}
	}
}

static void
mail_print(const struct mail *mail, struct buf *out)
{
	time_t now = time(NULL);
	struct tm utc;
	char date[64], id[37];

	gmtime_r(&now, &utc);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &utc);
	uuid_print_fresh(id);
	buf_print(out, "Date: %s\r\nFrom: <%s>\r\nTo: ", date, mail->sender);
	for (size_t i = 0; i < mail->to_len; i++)
		buf_print(out, "%s<%s>", i > 0 ? ",\r\n " : "", mail->to[i]);
	buf_print(out, "\r\nSubject: %s\r\nMessage-ID: <%s%s>\r\n"
	    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    mail->subject, id, strchr(mail->sender, '@'));
	body_print(mail->body, out);
}

/* ---- what may be asked for ---- */

/* One that cannot break out of its header or its command. */
static bool
address_check(const char *address, struct problem *why)
{
	const char *sign = strchr(address, '@');
	size_t len = strlen(address);
	bool is_good = sign != NULL && sign > address && sign[1] != '\0' &&
	    strchr(sign + 1, '@') == NULL && len <= ADDRESS_MAX;

	for (size_t i = 0; i < len; i++)
		if (address[i] <= ' ' || address[i] >= 127 ||
		    strchr("<>()[]\\,;:\"", address[i]) != NULL)
			is_good = false;
	return is_good || problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
	    "\"%s\" is no address that a letter can be sent to", address);
}

static bool
url_check(const char *url, struct problem *why)
{
	static const char *const here[] = {
		"smtp://localhost", "smtp://127.0.0.1", "smtp://[::1]"
	};

	if (strncmp(url, "smtps://", 8) == 0 && url[8] != '\0')
		return true;
	for (size_t i = 0; i < nitems(here); i++) {
		size_t len = strlen(here[i]);

		if (strncmp(url, here[i], len) == 0 &&
		    (url[len] == '\0' || url[len] == ':' || url[len] == '/'))
			return true;
	}
	return problem_set(why, PROBLEM_MALFORMED_PARAMETER, NULL,
	    "the mail server must be like smtp://localhost:25, or smtps:// "
	    "when it is another machine, not \"%s\"", url);
}

static bool
mail_check(const struct mail *mail, struct problem *why)
{
	if (!url_check(mail->url, why) || !address_check(mail->sender, why))
		return false;
	for (size_t i = 0; i < mail->to_len; i++)
		if (!address_check(mail->to[i], why))
			return false;
	return true;
}

/* ---- its way ---- */

static size_t
message_wanted(char *out, size_t size, size_t len, void *owner)
{
	struct slice *left = owner;
	size_t n = size * len < left->len ? size * len : left->len;

	memcpy(out, left->at, n);
	left->at += n;
	left->len -= n;
	return n;
}

static void
call_set_up(CURL *curl, const struct mail *mail, struct curl_slist *to,
    struct slice *left, char *said)
{
	curl_easy_setopt(curl, CURLOPT_URL, mail->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)mail->timeout_s);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->sender);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, message_wanted);
	curl_easy_setopt(curl, CURLOPT_READDATA, left);
}

static enum mail_outcome
failure_judge(CURL *curl, CURLcode code, const struct mail *mail,
    const char *said, struct problem *why)
{
	long answer = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	if (answer >= 400) {
		(void)problem_set(why, PROBLEM_INTERNAL, NULL,
		    "the mail server at %s would not have the letter "
		    "(answer %ld)", mail->url, answer);
		return MAIL_REFUSED;
	}
	(void)problem_set(why, PROBLEM_INTERNAL, NULL,
	    "the letter did not reach the mail server at %s: %s (%s)",
	    mail->url, code == CURLE_OPERATION_TIMEDOUT ?
	    "it did not answer in time" : "the connection failed",
	    said[0] != '\0' ? said : curl_easy_strerror(code));
	return MAIL_UNREACHABLE;
}

enum mail_outcome
mail_send(const struct mail *mail, struct problem *why)
{
	char said[CURL_ERROR_SIZE] = "";
	struct curl_slist *to = NULL;
	enum mail_outcome outcome = MAIL_SENT;
	struct buf message;
	struct slice left;
	CURLcode code;
	CURL *curl;

	if (!mail_check(mail, why))
		return MAIL_MISCONFIGURED;
	curl = curl_easy_init();
	assert(curl != NULL);
	buf_init(&message);
	mail_print(mail, &message);
	left = (struct slice){ message.at, message.len };
	for (size_t i = 0; i < mail->to_len; i++)
		to = curl_slist_append(to, mail->to[i]);
	call_set_up(curl, mail, to, &left, said);
	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		outcome = failure_judge(curl, code, mail, said, why);
	curl_slist_free_all(to);
	curl_easy_cleanup(curl);
	buf_release(&message);
	return outcome;
}
