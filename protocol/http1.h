/*
 * http1.h — HTTP/1.1 request heads and chunked bodies, strict and small.
 * The rules are those of SECURITY in daemon/README.md: one reading of every
 * message, and whatever has two is refused and the connection closed.
 * Pure: works on bytes in memory, allocates nothing, looks at no byte twice
 * except within one line.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_HTTP1_H
#define PROTOCOL_HTTP1_H

#include "problem.h"
#include "text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP1_HEAD_MAX (16 * 1024)
#define HTTP1_TARGET_MAX 4096
#define HTTP1_FIELDS_MAX 64
#define HTTP1_CHUNK_LINE_MAX 32 /* without its CR LF */
#define HTTP1_TRAILERS_MAX (4 * 1024)

enum http1_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE,
	HTTP_OPTIONS
};

struct http1_field {
	struct slice name;
	struct slice value;
};

/* Slices point into the bytes given to http1_head_feed. */
struct http1_head {
	enum http1_method method;
	int minor;              /* HTTP/1.0 or 1.1 */
	bool keep_alive;        /* what the client asks for */
	bool expects_continue;  /* and has a body to wait with */
	bool is_chunked;
	int64_t content_length; /* -1 when not given */
	struct slice target;
	struct slice host;      /* without port; IPv6 keeps its brackets;
	                         * at == NULL only in HTTP/1.0 */
	struct http1_field fields[HTTP1_FIELDS_MAX];
	size_t fields_len;
};

enum http1_outcome { HTTP1_MORE, HTTP1_DONE, HTTP1_BAD };

/*
 * Where a head stands between two arrivals of bytes; all zero at its start.
 * What the lines so far have said is kept as offsets from that start.
 */
struct http1_scan {
	size_t line_at;   /* start of the line being looked for */
	size_t seen;      /* bytes already searched for its end */
	unsigned lines;   /* judged and found good */
	unsigned fields_at, fields_len;
	unsigned given;   /* a bit for each known field */
	unsigned target_at, target_len;
	unsigned host_at, host_len;
	int64_t content_length;
	enum http1_method method;
	int minor;
	bool has_request_line, has_length, is_chunked;
	bool expects_continue, asks_close, asks_keep_alive;
};

/*
 * Call with all bytes received so far since the head began (they may have
 * moved in memory). DONE sets *used to the head's length and fills the head,
 * which is not touched before. BAD sets problem: 400, 413, 414, 417, 431,
 * 501 or 505; the connection must close after it. One empty line before the
 * request line is passed over.
 */
enum http1_outcome http1_head_feed(struct http1_scan *, const char *at,
    size_t len, struct http1_head *, size_t *used, struct problem *);

/*
 * The value of a field by its lower-case name; at == NULL when absent, the
 * first of several. Host, Content-Length, Transfer-Encoding, Expect,
 * Content-Type, Content-Encoding, Authorization and Idempotency-Key are
 * refused when given twice.
 */
struct slice http1_head_field(const struct http1_head *, const char *name);
const char *http1_method_name(enum http1_method);

/*
 * Chunked bodies. Feed bytes; each call consumes *used of them (at least one
 * of a non-empty input) and may give one piece of body in *piece (pointing
 * into the input, else at == NULL). DONE, never with a piece, after the last
 * chunk and its (discarded, bounded) trailers. BAD sets problem: 400 or 431.
 */
struct http1_chunks {
	int state;
	uint64_t left;      /* of the present chunk */
	unsigned line_len;  /* of its size and extensions, or a trailer's name */
	unsigned trailer_bytes;
	char line[HTTP1_CHUNK_LINE_MAX];
};
void http1_chunks_start(struct http1_chunks *);
enum http1_outcome http1_chunks_feed(struct http1_chunks *, const char *at,
    size_t len, size_t *used, struct slice *piece, struct problem *);

/*
 * The target's path, percent-decoded once, without the query: refuses
 * escaped controls, %2f, %5c, "//", "." or ".." segments and what is not
 * UTF-8. out needs HTTP1_TARGET_MAX + 1 and ends in NUL. "*" stays "*".
 */
bool http1_path_decode(struct slice target, char *out, size_t *out_len,
    struct problem *) must_check;

/*
 * Walks the query: each call gives one name and value, both decoded into
 * scratch (HTTP1_TARGET_MAX bytes, filled as it goes; "+" is a space). A name
 * without "=" has the empty value. False at the end or on a fault: the
 * problem, PROBLEM_NONE before, is then set.
 */
struct http1_query {
	struct slice rest;
	char *scratch;
	size_t scratch_used;
};
void http1_query_start(struct http1_query *, struct slice target, char *scratch);
bool http1_query_next(struct http1_query *, struct slice *name,
    struct slice *value, struct problem *);

#endif
