// The feed with wait=N: who waits is answered when something is new for it
// and not before, costs the database nothing meanwhile, and is not forgotten
// whatever happens to the database, the worker or the other transactions.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import https from 'node:https';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { child, need } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283', OTHER = 'urn:106284';
const PARKED = 500;
let stage, fresh = 1000;

before(async () => {
  stage = await Stage.start({ name: 'changes', config: { connections_per_address_max: 2000 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('pair', 'school_system', { settings: [SCHOOL, OTHER] });
  await stage.addClient('other', 'school_system', { settings: [OTHER] });
});
after(() => stage?.stop());

/** The number of a counter or gauge. */
async function metric(name) {
  const { text } = await stage.internal('/metrics');
  return Number(text.match(new RegExp(`^sencod_${name} (\\d+)$`, 'm'))[1]);
}
const parked = (n) => until(`${n} to be parked`, async () => await metric('parked') === n, 60);

/** Everything there is, then the cursor behind it. */
async function end(client) {
  let next = '';
  for (;;) {
    const { json } = await stage.get(client, `/v1/sync/changes?limit=5000${next && `&after=${next}`}`);
    next = json.next;
    if (json.items.length === 0) return next;
  }
}

const waits = (client, cursor, seconds = 60, more = '') =>
  stage.get(client, `/v1/sync/changes?after=${cursor}&wait=${seconds}${more}`);
const change = (client, setting) => stage.batch(client, setting, [child(fresh++)]);
const ids = (answer) => answer.json.items.map(({ source_id: id }) => id);

test('who waits is answered when another client of the setting sends something', async () => {
  const waiting = waits('school', await end('school'));
  await parked(1);
  const sent = await change('pair', SCHOOL);
  assert.equal(sent.json.created, 1);
  const answer = await waiting; // 60 s would be the end of this test's patience, not of the wait
  assert.deepEqual(ids(answer), [`c-${fresh - 1}`]);
  assert.notEqual(answer.json.next, undefined);
  assert.equal(await metric('parked'), 0);
});

test('what is there already is answered at once', async () => {
  const cursor = await end('school');
  await change('school', SCHOOL);
  const answer = await waits('school', cursor);
  assert.deepEqual(ids(answer), [`c-${fresh - 1}`]);
});

test('with its time over the answer is empty and the cursor the same, in every form', async () => {
  const cursor = await end('school');
  const answer = await waits('school', cursor, 1);
  assert.deepEqual(answer.json, { items: [], next: cursor });
  const csv = await stage.get('school', `/v1/sync/changes?after=${cursor}&wait=1`, { accept: 'text/csv' });
  assert.match(csv.text, /^op,kind,setting,[^\n]*\r\n$/);
  assert.match(csv.headers.link, new RegExp(`after=${cursor}`));
  const rows = await stage.get('school', `/v1/sync/changes?after=${cursor}&wait=1`, { accept: 'application/x-ndjson' });
  assert.equal(rows.text, '');
  assert.ok(await until('the first wait of nothing', () => /route="GET \/v1\/sync\/changes" status=200/.test(stage.log())));
});

test('a wait of nought does not wait, one of more than a minute or less than nothing is refused', async () => {
  const cursor = await end('school');
  assert.deepEqual((await waits('school', cursor, 0)).json, { items: [], next: cursor });
  for (const seconds of [61, -1, 'long', ''])
    assert.match((await waits('school', cursor, seconds)).json.type, /malformed_parameter$/);
});

test('another setting\'s news, an unchanged batch and a refused one wake nobody', async () => {
  const record = child(fresh++);
  await stage.batch('school', SCHOOL, [record]);
  const waiting = waits('school', await end('school'), 60);
  await parked(1);
  const before = await metric('parked_woken_total');
  await change('other', OTHER);
  await stage.batch('school', SCHOOL, [record]);
  await stage.batch('school', SCHOOL, [need(fresh++, { child: 'nobody' })]);
  assert.equal(await metric('parked_woken_total'), before);
  await change('school', SCHOOL);
  assert.deepEqual(ids(await waiting), [`c-${fresh - 1}`]);
  assert.ok(await metric('parked_woken_total') > before);
});

test('who has several settings is woken by each, and limit holds', async () => {
  for (const [client, setting] of [['school', SCHOOL], ['other', OTHER]]) {
    const waiting = waits('pair', await end('pair'), 60, '&limit=1');
    await parked(1);
    await stage.batch(client, setting, [child(fresh++), child(fresh++)]);
    assert.equal((await waiting).json.items.length, 1);
  }
});

test('a parked request holds no connection to the database', async () => {
  const cursor = await end('school');
  const agent = new https.Agent({ keepAlive: true, maxSockets: Infinity, ...stage.tls('school') });
  const answers = Array.from({ length: 20 }, () => get(agent, cursor));
  await parked(20);
  assert.equal(await metric('pool_busy'), 0);
  const [[idle]] = await stage.sql(`SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'sencod' AND state <> 'idle'`);
  assert.equal(idle, '0');
  await change('school', SCHOOL);
  for (const answer of await Promise.all(answers)) assert.equal(answer.json.items.length, 1);
  agent.destroy();
});

/** One waiting request on a socket of its own; the library checks nothing here. */
function get(agent, cursor, seconds = 60) {
  return new Promise((resolve, reject) => {
    https.get({ host: 'localhost', port: stage.port, agent,
      path: `/v1/sync/changes?after=${cursor}&wait=${seconds}` }, (res) => {
      let text = '';
      res.on('data', (piece) => { text += piece; });
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, json: JSON.parse(text) }));
      res.on('error', reject);
    }).on('error', reject);
  });
}

test(`${PARKED} parked at once are all woken by one batch, a few at a time`, async (t) => {
  const cursor = await end('school');
  const agent = new https.Agent({ maxSockets: Infinity, ...stage.tls('school') });
  const answers = [];
  while (answers.length < PARKED) { // in lots: so many handshakes at once would be turned away
    answers.push(...Array.from({ length: 25 }, () => get(agent, cursor)));
    await parked(answers.length);
  }
  const before = process.hrtime.bigint();
  await change('school', SCHOOL);
  for (const { status, json } of await Promise.all(answers)) {
    assert.equal(status, 200);
    assert.deepEqual(json.items.map(({ source_id: id }) => id), [`c-${fresh - 1}`]);
  }
  t.diagnostic(`${PARKED} answered within ${Number((process.hrtime.bigint() - before) / 1000000n)} ms of the batch`);
  assert.equal(await metric('queue_refused_total'), 0);
  assert.equal(await metric('parked'), 0);
  agent.destroy();
});

/** A waiting request by hand, to be left in any way. */
function waitsRaw(cursor) {
  return new Promise((resolve, reject) => {
    const line = net.connect(stage.port, 'localhost');
    const socket = tls.connect({ socket: line, servername: 'localhost', ...stage.tls('school') }, () => {
      socket.write(`GET /v1/sync/changes?after=${cursor}&wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      resolve({ line, socket });
    });
    socket.on('error', reject);
    line.on('error', () => {});
  });
}

test('a client that goes away is forgotten at once, however it goes', async () => {
  const cursor = await end('school');
  const goings = [({ socket }) => socket.end(), ({ socket }) => socket.destroy(), ({ line }) => line.end(),
    ({ line }) => line.resetAndDestroy(),
    // What it has sent and nobody reads yet must not hide that it leaves after that.
    async ({ socket, line }) => {
      await new Promise((resolve) => socket.write(`GET /v1/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n`, resolve));
      for (let i = 0; i < 4; i++) await stage.get('school', '/v1/whoami');
      line.end();
    }];
  for (const [i, go] of goings.entries()) {
    const client = await waitsRaw(cursor);
    await parked(1);
    await go(client);
    await parked(0);
    await until('it to be logged as gone', () => (stage.log().match(/status=499 .*gone=true/g) ?? []).length === i + 1);
    client.socket.destroy();
  }
});

test('what a client sends while it waits is answered after the wait', async () => {
  const client = await waitsRaw(await end('school'));
  await parked(1);
  client.socket.write('GET /v1/whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await change('school', SCHOOL);
  let text = '';
  client.socket.on('data', (piece) => { text += piece; });
  await new Promise((resolve) => client.socket.on('close', resolve));
  assert.match(text, new RegExp(`^HTTP/1.1 200 [^]*c-${fresh - 1}[^]*HTTP/1.1 200 [^]*"role":"school_system"`));
});

test('what an older transaction holds back is answered when that has ended', async () => {
  const waiting = waits('school', await end('school'));
  await parked(1);
  const older = spawn('psql', ['-XAtq'], { env: stage.pgEnv, stdio: ['pipe', 'pipe', 'inherit'] });
  const isOpen = new Promise((resolve) => older.stdout.once('data', resolve));
  older.stdin.write('BEGIN; SELECT pg_current_xact_id();\n');
  await isOpen;
  let isAnswered = false;
  waiting.then(() => { isAnswered = true; });
  const before = await metric('parked_woken_total');
  await change('school', SCHOOL);
  await until('a look in vain, and another', async () => await metric('parked_woken_total') >= before + 3);
  assert.equal(isAnswered, false);
  // Who begins to wait now has missed the news, and must not wait for others.
  const late = waits('school', await end('school'));
  await parked(2);
  older.stdin.end('ROLLBACK;\n');
  assert.deepEqual(ids(await waiting), [`c-${fresh - 1}`]);
  assert.deepEqual(ids(await late), [`c-${fresh - 1}`]);
});

test('who waits lives through a restart of the database, and hears what comes after', async () => {
  const waiting = waits('school', await end('school'));
  await parked(1);
  await stage.cluster('restart');
  await stage.ready();
  assert.equal(await metric('parked'), 1);
  await until('a batch to be taken', async () => (await change('school', SCHOOL)).status === 200);
  const answer = await waiting;
  assert.equal(answer.status, 200);
  assert.ok(ids(answer).length >= 1);
});

test('what is written while a worker cannot hear is found all the same', async () => {
  const waiting = waits('school', await end('school'));
  await parked(1);
  await stage.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sencod listen'`);
  await change('school', SCHOOL);
  assert.deepEqual(ids(await waiting), [`c-${fresh - 1}`]);
  await until('all to listen again', async () => (await stage.sql(
    `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sencod listen'`))[0][0] === '2');
});

test('whose rights end while it waits is refused when it would look', async () => {
  await stage.addClient('leaver', 'school_system', { settings: [SCHOOL] });
  const waiting = waits('leaver', await end('leaver'));
  await parked(1);
  const { status } = await stage.request('administrator', 'POST', `/v1/clients/${stage.ids.get('leaver')}/revoke`, {});
  assert.ok(status < 300);
  await change('school', SCHOOL);
  // The daemon remembers for some seconds who somebody was; the database knows better and shows nothing.
  const answer = await waiting;
  assert.equal(answer.status, 403);
  assert.match(answer.json.type, /certificate_required$/);
});

test('a grant wakes who waits, with what enters, and its end with what leaves', async () => {
  await change('other', OTHER);
  const cursor = await end('school');
  const row = `('${stage.ids.get('school')}', (SELECT setting_id FROM core.setting_identifiers WHERE ref = '${OTHER}'))`;
  const gaining = waits('school', cursor);
  await parked(1);
  await stage.sql(`INSERT INTO core.client_grants (client_id, setting_id) VALUES ${row}`);
  const { json: gained } = await gaining;
  assert.ok(gained.items.length > 0);
  for (const { op, setting, data, source_id: id } of gained.items) {
    assert.deepEqual([op, setting], ['enter', OTHER]);
    assert.equal(data.child[0].source_id, id);
  }
  const losing = waits('school', gained.next);
  await parked(1);
  await stage.sql(`DELETE FROM core.client_grants WHERE (client_id, setting_id) = ${row}`);
  const { json: lost } = await losing;
  assert.deepEqual([...new Set(lost.items.map(({ op, setting, data }) => `${op} ${setting} ${data}`))], [`leave ${OTHER} null`]);
  assert.deepEqual(ids({ json: lost }).sort(), ids({ json: gained }).sort());
});

test('another client\'s cursor is none, and one of a restored database leads to an export', async () => {
  const cursor = await end('school'), foreign = await end('other');
  const malformed = await stage.get('school', `/v1/sync/changes?after=${foreign}`);
  assert.equal(malformed.status, 400);
  assert.match(malformed.json.type, /cursor_malformed$/);
  await stage.deploy('--restored');
  for (const after of [`?after=${cursor}`, '']) {
    const { status, json } = await stage.get('school', `/v1/sync/changes${after}`);
    assert.equal(status, 410);
    assert.match(json.type, /cursor_expired$/);
    assert.equal(json.export, '/v1/sync/exports');
  }
  await stage.sql("UPDATE core.feed SET kept_xid = '0'"); // the tests below begin at the start
});

test('a worker that dies takes its parked with it; they ask again and are answered', async () => {
  const cursor = await end('school');
  const agent = new https.Agent({ maxSockets: Infinity, ...stage.tls('school') });
  const asks = async () => {
    for (let n = 0; ; n++) {
      const answer = await get(agent, cursor).catch(() => null);
      if (answer) return { answer, n };
    }
  };
  const waiting = Array.from({ length: 20 }, asks);
  await parked(20);
  const before = stage.workers(); // all of them: one may have none parked
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until('other workers', () => {
    const now = stage.workers();
    return now.length === before.length && now.every((pid) => !before.includes(pid));
  });
  await parked(20);
  await until('a batch to be taken', async () => (await change('school', SCHOOL)).status === 200);
  const all = await Promise.all(waiting);
  for (const { answer } of all) assert.ok(answer.json.items.length >= 1);
  assert.ok(all.every(({ n }) => n > 0), 'the kill missed somebody');
  agent.destroy();
});

test('a reload answers who waits, empty and with its cursor', async () => {
  const cursor = await end('school');
  const waiting = waits('school', cursor);
  await parked(1);
  stage.daemon.kill('SIGHUP');
  assert.deepEqual((await waiting).json, { items: [], next: cursor });
});

test('a stop answers who waits before it goes', async () => {
  const cursor = await end('school');
  const agent = new https.Agent({ maxSockets: Infinity, ...stage.tls('school') });
  const waiting = Array.from({ length: 10 }, () => get(agent, cursor));
  await parked(10);
  stage.daemon.kill('SIGTERM');
  for (const { status, headers, json } of await Promise.all(waiting)) {
    assert.equal(status, 200);
    assert.equal(headers.connection, 'close');
    assert.deepEqual(json, { items: [], next: cursor });
  }
  assert.equal(await stage.exited, 0);
  assert.doesNotMatch(stage.log(), /left=[1-9]/);
  agent.destroy();
});
