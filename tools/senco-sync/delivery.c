/*
 * delivery.c — one file on its way. A batch keeps its key and its bytes over
 * every retry, so that a batch whose answer was lost is applied once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "delivery.h"

#include "deflate.h"
#include "retry.h"
#include "uuid.h"
#include "verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>

#define BATCH_TIMEOUT_S 120
#define PACK_FROM_BYTES 1024 /* below, packing costs more than it saves */

void
delivery_init(struct delivery *delivery, struct post *post,
    const struct source *source)
{
	delivery->post = post;
	delivery->source = source;
	delivery->tally = (struct tally){ 0 };
	delivery->ending = END_WELL;
	delivery->stopped_why[0] = '\0';
	batch_of_init(&delivery->batch);
}

void
delivery_release(struct delivery *delivery)
{
	batch_of_release(&delivery->batch);
}

bool
delivery_stop(struct delivery *delivery, enum ending ending,
    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(delivery->stopped_why, sizeof(delivery->stopped_why), fmt,
	    args);
	va_end(args);
	delivery->ending = ending;
	progress_break(&delivery->post->progress);
	complain("%s: %s", delivery->source->path, delivery->stopped_why);
	return false;
}

static void
wait_ms(int64_t ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		continue;
}

/* The batch's own lines or pupils, for a sentence about it as a whole. */
static void
range_print(const struct delivery *delivery, struct buf *out)
{
	const struct batch_of *batch = &delivery->batch;

	buf_print(out, "%s %u to %u",
	    delivery->source->form == SOURCE_CTF ? "pupils" : "lines",
	    batch->records[0].where, batch->records[batch->len - 1].where);
}

/* What the answer, whatever it was, means for the file. */
static bool
answer_judge(struct delivery *delivery, const struct https_answer *answer)
{
	const struct buf *body = &answer->body;
	struct buf said;

	if (answer->status / 100 == 2) {
		if (verdict_read(delivery, body->at, body->len))
			return true;
		return delivery_stop(delivery, END_REFUSED,
		    "the server's answer does not fit the batch sent");
	}
	buf_init(&said);
	range_print(delivery, &said);
	buf_add_text(&said, " were refused whole: ");
	complaint_print_answer(body->at, body->len, answer->status, &said);
	(void)delivery_stop(delivery, END_REFUSED, "%.*s", (int)said.len,
	    said.at);
	buf_release(&said);
	return false;
}

static bool
give_up(struct delivery *delivery, const struct retry *retry,
    enum https_outcome outcome, const struct problem *why)
{
	switch (outcome) {
	case HTTPS_MISCONFIGURED:
		return delivery_stop(delivery, END_USAGE, "%s", why->detail);
	case HTTPS_UNWELCOME:
		return delivery_stop(delivery, END_REFUSED, "%s", why->detail);
	case HTTPS_UNTRUSTED:
		return delivery_stop(delivery, END_UNREACHABLE, "%s",
		    why->detail);
	default:
		return delivery_stop(delivery, END_UNREACHABLE, "given up "
		    "after %u attempts: %s", retry->attempts, why->detail);
	}
}

/* One attempt; *is_over when no other is worth it. */
static bool
batch_attempt(struct delivery *delivery, const struct https_request *request,
    struct retry *retry, bool *is_over)
{
	struct https_answer answer;
	struct problem why = { 0 };
	enum https_outcome outcome =
	    https_call(delivery->post->https, request, &answer, &why);
	bool is_answered = outcome == HTTPS_ANSWERED;
	bool is_done = false;
	int64_t wait = 0;

	*is_over = is_answered ? !retry_is_worth(answer.status) :
	    outcome != HTTPS_UNREACHABLE;
	if (is_answered && *is_over) {
		is_done = answer_judge(delivery, &answer);
		goto done;
	}
	if (is_answered)
		(void)problem_set(&why, PROBLEM_BUSY, NULL,
		    "the server answered with status %d", answer.status);
	if (*is_over || !retry_wait(retry, clock_ms(),
	    (int64_t)answer.retry_after_s * 1000, random_fresh(), &wait)) {
		*is_over = true;
		(void)give_up(delivery, retry, outcome, &why);
		goto done;
	}
	progress_break(&delivery->post->progress);
	complain("%s; attempt %u, again in %.1f s", why.detail,
	    retry->attempts + 1, (double)wait / 1000);
	wait_ms(wait);
done:
	https_answer_release(&answer);
	return is_done;
}

static bool
batch_send(struct delivery *delivery)
{
	const struct buf *body = &delivery->batch.body;
	bool is_packed = body->len > PACK_FROM_BYTES;
	struct buf packed;
	char key[37];
	struct retry retry;
	bool is_over = false, is_done = false;
	struct https_request request = {
		.method = "POST", .target = delivery->post->target,
		.accept = "application/json",
		.content_type = "application/x-ndjson",
		.idempotency_key = key,
		.body = body->at, .body_len = body->len,
		.timeout_s = BATCH_TIMEOUT_S,
	};

	buf_init(&packed);
	if (is_packed) {
		deflate_gzip((struct slice){ body->at, body->len }, &packed);
		request.content_coding = "gzip";
		request.body = packed.at;
		request.body_len = packed.len;
	}
	uuid_print_fresh(key);
	retry_start(&retry, delivery->post->patience_ms);
	while (!is_over)
		is_done = batch_attempt(delivery, &request, &retry, &is_over);
	buf_release(&packed);
	return is_done;
}

bool
delivery_flush(struct delivery *delivery)
{
	bool is_done = true;

	if (delivery->ending != END_WELL || delivery->batch.len == 0)
		return delivery->ending == END_WELL;
	if (delivery->post->https != NULL)
		is_done = batch_send(delivery);
	delivery->tally.batches++;
	batch_of_clear(&delivery->batch);
	outcome_file_flush(&delivery->post->outcomes);
	if (is_done && delivery->post->https != NULL)
		progress_batch_done(&delivery->post->progress,
		    delivery->source->name, &delivery->tally);
	return is_done;
}

bool
delivery_add(struct delivery *delivery, struct slice record, unsigned where)
{
	if (!batch_of_has_room(&delivery->batch, record.len) &&
	    !delivery_flush(delivery))
		return false;
	delivery->tally.read++;
	batch_of_add(&delivery->batch, record, where);
	return true;
}

void
delivery_refuse(struct delivery *delivery, unsigned where, struct slice kind,
    struct slice source_id, const struct problem *why)
{
	char number[24];
	struct outcome_row row = {
		.file = delivery->source->name,
		.line = verdict_where(delivery, where, number),
		.kind = kind, .source_id = source_id,
		.outcome = "not sent",
		.problem = delivery->source->form == SOURCE_CTF ?
		    problem_title(why->slug) : "The line cannot be read",
		.pointer = why->where, .detail = why->detail,
	};

	delivery->tally.read++;
	delivery->tally.unsent++;
	outcome_file_add(&delivery->post->outcomes, &row);
	if (delivery->post->https == NULL)
		complain("%s, %s %s: %s: %s", delivery->source->path,
		    delivery->source->form == SOURCE_CTF ? "in" : "line",
		    number, row.problem, why->detail);
}
