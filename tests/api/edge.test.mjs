// The network edge as a stranger meets it: certificates, malformed requests,
// deadlines, reload, drain, a worker that dies.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { bin, root, Stage, until } from '../lib/stage.mjs';

let stage;

before(async () => {
  stage = await Stage.start({ name: 'edge', config: {
    handshake_timeout_ms: 5000, head_timeout_ms: 1000, body_timeout_ms: 1000, idle_timeout_ms: 30000,
    connections_per_address_max: 40, body_max_bytes: 4096 } });
  await stage.addClient('officer', 'la_officer');
});
after(() => stage?.stop());

/** A TLS connection; raw bytes out, all bytes back until the end. */
function raw(options, bytes, { end = false } = {}) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost',
      ca: readFileSync(stage.file('pki/ca.pem')), ...options }, () => {
      if (bytes !== undefined) socket.write(bytes);
      if (end) socket.end();
    });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece) => { text += piece; });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

const asOfficer = (bytes, options) => raw(stage.tls('officer'), bytes, options);
const unescape = (text) => text.replace(/\\\{(\d+):([^}]*)\}/g, (_, n, piece) => piece.repeat(Number(n))).replace(/\\(x[0-9a-fA-F]{2}|[rnt0\\])/g, (_, code) =>
  ({ r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' }[code] ?? String.fromCharCode(parseInt(code.slice(1), 16))));

test('without a certificate there is no connection', async () => {
  const outcome = await raw({}, 'GET /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n').catch((error) => error);
  assert.ok(outcome instanceof Error || outcome === '', 'TLS refuses, or closes without a byte');
});

test('a certificate of another authority, or an expired one, gets no further than TLS', async () => {
  await stage.pki('client', 'late', '--expired');
  const { execFileSync } = await import('node:child_process');
  execFileSync(path.join(root, 'tools/pki'), [stage.file('foreign'), 'init']);
  execFileSync(path.join(root, 'tools/pki'), [stage.file('foreign'), 'client', 'officer']);
  const foreign = { cert: readFileSync(stage.file('foreign/clients/officer.pem')),
    key: readFileSync(stage.file('foreign/clients/officer.key')) };
  for (const options of [foreign, stage.tls('late')]) {
    const outcome = await raw(options, 'GET /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n').catch((error) => error);
    assert.ok(outcome instanceof Error || outcome === '');
  }
});

test('a certificate that was never enrolled is refused with no hint', async () => {
  await stage.pki('client', 'stranger');
  for (const target of ['/v1', '/v1/children', '/nothing']) {
    const answer = await stage.get('stranger', target, { unchecked: true });
    assert.equal(answer.status, 403);
    assert.match(answer.json.type, /certificate_required$/);
    assert.equal(answer.json.detail, undefined);
  }
});

test('a revoked client is refused within five seconds, on the connection it holds', async () => {
  const id = await stage.addClient('leaving', 'la_officer');
  assert.equal((await stage.get('leaving', '/v1/whoami')).status, 200);
  assert.equal((await stage.request('administrator', 'POST', `/v1/clients/${id}/revoke`)).status, 204);
  await until('the revocation to bite', async () => (await stage.get('leaving', '/v1/whoami')).status === 403, 8);
});

test('TLS 1.1 is not spoken, nor RSA key exchange', async () => {
  // Level 0, or the client's own library would refuse before the server is asked.
  for (const [options, alert] of [
    [{ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, /PROTOCOL_VERSION/],
    [{ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256@SECLEVEL=0' }, /HANDSHAKE_FAILURE/]])
    await assert.rejects(raw({ ...stage.tls('officer'), ...options }, ''), ({ code }) => alert.test(code));
});

test('the wrong host is refused', async () => {
  assert.match(await asOfficer('GET /v1 HTTP/1.1\r\nHost: example.org\r\n\r\n', { end: true }), /^HTTP\/1\.1 421 /);
});

test('every malformed request of the table is refused over the wire, and closed', async () => {
  const rows = readFileSync(path.join(root, 'tests/data/http1_cases.tsv'), 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
  let tried = 0;
  for (const [name, request, verdict] of rows) {
    const status = /^refuse[ _]?(\d{3})/.exec(verdict ?? '')?.[1];
    if (!status) continue;
    const answer = await asOfficer(Buffer.from(unescape(request), 'latin1'), { end: true });
    assert.match(answer, new RegExp(`HTTP/1\\.1 (${status}|404|405|421|415|411) `), name);
    assert.ok(!/HTTP\/1\.1 200 /.test(answer.replace(/^HTTP\/1\.1 200 [\s\S]*?(?=HTTP|$)/, '')), name);
    tried++;
  }
  assert.ok(tried > 50, `only ${tried} cases were tried`);
});

test('each refusal of a head has its own slug', async () => {
  const refusals = {
    uri_too_long: `GET /${'a'.repeat(4097)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    wrong_host: 'GET /v1 HTTP/1.1\r\nHost: example.org\r\n\r\n',
    expectation_failed: 'GET /v1 HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n',
    head_too_large: `GET /v1 HTTP/1.1\r\nHost: localhost\r\n${'X-Long: '.padEnd(8000, 'a')}\r\n`.repeat(1) +
      `${'X-More: '.padEnd(9000, 'a')}\r\n\r\n`,
    not_implemented: 'BREW /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    http_version: 'GET /v1 HTTP/3.0\r\nHost: localhost\r\n\r\n',
    malformed_request: 'GET  /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    not_acceptable: 'GET /v1/settings HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\nConnection: close\r\n\r\n',
  };
  for (const [slug, bytes] of Object.entries(refusals))
    assert.match(await asOfficer(bytes, { end: true }), new RegExp(`/problems/${slug}"`), slug);
});

test('two requests in one write are answered in order', async () => {
  const one = 'GET /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const last = 'GET /v1/whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const answer = await asOfficer(one + last);
  assert.equal(answer.match(/HTTP\/1\.1 200 /g).length, 2);
  assert.ok(answer.indexOf('"links"') < answer.indexOf('"la_officer"'));
});

test('HEAD has the head of GET and no body', async () => {
  const answer = await asOfficer('HEAD /v1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(answer, /content-length: [1-9]/i);
  assert.ok(answer.endsWith('\r\n\r\n'));
});

test('a method the address does not take is 405 and says which it takes', async () => {
  const answer = await stage.request('officer', 'DELETE', '/v1/whoami');
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.allow, 'GET');
  assert.match(answer.json.type, /method_not_allowed$/);
});

test('a body the address takes too large is refused by its head alone', async () => {
  const answer = await raw(stage.tls('administrator'), 'POST /v1/clients HTTP/1.1\r\nHost: localhost\r\n' +
    'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /body_too_large/);
});

test('100-continue is said only after the rights were checked', async () => {
  const head = (target) => `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    'Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';
  assert.match(await asOfficer(head('/v1/clients')), /^HTTP\/1\.1 403 /);
  const answer = await new Promise((resolve, reject) => {
    let text = '';
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost',
      ...stage.tls('administrator') }, () => socket.write(head('/v1/clients')));
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      if (text === '' && piece.startsWith('HTTP/1.1 100 ')) socket.write('{}');
      text += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
  assert.match(answer, /^HTTP\/1\.1 100 [\s\S]*HTTP\/1\.1 422 /);
  assert.match(answer, /missing_field/);
  assert.match(await asOfficer('GET /v1 HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n', { end: true }),
    /^HTTP\/1\.1 417 /);
});

test('a head that does not arrive in time is answered 408 and closed', async () => {
  assert.match(await asOfficer('GET /v1 HTTP/1.1\r\nHost: loc'), /^HTTP\/1\.1 408 /);
});

test('a body that dribbles below the least rate is answered 408 and closed', async () => {
  const answer = await raw(stage.tls('administrator'), 'POST /v1/clients HTTP/1.1\r\nHost: localhost\r\n' +
    'Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{');
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /too_slow/);
});

test('one address cannot take every connection', async () => {
  const sockets = [];
  let refused = 0;
  for (let i = 0; i < 120; i++) {
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost', ...stage.tls('officer') });
    sockets.push(socket);
    await new Promise((resolve) => {
      socket.on('secureConnect', resolve);
      socket.on('error', () => { refused++; resolve(); });
      socket.on('close', resolve);
    });
  }
  for (const socket of sockets) socket.destroy();
  assert.ok(refused >= 20, `${refused} of 120 refused`);
  await until('the others to be served again', async () => (await stage.get('officer', '/v1')).status === 200);
});

test('security fields stand on every answer, refusals included', async () => {
  for (const target of ['/v1', '/v1/nothing']) {
    const { headers } = await stage.get('officer', target, { unchecked: true });
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['strict-transport-security'], /max-age=31536000/);
    assert.match(headers['content-security-policy'], /default-src 'none'/);
  }
});

test('health, readiness and metrics are on the loopback listener and nowhere else', async () => {
  assert.equal((await stage.internal('/healthz')).text, 'ok\n');
  assert.equal((await stage.internal('/readyz')).text, 'ready\n');
  const { text } = await stage.internal('/metrics');
  for (const name of ['pool_connections', 'queue_length', 'tls_handshakes', 'request_seconds_bucket'])
    assert.ok(text.includes(`sencod_${name}`), name);
  assert.equal((await stage.internal('/v1')).status, 404);
  assert.equal((await stage.get('officer', '/metrics', { unchecked: true })).status, 404);
});

test('SIGHUP takes a new certificate, and keeps the old one when the new is broken', async () => {
  const subject = () => new Promise((resolve, reject) => {
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost', ...stage.tls('officer') }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
  const first = await subject();
  copyFileSync(stage.file('pki/server.pem'), stage.file('old.pem'));
  copyFileSync(stage.file('pki/server.key'), stage.file('old.key'));
  renameSync(stage.file('pki/server.pem'), stage.file('pki/gone.pem'));
  await stage.pki('server', 'localhost');
  stage.daemon.kill('SIGHUP');
  await until('the new certificate', async () => (await subject()) !== first);
  const second = await subject();
  writeFileSync(stage.file('pki/server.pem'), 'not a certificate\n');
  stage.daemon.kill('SIGHUP');
  await until('the refusal to be logged', () => /reload_(refused|failed)/.test(stage.log()));
  assert.equal(await subject(), second);
  copyFileSync(stage.file('old.pem'), stage.file('pki/server.pem'));
  copyFileSync(stage.file('old.key'), stage.file('pki/server.key'));
  stage.daemon.kill('SIGHUP');
  await until('the first certificate again', async () => (await subject()) === first);
});

test('a broken configuration is told by file and line, and stops no running server', async () => {
  const { execFileSync } = await import('node:child_process');
  writeFileSync(stage.file('broken.conf'), 'workers = 2\ncolour = red\n');
  assert.throws(() => execFileSync(path.join(bin, 'sencod'),
    ['-n', '-c', stage.file('broken.conf')], { stdio: 'pipe' }),
  (error) => error.status === 1 && /broken\.conf:2/.test(String(error.stderr)));
});

test('SIGTERM finishes what is in flight and exits with 0', async () => {
  // Half of a register is on its way when the signal comes; the rest follows.
  const body = readFileSync(path.join(root, 'config/demo/registers/gias_trafford_358.csv'));
  const answer = await new Promise((resolve, reject) => {
    let text = '';
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost',
      ...stage.tls('administrator') }, () => {
      socket.write('POST /v1/settings/imports/gias?dry_run=true HTTP/1.1\r\nHost: localhost\r\n' +
        `Content-Type: text/csv\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
    });
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      if (text === '') {
        socket.write(body.subarray(0, body.length / 2));
        stage.daemon.kill('SIGTERM');
        until('the drain to begin', () => /event=(draining|drain|stopping)/.test(stage.log()))
          .then(() => socket.write(body.subarray(body.length / 2)), reject);
      }
      text += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
  assert.match(answer, /HTTP\/1\.1 200 [\s\S]*"rows":179/);
  assert.equal(await stage.exited, 0);
});
