// senco_sync_feed.test.mjs — a school's agent against a server that says what
// a test tells it to: every kind of change, a history that is gone, answers
// that make no sense, a certificate that is not ours.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AgentFolder } from '../lib/agent_folder.mjs';
import { until } from '../lib/stage.mjs';
import { jsonAnswer, StubServer } from '../lib/stub_server.mjs';

const own = 'urn:106283', other = 'urn:106284';
const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
let stub, agent, feed, n = 0;

const item = (op, kind, source_id, more = {}) => ({ op, kind, setting: own, source_id, child_id: uuid(1), from: null,
  revision: 1, at: '2026-01-01T00:00:00Z', data: null, ...more });
const person = (surname) => ({ surname, forename: 'Testchild', born_on: '2018-05-01' });

/** The feed is a list; a cursor is how far one has read. */
function feedAnswer(request, response) {
  const after = Number(new URL(request.url, 'https://x').searchParams.get('after') ?? 0);
  const items = feed.slice(after, after + 3);
  jsonAnswer(response, 200, { items, next: String(after + items.length) });
}

before(async () => { stub = await StubServer.start('senco sync feed'); });
after(() => stub.stop());
beforeEach(async () => {
  stub.requests = [];
  feed = [];
  stub.answer = (request, response) => (request.url.startsWith('/v1/sync/changes') ? feedAnswer(request, response) :
    jsonAnswer(response, 404, { title: 'There is nothing here' }));
  agent = await AgentFolder.make(stub.file(`agent ${++n}`), { server: `https://localhost:${stub.port}`, setting: own,
    pki: stub.file('pki'), name: 'tester', settings: { retry_seconds: 0 } });
});

const mirror = () => agent.sql('SELECT setting, kind, source_id, child_id FROM mirror ORDER BY 1, 2, 3').map((row) => row.join(' '));

test('put, delete, enter, leave, merge and split do to the mirror what they say', async () => {
  feed = [item('put', 'child', 'a', { data: person('A') }), item('put', 'need', 'n-a', { data: { child: 'a', provision: 'K' } }),
    item('put', 'post', 'p', { child_id: null, data: { kind: 'senco' } })];
  assert.equal((await agent.run('pull')).code, 0);
  assert.deepEqual(mirror(), [`${own} child a ${uuid(1)}`, `${own} need n-a ${uuid(1)}`, `${own} post p `]);
  feed.push(item('enter', 'child', 'b', { setting: other, child_id: uuid(2), data: {
    child: [{ source_id: 'b', revision: 3, data: person('B') }], need: [{ source_id: 'n-b', revision: 4, data: { child: 'b', provision: 'E' } }] } }),
  item('merge', 'child', 'a', { child_id: uuid(9), from: uuid(1) }), item('delete', 'post', 'p', { child_id: null }));
  await agent.run('pull');
  assert.deepEqual(mirror(), [`${own} child a ${uuid(9)}`, `${own} need n-a ${uuid(9)}`, `${other} child b ${uuid(2)}`, `${other} need n-b ${uuid(2)}`]);
  feed.push(item('leave', 'child', 'b', { setting: other }), item('split', 'child', 'a', { child_id: uuid(10), from: uuid(9) }),
    item('enter', 'ehc_transfer', 'a/2027', { data: { child: 'a', year: 2027 } }));
  await agent.run('pull');
  assert.deepEqual(mirror(), [`${own} child a ${uuid(10)}`, `${own} ehc_transfer a/2027 ${uuid(1)}`, `${own} need n-a ${uuid(10)}`]);
  assert.deepEqual(agent.outbox('post.csv'), []);
  assert.deepEqual(agent.outbox('ehc_transfer.csv').map(({ child, year }) => [child, year]), [['a', '2027']]);
  assert.deepEqual(agent.outbox('child.csv').map(({ surname, child_id }) => [surname, child_id]), [['A', uuid(10)]]);
});

test('incoming hand-overs are listed, with the child\'s name only when asked', async () => {
  feed = [item('put', 'handover', uuid(7), { data: { from_setting: 'ofsted:EY478461', kind: 'EYS', year: 2027, form_sent_on: '2027-03-01',
    person: { ...person('Secretsurname') }, needs: [{ provision: 'K' }] } })];
  const result = await agent.run('pull');
  assert.match(result.stdout, /Hand-overs that have come in\n.*from .*move .*September/s);
  assert.match(result.stdout, /ofsted:EY478461 +EYS +2027 .*2027-03-01/);
  assert.doesNotMatch(result.stdout, /Secretsurname|Testchild|2018-05-01/);
  const status = await agent.run('status', '--names');
  assert.match(status.stdout, /Testchild +Secretsurname +2018-05-01/);
  assert.doesNotMatch((await agent.run('status')).stdout, /Secretsurname/);
});

test('NDJSON in the outbox, when that is wanted', async () => {
  agent.set({ format: 'ndjson' });
  feed = [item('put', 'child', 'a', { data: person('A') })];
  await agent.run('pull');
  assert.deepEqual(readFileSync(agent.file('outbox/child.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)),
    [{ kind: 'child', setting: own, source_id: 'a', revision: 1, child_id: uuid(1), data: person('A') }]);
});

test('a page that cannot be understood moves nothing, not even the cursor', async () => {
  feed = [item('put', 'child', 'a', { data: person('A') })];
  await agent.run('pull');
  const deep = `{"items":[],"next":${'['.repeat(40)}${']'.repeat(40)}}`;
  for (const text of ['{"items":[', '{"items":{}}', '{"items":[{"op":"put"}],"next":"7"}', deep,
    JSON.stringify({ items: [item('put', 'child', 'b', { data: person('B') }), item('explode', 'child', 'c')], next: '9' })]) {
    stub.answer = (request, response) => { response.writeHead(200, { 'content-type': 'application/json' }); response.end(text); };
    const result = await agent.run('pull');
    assert.equal(result.code, 1, text);
    assert.match(result.stderr, /the news could not be fetched: the server/);
  }
  assert.deepEqual(mirror(), [`${own} child a ${uuid(1)}`]);
  assert.deepEqual(agent.sql(`SELECT value FROM facts WHERE name = 'cursor'`), [['1']]);
});

test('when the history is gone all is fetched anew from an export, proved by its hash', async () => {
  feed = [item('put', 'child', 'a', { data: person('A') })];
  await agent.run('pull');
  const file = gzipSync(`${JSON.stringify({ setting: own, kind: 'child', source_id: 'z', child_id: uuid(3), revision: 5, data: person('Z') })}\n`);
  let asked = 0, sha256 = '0'.repeat(64);
  stub.answer = (request, response) => {
    const url = new URL(request.url, 'https://x');
    if (url.pathname === '/v1/sync/changes')
      return url.searchParams.get('after') === 'fresh' ? jsonAnswer(response, 200, { items: [], next: 'fresh' }) : jsonAnswer(response, 410, { title: 'gone' });
    if (url.pathname === '/v1/sync/exports') return jsonAnswer(response, 202, { id: uuid(5), state: 'queued', files: [] });
    if (url.pathname === `/v1/sync/exports/${uuid(5)}`)
      return jsonAnswer(response, 200, ++asked < 2 ? { id: uuid(5), state: 'running', files: [] } : { id: uuid(5), state: 'ready', cursor: 'fresh',
        files: [{ kind: 'child', records: 1, bytes: file.length, sha256, url: '/v1/the/file' }] });
    return response.end(file);
  };
  const damaged = await agent.run('pull');
  assert.equal(damaged.code, 3);
  assert.match(damaged.stderr, /arrived damaged/);
  assert.deepEqual(mirror(), [`${own} child a ${uuid(1)}`]);
  sha256 = createHash('sha256').update(file).digest('hex');
  const result = await agent.run('pull');
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /we begin anew with all it holds/);
  assert.deepEqual(mirror(), [`${own} child z ${uuid(3)}`]);
  assert.deepEqual(agent.outbox('child.csv').map(({ surname }) => surname), ['Z']);
});

test('a server that answers 503 is asked again, not before its Retry-After, and a watch goes on', async () => {
  let refusals = 2;
  stub.answer = (request, response) => (refusals-- > 0 ? jsonAnswer(response, 503, { title: 'busy' }, { 'retry-after': '1' }) :
    feedAnswer(request, response));
  const watch = agent.start('watch');
  await until('the third question', () => stub.requests.length >= 3);
  watch.child.kill('SIGTERM');
  assert.equal(await watch.ended, 0);
  assert.ok(stub.requests[1].at - stub.requests[0].at >= 990);
  assert.ok(stub.requests[2].at - stub.requests[1].at >= 990);
  assert.match(watch.said, /status 503/);
});

test('enrol makes a key nobody else reads, and takes only a certificate made for it', async () => {
  agent = await AgentFolder.make(stub.file(`agent ${++n}`), { server: `https://localhost:${stub.port}`, setting: own });
  const asked = await agent.run('enrol');
  assert.equal(asked.code, 0, asked.stderr);
  assert.equal(statSync(agent.file('keys')).mode & 0o777, 0o700);
  assert.equal(statSync(agent.file('keys/agent.key')).mode & 0o777, 0o600);
  const openssl = (...args) => execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const request = openssl('req', '-in', agent.file('keys/agent.csr'), '-noout', '-verify', '-text');
  assert.match(request, /prime256v1/);
  assert.match(request, new RegExp(`CN ?= ?${own}`));
  const key = execFileSync('openssl', ['pkey', '-in', agent.file('keys/agent.key'), '-pubout', '-outform', 'DER']);
  const fingerprint = createHash('sha256').update(key).digest('hex');
  assert.ok(asked.stdout.replace(/\s/g, '').includes(fingerprint));
  assert.equal((await agent.run('enrol')).stdout, asked.stdout, 'asked again it is the same key');

  assert.equal((await agent.run('enrol', '--ca', stub.file('pki/ca.pem'))).code, 0);
  const refused = await agent.run('enrol', '--certificate', stub.file('pki/clients/tester.pem'));
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /made for another key than ours/);
  writeFileSync(agent.file('client.ext'), 'extendedKeyUsage = clientAuth\n');
  openssl('x509', '-req', '-in', agent.file('keys/agent.csr'), '-CA', stub.file('pki/ca.pem'), '-CAkey', stub.file('pki/ca.key'),
    '-days', '2', '-extfile', agent.file('client.ext'), '-out', agent.file('ours.pem'));
  stub.answer = (request_, response) => jsonAnswer(response, 200, { client_id: uuid(1), name: 'School of tests', role: 'school_system', settings: [1] });
  const done = await agent.run('enrol', '--certificate', agent.file('ours.pem'));
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /The certificate is ours; it is good until/);
  assert.match(done.stdout, /The server knows us as "School of tests"/);
});

test('a server the CA does not vouch for is told nothing', async () => {
  writeFileSync(agent.file('keys/authority.pem'), readFileSync(stub.file('pki/clients/tester.pem')));
  const result = await agent.run('push');
  assert.equal(result.code, 3);
  assert.match(result.stderr, /does not verify/);
  assert.equal(stub.requests.length, 0);
});

test('init says what it lacks, and never writes over a folder that is one', async () => {
  const again = await agent.run('init', '--server', 'https://localhost:1', '--setting', own);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /agent's folder already/);
  assert.match(readFileSync(agent.file('senco-sync.conf'), 'utf8'), new RegExp(`localhost:${stub.port}`));
  agent.dir = stub.file('new one');
  assert.match((await agent.run('init')).stderr, /give --server URL and --setting REF/);
  const wrong = await agent.run('init', '--server', 'http://localhost', '--setting', own);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /server must be like https:/);
  assert.match((await agent.run('status')).stderr, /senco-sync\.conf: No such file/);
});
