/*
 * conn_tls.c — reads and writes a socket, through OpenSSL when there is TLS.
 * The error queue is emptied before every call into OpenSSL: one stale
 * error there would end another connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

bool
conn_tls_start(struct conn_tls *wire, struct ssl_ctx_st *ctx,
    uint8_t fingerprint[static TLS_FINGERPRINT_SIZE])
{
	ERR_clear_error();
	wire->ssl = SSL_new(ctx);
	if (wire->ssl == NULL)
		return false;
	SSL_set_accept_state(wire->ssl);
	return SSL_set_app_data(wire->ssl, fingerprint) == 1
	       && SSL_set_fd(wire->ssl, wire->fd) == 1;
}

static enum wire
outcome(struct conn_tls *wire, int result)
{
	switch (SSL_get_error(wire->ssl, result)) {
	case SSL_ERROR_NONE:
		return WIRE_DONE;
	case SSL_ERROR_WANT_READ:
		return WIRE_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return WIRE_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return WIRE_ENDED;
	default:
		return WIRE_FAILED;
	}
}

enum wire
conn_tls_greet(struct conn_tls *wire)
{
	int result;

	ERR_clear_error();
	result = SSL_do_handshake(wire->ssl);
	return result == 1 ? WIRE_DONE : outcome(wire, result);
}

const char *
conn_tls_reason(const struct conn_tls *wire)
{
	unsigned long error = ERR_peek_error();
	long verified = SSL_get_verify_result(wire->ssl);
	const char *reason;

	if (verified != X509_V_OK)
		return X509_verify_cert_error_string(verified);
	reason = error == 0 ? NULL : ERR_reason_error_string(error);
	return reason == NULL ? "connection lost" : reason;
}

static enum wire
plain_outcome(ssize_t n, size_t *done, enum wire wants)
{
	if (n > 0) {
		*done = (size_t)n;
		return WIRE_DONE;
	}
	if (n == 0)
		return WIRE_ENDED;
	return errno == EAGAIN || errno == EINTR ? wants : WIRE_FAILED;
}

enum wire
conn_tls_read(struct conn_tls *wire, void *at, size_t max, size_t *done)
{
	int result;

	if (wire->ssl == NULL)
		return plain_outcome(recv(wire->fd, at, max, 0), done,
		    WIRE_WANTS_READ);
	ERR_clear_error();
	result = SSL_read_ex(wire->ssl, at, max, done);
	return result == 1 ? WIRE_DONE : outcome(wire, result);
}

enum wire
conn_tls_write(struct conn_tls *wire, const void *at, size_t len,
    size_t *done)
{
	int result;

	if (wire->ssl == NULL)
		return plain_outcome(send(wire->fd, at, len, MSG_NOSIGNAL),
		    done, WIRE_WANTS_WRITE);
	ERR_clear_error();
	result = SSL_write_ex(wire->ssl, at, len, done);
	return result == 1 ? WIRE_DONE : outcome(wire, result);
}

bool
conn_tls_has_pending(const struct conn_tls *wire)
{
	return wire->ssl != NULL && SSL_has_pending(wire->ssl) == 1;
}

bool
conn_tls_has_left(const struct conn_tls *wire)
{
	struct pollfd fd = { .fd = wire->fd, .events = POLLRDHUP };

	return poll(&fd, 1, 0) > 0 &&
	       (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void
conn_tls_goodbye(struct conn_tls *wire)
{
	if (wire->ssl != NULL && SSL_is_init_finished(wire->ssl)) {
		ERR_clear_error();
		SSL_shutdown(wire->ssl);
	}
	shutdown(wire->fd, SHUT_WR);
	conn_tls_forget(wire);
}

void
conn_tls_forget(struct conn_tls *wire)
{
	SSL_free(wire->ssl);
	wire->ssl = NULL;
}
