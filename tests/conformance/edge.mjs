// edge.mjs — requirements on TLS, identity, HTTP and headers.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Skip } from './supplier.mjs';

const EDGE = 'daemon/README.md "SECURITY"', CONTRACT = 'openapi.yaml', TABLE = 'problems.tsv';
const weak = 'DEFAULT@SECLEVEL=0';

/** Our own library may know no such version: then nothing was shown. */
function refusedByServer({ socket, why }, what) {
  socket?.destroy();
  assert.equal(socket, null, `the server speaks ${what}`);
  if (/NO_PROTOCOLS_AVAILABLE|INVALID_PROTOCOL|NO_CIPHER_MATCH|NO_CIPHERS_AVAILABLE/.test(why.code ?? ''))
    throw new Skip(`this computer's TLS library cannot offer ${what}`);
}

const statusOf = (text) => Number(/^HTTP\/1\.[01] (\d{3}) /.exec(text)?.[1]);
const slugOf = (text) => /\/problems\/([a-z0-9_]+)"/.exec(text)?.[1];

/** Bytes that must be refused: [what, status and slug, bytes]. */
async function refusesEach(kit, cases) {
  for (const [what, status, slug, bytes] of cases) {
    const answer = await kit.raw(bytes);
    assert.equal(statusOf(answer), status, what);
    assert.equal(slugOf(answer), slug, what);
    assert.equal(answer.match(/HTTP\/1\.1 \d{3} /g).length, 1, `${what}: answered once, then closed`);
  }
}

const bad = (what, bytes, status = 400, slug = 'malformed_request') => [what, status, slug, bytes];

export const edge = [
  { id: 'tls.spoken', place: EDGE, sentence: 'TLS 1.2 and TLS 1.3 are spoken',
    async check(kit) {
      for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const { status } = await kit.get('/v1', { tls: { minVersion: version, maxVersion: version } });
        assert.equal(status, 200, version);
      }
    } },
  { id: 'tls.old-versions', place: EDGE, sentence: 'TLS 1.0 and 1.1 are refused',
    async check(kit) {
      for (const version of ['TLSv1', 'TLSv1.1'])
        refusedByServer(await kit.handshake({ minVersion: version, maxVersion: version, ciphers: weak }), version);
    } },
  { id: 'tls.weak-ciphers', place: EDGE, sentence: 'only forward-secret authenticated ciphers: no RSA key exchange, no CBC',
    async check(kit) {
      for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA'])
        refusedByServer(await kit.handshake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }), ciphers);
    } },
  { id: 'tls.alpn', place: EDGE, sentence: 'a client that offers only HTTP/2 is refused in the handshake',
    async check(kit) {
      refusedByServer(await kit.handshake({ ALPNProtocols: ['h2'] }), 'a protocol other than http/1.1');
    } },
  { id: 'tls.certificate-demanded', place: `${CONTRACT} securitySchemes`,
    sentence: 'without a client certificate not one byte of HTTP is answered',
    async check(kit) {
      const answer = await kit.raw(kit.head('GET', '/v1', ['Connection: close']), { cert: undefined, key: undefined })
        .catch(() => '');
      assert.equal(answer, '', 'the server answered a stranger');
    } },

  { id: 'identity.whoami', place: `${CONTRACT} /v1/whoami`,
    sentence: 'whoami names the client, as a school_system, and the settings it may see',
    async check(kit) {
      const { status, json } = await kit.get('/v1/whoami');
      assert.equal(status, 200);
      assert.equal(json.role, 'school_system');
      const setting = await kit.get(`/v1/settings/${encodeURIComponent(kit.setting)}`);
      assert.ok(json.settings.includes(setting.json.setting_id), 'the setting is among them');
    } },
  { id: 'identity.index', place: `${CONTRACT} /v1`, sentence: 'the index lists the addresses of version 1',
    async check(kit) {
      const { status, json } = await kit.get('/v1');
      assert.equal(status, 200);
      assert.equal(json.name, 'sencod');
    } },
  { id: 'identity.role', place: `${CONTRACT} /v1/clients`,
    sentence: 'what is for administrators is refused to a school with 403 forbidden',
    async check(kit) {
      const { status, json } = await kit.get('/v1/clients');
      assert.equal(status, 403);
      assert.match(json.type, /\/forbidden$/);
    } },

  { id: 'http.lengths', place: TABLE, sentence: 'a body whose length has two readings is refused with 400 and the connection closed',
    check: (kit) => refusesEach(kit, [
      bad('two lengths', kit.head('POST', '/v1', ['Content-Length: 5', 'Content-Length: 6']) + 'hello'),
      bad('a length and a coding', kit.head('POST', '/v1', ['Content-Length: 5', 'Transfer-Encoding: chunked']) + '0\r\n\r\n'),
      bad('a length with a sign', kit.head('POST', '/v1', ['Content-Length: +5']) + 'hello'),
      bad('a coding we do not know', kit.head('POST', '/v1', ['Transfer-Encoding: gzip, chunked']) + '0\r\n\r\n', 501, 'not_implemented'),
    ]) },
  { id: 'http.lines', place: TABLE, sentence: 'bare line feeds, folded lines and blanks before a colon are refused with 400',
    check: (kit) => refusesEach(kit, [
      bad('a bare LF', `GET /v1 HTTP/1.1\nHost: ${kit.url.host}\n\n`),
      bad('a folded line', kit.head('GET', '/v1', ['X-Folded: a', ' b'])),
      bad('a blank before the colon', kit.head('GET', '/v1', ['X-Blank : a'])),
      bad('a NUL in a value', kit.head('GET', '/v1', ['X-Nul: a\0b'])),
    ]) },
  { id: 'http.host', place: TABLE, sentence: 'exactly one Host, and one this server answers for: else 400 or 421',
    check: (kit) => refusesEach(kit, [
      bad('no Host', 'GET /v1 HTTP/1.1\r\n\r\n'),
      bad('two Hosts', kit.head('GET', '/v1', [`Host: ${kit.url.host}`])),
      bad('another host', 'GET /v1 HTTP/1.1\r\nHost: conformance.invalid\r\nConnection: close\r\n\r\n', 421, 'wrong_host'),
    ]) },
  { id: 'http.limits', place: TABLE, sentence: 'an address over 4 KiB is 414, a head over 16 KiB is 431',
    check: (kit) => refusesEach(kit, [
      bad('a long address', kit.head('GET', `/${'a'.repeat(4200)}`), 414, 'uri_too_long'),
      bad('a large head', kit.head('GET', '/v1', [1, 2, 3].map((n) => `X-Large-${n}: ${'a'.repeat(6000)}`)), 431, 'head_too_large'),
    ]) },
  { id: 'http.methods', place: TABLE, sentence: 'an unknown method is 501, another version of HTTP 505, another expectation 417',
    check: (kit) => refusesEach(kit, [
      bad('an unknown method', kit.head('BREW', '/v1'), 501, 'not_implemented'),
      bad('another version', `GET /v1 HTTP/3.0\r\nHost: ${kit.url.host}\r\n\r\n`, 505, 'http_version'),
      bad('another expectation', kit.head('GET', '/v1', ['Expect: tea', 'Connection: close']), 417, 'expectation_failed'),
    ]) },
  { id: 'http.pipelined', place: EDGE, sentence: 'two requests in one write are answered in order',
    async check(kit) {
      const answer = await kit.raw(kit.head('GET', '/v1') + kit.head('GET', '/v1/whoami', ['Connection: close']));
      assert.equal(answer.match(/HTTP\/1\.1 200 /g)?.length, 2);
      assert.ok(answer.indexOf('"links"') < answer.indexOf('"school_system"'), 'in order');
    } },
  { id: 'http.chunked', place: EDGE, sentence: 'a chunked body is taken like one of known length',
    async check(kit) {
      const body = JSON.stringify({ records: [kit.nothing()] });
      const answer = await kit.raw(kit.head('POST', kit.batchTarget(), ['Content-Type: application/json',
        `Idempotency-Key: ${randomUUID()}`, 'Transfer-Encoding: chunked', 'Connection: close']) +
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
      assert.equal(statusOf(answer), 200);
      assert.match(answer, /"unchanged":1/);
    } },
  { id: 'http.continue', place: EDGE, sentence: '100 Continue is said only to a request whose rights were checked',
    async check(kit) {
      const answer = await kit.raw(kit.head('POST', '/v1/clients', ['Content-Type: application/json',
        'Content-Length: 2', 'Expect: 100-continue', 'Connection: close']));
      assert.equal(statusOf(answer), 403, 'refused before the body');
    } },
  { id: 'http.methods-of-address', place: TABLE, sentence: 'a method the address does not take is 405 with Allow',
    async check(kit) {
      const { status, headers, json } = await kit.request('DELETE', '/v1/whoami');
      assert.equal(status, 405);
      assert.match(headers.allow ?? '', /\bGET\b/);
      assert.match(json.type, /\/method_not_allowed$/);
    } },
  { id: 'http.head', place: EDGE, sentence: 'HEAD is answered with the head of GET and no body',
    async check(kit) {
      const answer = await kit.raw(kit.head('HEAD', '/v1', ['Connection: close']));
      assert.equal(statusOf(answer), 200);
      assert.match(answer, /content-length: [1-9]/i);
      assert.ok(answer.endsWith('\r\n\r\n'), 'nothing after the head');
    } },
  { id: 'http.not-found', place: TABLE, sentence: 'an address that does not exist is 404 not_found',
    async check(kit) {
      const { status, json } = await kit.get('/v1/nothing-is-here');
      assert.equal(status, 404);
      assert.match(json.type, /\/not_found$/);
    } },
  { id: 'http.parameters', place: TABLE, sentence: 'an unknown, repeated or malformed parameter is refused with 400',
    async check(kit) {
      for (const [target, slug] of [['/v1/settings?colour=red', 'unknown_parameter'],
        ['/v1/settings?limit=1&limit=2', 'malformed_parameter'], ['/v1/settings?limit=0', 'malformed_parameter'],
        ['/v1/settings?limit=1001', 'malformed_parameter']]) {
        const { status, json } = await kit.get(target);
        assert.equal(status, 400, target);
        assert.match(json.type, new RegExp(`/${slug}$`), target);
      }
    } },
  { id: 'http.headers', place: EDGE, sentence: 'every answer, refusals included, says no-store, nosniff and HSTS',
    async check(kit) {
      for (const target of ['/v1', '/v1/whoami', '/v1/nothing-is-here']) {
        const { headers } = await kit.get(target);
        assert.equal(headers['cache-control'], 'no-store', target);
        assert.equal(headers['x-content-type-options'], 'nosniff', target);
        assert.match(headers['strict-transport-security'] ?? '', /max-age=\d+/, target);
        assert.ok(!Number.isNaN(Date.parse(headers.date)), `${target}: Date`);
      }
    } },

  { id: 'accept.forms', place: `${CONTRACT} /v1/settings`, sentence: 'a list comes as JSON, NDJSON or CSV by the Accept header, with the same rows',
    async check(kit) {
      const target = '/v1/settings?limit=2';
      const json = await kit.get(target), rows = await kit.get(target, { accept: 'application/x-ndjson' });
      const csv = await kit.get(target, { accept: 'text/csv' });
      assert.match(json.type, /^application\/json/);
      assert.match(rows.type, /^application\/x-ndjson/);
      assert.match(csv.type, /^text\/csv/);
      assert.deepEqual(rows.rows, json.json.items);
      assert.deepEqual(csv.text.split('\r\n')[0].split(','), Object.keys(json.json.items[0]));
      assert.match(json.headers.vary ?? '', /accept/i);
    } },
  { id: 'accept.default', place: `${CONTRACT} /v1/settings`, sentence: 'without Accept, and with */*, a list is JSON',
    async check(kit) {
      for (const accept of [null, '*/*', 'image/png, application/json'])
        assert.match((await kit.get('/v1/settings?limit=1', { accept })).type, /^application\/json/);
    } },
  { id: 'accept.refused', place: TABLE, sentence: 'a form that does not exist is 406 not_acceptable',
    async check(kit) {
      const { status, json } = await kit.get('/v1/settings?limit=1', { accept: 'image/png' });
      assert.equal(status, 406);
      assert.match(json.type, /\/not_acceptable$/);
    } },
  { id: 'accept.pages', place: `${CONTRACT} Next`, sentence: 'next, given as after, continues a list where it ended; the Link header says the same',
    async check(kit) {
      const both = await kit.get('/v1/settings?limit=2');
      if (both.json.items.length < 2) throw new Skip('this server knows fewer than two settings');
      const first = await kit.get('/v1/settings?limit=1');
      const second = await kit.get(`/v1/settings?limit=1&after=${first.json.next}`);
      assert.deepEqual([...first.json.items, ...second.json.items].map(({ ref }) => ref),
        both.json.items.map(({ ref }) => ref));
      assert.match(first.headers.link ?? '', new RegExp(`after=${first.json.next}[^>]*>; rel="next"`));
    } },
];
