// Exports: all that a client may see as files of one moment. An independent
// client fetches, checks and unpacks them, goes on from the cursor, and holds
// what it then has against what it was meant to have.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import https from 'node:https';
import { after, afterEach, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { addCaseload, asDaemon, authority, childId, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement, roll } from '../lib/records.mjs';
import { until } from '../lib/stage.mjs';

const BIG = 6000; // children of one setting, so that a file has several pieces
const PIECE = 256 * 1024;
let stage, fresh = 1000;

before(async () => {
  stage = await authority('exports');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('pair', 'school_system', { settings: [SETTING.primary, SETTING.nursery] });
  await stage.addClient('nursery', 'school_system', { settings: [SETTING.nursery] });
  await stage.addClient('big', 'school_system', { settings: [SETTING.secondary] });
  await addCaseload(stage, 'North', [[SETTING.nursery]], { holder: 'senco' });
  await send(stage, 'school', SETTING.primary, roll(0, 30));
  await send(stage, 'nursery', SETTING.nursery, roll(100, 110));
  await stage.sql(`WITH c AS (INSERT INTO core.children (surname, born_on)
      SELECT 'Fictional-' || n, '2012-01-01' FROM generate_series(1, ${BIG}) AS n RETURNING id, surname)
    INSERT INTO core.child_records (setting_id, source_id, child_id, revision, content_hash, surname, forename, born_on)
    SELECT ${await settingId(stage, SETTING.secondary)}, c.surname, c.id, 1, gen_random_uuid(), c.surname,
           md5(c.surname) || md5(c.surname || '2') || md5(c.surname || '3'), '2012-01-01' FROM c`);
});
after(() => stage?.stop());
const holds = new Set();
afterEach(async () => { for (const release of holds) await release(); });

// ---- the independent client ----

/** The bytes of an answer as they come; `cut` ends the connection after so many. */
function bytes(client, target, { headers = {}, method = 'GET', cut = Infinity } = {}) {
  return new Promise((resolve, reject) => {
    const req = https.request({ host: 'localhost', port: stage.port, path: target, method, headers, agent: false,
      ...stage.tls(client) }, (res) => {
      const pieces = [];
      let length = 0;
      const done = (isWhole) => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(pieces), isWhole });
      res.on('data', (piece) => {
        pieces.push(piece);
        if ((length += piece.length) >= cut) res.destroy();
      });
      res.on('end', () => done(res.complete));
      res.on('error', () => done(false));
      res.on('close', () => done(false));
    });
    req.on('error', reject);
    req.end();
  });
}

async function ask(client, query = '', headers = {}) {
  const answer = await stage.request(client, 'POST', `/v1/sync/exports${query}`, { headers });
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.headers.location, `/v1/sync/exports/${answer.json.id}`);
  return answer.json;
}

const look = async (client, id) => (await stage.get(client, `/v1/sync/exports/${id}`)).json;
const ready = (client, id) => until(`the export of ${client}`, async () => {
  const job = await look(client, id);
  assert.notEqual(job.state, 'failed');
  return job.state === 'ready' && job;
}, 60);

/** All files, checked against what is said of them; the records in them. */
async function fetchAll(client, job) {
  const records = [];
  for (const file of job.files) {
    const { status, headers, body, isWhole } = await bytes(client, file.url);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/gzip');
    assert.equal(headers['content-encoding'], undefined);
    assert.ok(isWhole);
    assert.equal(body.length, file.bytes);
    assert.equal(createHash('sha256').update(body).digest('hex'), file.sha256);
    const lines = gunzipSync(body).toString('utf8').split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, file.records);
    for (const line of lines) {
      const record = JSON.parse(line);
      assert.equal(record.kind, file.kind);
      assert.deepEqual(Object.keys(record), ['setting', 'kind', 'source_id', 'child_id', 'revision', 'data']);
      records.push(record);
    }
  }
  return records;
}

async function exported(client, query) {
  const job = await ready(client, (await ask(client, query)).id);
  return { job, records: await fetchAll(client, job) };
}

const name = ({ setting, kind, source_id: id }) => `${setting} ${kind} ${id}`;
const names = (records) => records.map(name).sort();
const held = (records) => new Map(records.map((record) => [name(record), { revision: record.revision, data: record.data }]));

/** Holds statements that would write a table; `release` lets them go on. */
async function holdBack(table) {
  const psql = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1'], { env: stage.pgEnv, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => { psql.on('exit', resolve); });
  psql.stdin.on('error', () => {}); // the database was stopped under it
  psql.stdin.write(`BEGIN;\nLOCK TABLE ${table} IN EXCLUSIVE MODE;\nSELECT 'held';\n`);
  await new Promise((resolve) => psql.stdout.once('data', resolve));
  const waiting = () => until(`somebody to wait for ${table}`, async () => (await stage.sql(`SELECT 1 FROM pg_locks
    WHERE relation = '${table}'::regclass AND NOT granted`)).length > 0);
  const release = () => {
    holds.delete(release);
    psql.stdin.end('COMMIT;\n');
    return ended;
  };
  holds.add(release);
  return { waiting, release };
}

// ---- what is in it ----

test('an export holds every live record of the scope, whole and counted, and tells what it is', async () => {
  await stage.batch('school', SETTING.primary, [{ kind: 'need', source_id: 'n-29', revision: 2, op: 'delete' }]);
  const asked = await ask('school');
  assert.ok(['queued', 'running'].includes(asked.state));
  assert.deepEqual(asked.files, []);
  assert.equal(asked.cursor, null);
  const job = await ready('school', asked.id);
  assert.ok(job.started_at <= job.finished_at && job.asked_at <= job.started_at);
  const hours = (new Date(job.expires_at) - new Date(job.finished_at)) / 3600e3;
  assert.ok(hours > 23.9 && hours <= 24, `${hours} h`);
  assert.equal(new Set(job.files.map(({ kind }) => kind)).size, job.files.length);
  assert.equal(job.files[0].kind, 'child'); // before what hangs on it
  const records = await fetchAll('school', job);
  const sent = roll(0, 30).filter(({ source_id: id }) => id !== 'n-29');
  assert.deepEqual(names(records), sent.map((record) => `${SETTING.primary} ${record.kind} ${record.source_id}`).sort());
  const now = held(records);
  for (const record of sent)
    assert.deepEqual(now.get(`${SETTING.primary} ${record.kind} ${record.source_id}`), { revision: 1, data: record.data });
  assert.equal(records.find(({ source_id: id }) => id === 'c-3').child_id, await childId(stage, SETTING.primary, 'c-3'));
});

test('each gets the scope it has: a caseload, one setting of several, all', async () => {
  const of = async (client, query) => {
    const { records } = await exported(client, query);
    return [...new Set(records.map(({ setting }) => setting))].sort();
  };
  assert.deepEqual(await of('senco'), [SETTING.nursery]);
  assert.deepEqual(await of('pair'), [SETTING.primary, SETTING.nursery].sort());
  assert.deepEqual(await of('pair', `?setting=${SETTING.nursery}`), [SETTING.nursery]);
  const { job, records } = await exported('officer');
  assert.deepEqual([...new Set(records.map(({ setting }) => setting))].sort(),
    [SETTING.primary, SETTING.nursery, SETTING.secondary].sort());
  assert.equal(job.files.find(({ kind }) => kind === 'child').records, 30 + 10 + BIG);
  await stage.addClient('empty', 'area_senco');
  const nothing = await exported('empty');
  assert.deepEqual(nothing.records, []);
  assert.ok(nothing.job.files.length > 0);
});

test('the audit log names every child of it by setting, and each download before its first byte', async () => {
  const { job, records } = await exported('nursery');
  const [[ids, setting]] = await stage.sql(`SELECT array_to_string(child_ids, ','), setting_id FROM audit.entries
    WHERE action = 'exports.make' AND details->>'export' = '${job.id}'`);
  assert.deepEqual(ids.split(',').sort(), [...new Set(records.map(({ child_id: id }) => id))].sort());
  assert.equal(Number(setting), await settingId(stage, SETTING.nursery));
  const fetched = await stage.sql(`SELECT details->>'kind', details->>'records', client_id FROM audit.entries
    WHERE action = 'exports.fetch' AND details->>'export' = '${job.id}' ORDER BY id`);
  assert.deepEqual(fetched, job.files.map(({ kind, records: n }) => [kind, String(n), stage.ids.get('nursery')]));
});

// ---- files ----

test('a download that was cut goes on where it was, by Range', async () => {
  const { job } = await exported('big');
  const file = job.files.find(({ kind }) => kind === 'child');
  assert.ok(file.bytes > 2 * PIECE, `${file.bytes} bytes`);
  const whole = (await bytes('big', file.url)).body;
  const first = await bytes('big', file.url, { cut: PIECE + 1000 });
  assert.ok(!first.isWhole && first.body.length > PIECE && first.body.length < file.bytes);
  assert.equal(first.headers['accept-ranges'], 'bytes');
  const rest = await bytes('big', file.url, {
    headers: { range: `bytes=${first.body.length}-`, 'if-range': first.headers.etag } });
  assert.equal(rest.status, 206);
  assert.equal(rest.headers['content-range'], `bytes ${first.body.length}-${file.bytes - 1}/${file.bytes}`);
  assert.deepEqual(Buffer.concat([first.body, rest.body]), whole);

  for (const [from, to] of [[0, 0], [PIECE - 1, PIECE], [PIECE, PIECE], [PIECE + 5, 2 * PIECE + 5], [file.bytes - 1, file.bytes]]) {
    const part = await bytes('big', file.url, { headers: { range: `bytes=${from}-${to}` } });
    assert.equal(part.status, 206);
    assert.deepEqual(part.body, whole.subarray(from, to + 1));
  }
  const tail = await bytes('big', file.url, { headers: { range: 'bytes=-7' } });
  assert.deepEqual(tail.body, whole.subarray(-7));
});

test('HEAD tells size and tag, If-Range of another file gets the whole, a range behind the end 416', async () => {
  const { job } = await exported('school');
  const file = job.files.find(({ kind }) => kind === 'need');
  const head = await bytes('school', file.url, { method: 'HEAD', headers: { range: 'bytes=3-' } });
  assert.equal(head.status, 200);
  assert.equal(Number(head.headers['content-length']), file.bytes);
  assert.equal(head.headers.etag, `"${file.sha256}"`);
  assert.equal(head.body.length, 0);
  const other = await bytes('school', file.url, { headers: { range: 'bytes=3-', 'if-range': '"another"' } });
  assert.equal(other.status, 200);
  assert.equal(other.body.length, file.bytes);
  const several = await bytes('school', file.url, { headers: { range: 'bytes=0-1,3-4' } });
  assert.equal(several.status, 200);
  const beyond = await stage.get('school', file.url, { headers: { range: `bytes=${file.bytes}-` } });
  assert.equal(beyond.status, 416);
  assert.equal(slug(beyond), 'range_not_satisfiable');
  assert.equal(beyond.headers['content-range'], `bytes */${file.bytes}`);
  assert.equal((await stage.get('school', file.url.replace('need', 'nought'))).status, 404);
});

test('a reader that takes its time costs no connection to the database, and is cut when its rights end', async () => {
  // More than the sockets between us hold: the bytes of a file that says it has 16 MiB.
  await stage.addClient('slow', 'school_system', { settings: [SETTING.college] });
  const { job } = await exported('slow');
  const pieces = 64;
  await stage.sql(`INSERT INTO core.export_pieces SELECT '${job.id}', 'slow', n, convert_to(repeat(md5(n::text), 8192), 'UTF8')
      FROM generate_series(0, ${pieces - 1}) AS n;
    INSERT INTO core.export_files VALUES ('${job.id}', 99, 'slow', 0, ${pieces * PIECE}, sha256('slow'))`);
  const url = `/v1/sync/exports/${job.id}/files/slow`;
  let length = 0;
  const res = await new Promise((resolve, reject) => https.get({ host: 'localhost', port: stage.port, path: url,
    agent: false, ...stage.tls('slow') }, resolve).on('error', reject));
  res.on('data', (piece) => { length += piece.length; });
  await until('the first bytes', () => length > 0);
  res.pause();
  await until('the server to wait', async () => {
    const { text } = await stage.internal('/metrics');
    return /^sencod_pool_busy 0$/m.test(text);
  });
  await stage.request('administrator', 'POST', `/v1/clients/${stage.ids.get('slow')}/revoke`);
  const ended = new Promise((resolve) => { res.on('close', resolve); res.on('error', resolve); });
  res.resume();
  await ended;
  assert.ok(!res.complete && length < pieces * PIECE, `${length} of ${pieces * PIECE}`);
});

// ---- going on from it ----

test('what is written around an export is in it or behind its cursor, also what commits late', async () => {
  const lateHold = await holdBack('core.sync_batches');
  const late = stage.batch('school', SETTING.primary, [child(fresh++), need(fresh - 1)]);
  const lateId = `${SETTING.primary} child c-${fresh - 1}`;
  await lateHold.waiting(); // its records are written, and not committed
  const making = await holdBack('core.export_files');
  const asked = await ask('pair');
  await making.waiting(); // its snapshot is taken
  const during = child(fresh++);
  await lateHold.release();
  assert.equal((await late).json.created, 2);
  await send(stage, 'nursery', SETTING.nursery, [during, placement(fresh - 1)]);
  await stage.batch('school', SETTING.primary, [child(5, { forename: 'Changed' }, 7),
    { kind: 'need', source_id: 'n-4', revision: 9, op: 'delete' }]);
  await making.release();
  const job = await ready('pair', asked.id);
  const mine = held(await fetchAll('pair', job));
  assert.ok(!mine.has(lateId));
  assert.ok(!mine.has(`${SETTING.nursery} child ${during.source_id}`));
  assert.equal(mine.get(`${SETTING.primary} child c-5`).revision, 1);
  const truth = [...held((await exported('pair')).records)].sort();
  let cursor = job.cursor;
  await until('the feed to bring what the export lacks', async () => {
    const { json } = await stage.get('pair', `/v1/sync/changes?after=${cursor}&limit=3`);
    cursor = json.next;
    for (const row of json.items) {
      if (row.data === null) mine.delete(name(row));
      else mine.set(name(row), { revision: row.revision, data: row.data });
    }
    return json.items.length === 0 && mine.has(lateId);
  });
  assert.deepEqual([...mine].sort(), truth);
});

// ---- whose ----

test('only who asked finds it', async () => {
  const { job } = await exported('school');
  for (const other of ['pair', 'officer', 'senco']) {
    for (const target of [`/v1/sync/exports/${job.id}`, job.files[0].url])
      assert.equal((await stage.get(other, target)).status, 404);
    assert.equal((await stage.request(other, 'POST', `/v1/sync/exports/${job.id}/drop`)).status, 404);
    const { json } = await stage.get(other, '/v1/sync/exports');
    assert.ok(json.items.every(({ id }) => id !== job.id));
  }
  const { json } = await stage.get('school', '/v1/sync/exports');
  assert.equal(json.items[0].id, job.id);
  await stage.addClient('auditor', 'auditor');
  for (const other of ['administrator', 'auditor'])
    assert.equal((await stage.request(other, 'POST', '/v1/sync/exports')).status, 403);
  const refused = await stage.request('school', 'POST', `/v1/sync/exports?setting=${SETTING.nursery}`);
  assert.equal(refused.status, 403);
  assert.equal(slug(refused), 'setting_not_granted');
  assert.equal((await stage.request('senco', 'POST', `/v1/sync/exports?setting=${SETTING.primary}`)).status, 403);
});

test('a client has one in hand, a key names one, and the oldest go first', async () => {
  const hold = await holdBack('core.export_files');
  const first = await ask('school', '', { 'idempotency-key': 'nightly' });
  await hold.waiting();
  assert.equal((await look('school', first.id)).state, 'running');
  const second = await stage.request('school', 'POST', '/v1/sync/exports');
  assert.equal(second.status, 409);
  assert.equal(slug(second), 'export_in_hand');
  assert.equal((await ask('school', '', { 'idempotency-key': 'nightly' })).id, first.id);
  const differs = await stage.request('school', 'POST', `/v1/sync/exports?setting=${SETTING.primary}`,
    { headers: { 'idempotency-key': 'nightly' } });
  assert.equal(slug(differs), 'batch_differs');
  const others = [];
  for (const client of ['pair', 'senco', 'officer', 'nursery']) others.push([client, (await ask(client)).id]);
  await hold.release();
  await ready('school', first.id);
  const jobs = [];
  for (const [client, id] of others) jobs.push(await ready(client, id));
  const started = jobs.map((job) => job.started_at);
  for (const [i, at] of started.entries()) // of two workers one may be quicker than the other
    assert.ok(Math.abs(i - started.toSorted().indexOf(at)) <= 1, started.join(' '));
  assert.equal((await ask('school', '', { 'idempotency-key': 'nightly' })).id, first.id);
});

test('of those made a client keeps the newest', async () => {
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push((await exported('nursery')).job.id);
  const { json } = await stage.get('nursery', '/v1/sync/exports');
  const states = new Map(json.items.map(({ id, state }) => [id, state]));
  assert.deepEqual(ids.map((id) => states.get(id)), ['expired', 'ready', 'ready', 'ready']);
});

// ---- the end of one ----

const left = async (id) => Number((await stage.sql(`SELECT count(*) FROM core.export_pieces WHERE export_id = '${id}'`))[0][0]);

test('dropped, its bytes are gone at once; dropped while it is made, it is never ready', async () => {
  const { job } = await exported('school');
  assert.ok(await left(job.id) > 0);
  assert.equal((await stage.request('school', 'POST', `/v1/sync/exports/${job.id}/drop`)).status, 204);
  assert.equal(await left(job.id), 0);
  assert.equal((await look('school', job.id)).state, 'expired');
  const gone = await stage.get('school', job.files[0].url);
  assert.equal(gone.status, 410);
  assert.equal(slug(gone), 'export_expired');
  assert.equal((await stage.request('school', 'POST', `/v1/sync/exports/${job.id}/drop`)).status, 204);

  const hold = await holdBack('core.export_files');
  const asked = await ask('school');
  await hold.waiting();
  const dropping = stage.request('school', 'POST', `/v1/sync/exports/${asked.id}/drop`);
  await hold.release();
  assert.equal((await dropping).status, 204);
  await exported('school'); // the worker went on to the next
  assert.equal((await look('school', asked.id)).state, 'expired');
  assert.equal(await left(asked.id), 0);
});

test('a day later it has expired, whether or not anybody has cleared it away', async () => {
  const { job } = await exported('school');
  await stage.sql(`UPDATE core.exports SET expires_at = now() - interval '1 second' WHERE id = '${job.id}'`);
  assert.deepEqual(await look('school', job.id).then(({ state, files, cursor }) => [state, files, cursor]), ['expired', [], null]);
  assert.equal((await stage.get('school', job.files[0].url)).status, 410);
  assert.ok(await left(job.id) > 0);
  await stage.sql("SELECT core.exports_expire('0', 100)");
  assert.equal(await left(job.id), 0);
});

test('who loses a setting loses the export that holds it', async () => {
  await stage.addClient('losing', 'school_system', { settings: [SETTING.primary, SETTING.nursery] });
  const { job } = await exported('losing');
  await stage.sql(`DELETE FROM core.client_grants WHERE client_id = '${stage.ids.get('losing')}'
    AND setting_id = ${await settingId(stage, SETTING.nursery)}`);
  assert.equal((await look('losing', job.id)).state, 'expired');
  assert.equal((await stage.get('losing', job.files[0].url)).status, 410);
});

test('a client that is revoked while its export is made leaves nothing of it', async () => {
  await stage.addClient('leaver', 'school_system', { settings: [SETTING.primary] });
  const done = (await exported('leaver')).job;
  const hold = await holdBack('core.export_files');
  const asked = await ask('leaver');
  await hold.waiting();
  const revoking = stage.request('administrator', 'POST', `/v1/clients/${stage.ids.get('leaver')}/revoke`);
  await hold.release();
  assert.equal((await revoking).status, 204);
  await exported('school');
  assert.equal(await left(done.id) + await left(asked.id), 0);
  assert.deepEqual(await stage.sql(`SELECT DISTINCT state FROM core.exports
    WHERE client_id = '${stage.ids.get('leaver')}'`), [['expired']]);
  await until('it to be refused', async () => (await stage.get('leaver', '/v1/sync/exports')).status === 403);
});

// ---- what goes wrong ----

test('when the worker or the database dies in the midst another begins anew, and the files are whole', async () => {
  let hits = 0;
  const killWorkers = async () => { for (const pid of stage.workers()) process.kill(pid, 'SIGKILL'); };
  for (const fault of [killWorkers, () => stage.cluster('restart')]) {
    const hold = await holdBack('core.export_files');
    const asked = await ask('big');
    await hold.waiting();
    await fault();
    await hold.release();
    await stage.ready();
    const job = await ready('big', asked.id);
    const records = await fetchAll('big', job);
    assert.equal(records.length, BIG);
    const [[attempts]] = await stage.sql(`SELECT attempts FROM core.exports WHERE id = '${asked.id}'`);
    hits += Number(attempts) > 1;
  }
  console.log(`# ${hits} exports were begun anew`);
  assert.equal(hits, 2);
});

test('one that cannot be made is given up, and the next client is served', async () => {
  await stage.addClient('doomed', 'school_system', { settings: [SETTING.primary] });
  const [[id]] = await stage.sql(`INSERT INTO core.exports (client_id, attempts, state)
    VALUES ('${stage.ids.get('doomed')}', 5, 'running') RETURNING id`); // five died of it
  await until('it to be given up', async () => (await look('doomed', id)).state === 'failed');
  await exported('doomed');
});

test('the daemon\'s login cannot use the making of an export to be somebody else', async () => {
  const hold = await holdBack('core.export_files');
  const asked = await ask('school');
  await hold.waiting();
  await ask('pair');
  const taken = await asDaemon(stage, '', 'SELECT * FROM api.export_take()');
  assert.match(taken.message, /reads one snapshot and writes nothing/);
  const [[foreign]] = await asDaemon(stage, '', `SELECT api.export_finish('${asked.id}', gen_random_uuid(), NULL, 'x')`);
  assert.equal(foreign, 'f');
  await hold.release();
  await ready('school', asked.id);
});
