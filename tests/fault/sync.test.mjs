// The database away, restarted and deployed to while schools send: what was
// acknowledged is there exactly once; what was not is there at most once.
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { check, seeded, Sender } from '../lib/ledger.mjs';
import { child, need } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const STOPS = process.env.SOAK ? 200 : 4;
const CONNECTIONS = 4;
const WORKERS = 2;
const SETTINGS = ['urn:106283', 'urn:106284', 'urn:106285'];
let stage, senders;

before(async () => {
  stage = await Stage.start({ name: 'fault-sync', config: {
    workers: WORKERS, database_connections: CONNECTIONS, queue_timeout_ms: 1000 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  senders = [];
  for (const [i, setting] of SETTINGS.entries()) {
    await stage.addClient(`school-${i}`, 'school_system', { settings: [setting] });
    senders.push(new Sender(stage, { client: `school-${i}`, setting, prefix: `${i}-`, random }));
  }
});
after(() => stage?.stop());

/** Faults while batches, and whatever else is given, go on; ends with the first that fails. */
async function underLoad(faults, other = async () => {}) {
  let isOver = false, isFailed = false;
  const load = senders.map(async (sender) => { while (!isOver) await sender.batch(() => isFailed); });
  load.push(other(() => isOver));
  const failed = Promise.race(load.map((one) => one.then(() => new Promise(() => {}))));
  try {
    await Promise.race([faults(), failed]);
    isOver = true;
  } finally {
    isFailed = !isOver;
    isOver = true;
    await Promise.allSettled(load);
  }
  await Promise.all(load);
}

test('the database stopped and started under load costs 503s, no record', async (t) => {
  let hits = 0;
  const refusedBefore = senders.reduce((sum, sender) => sum + sender.refusals + sender.failures, 0);
  await underLoad(async () => {
    for (let i = 0; i < STOPS; i++) {
      await stage.cluster('restart');
      hits++;
      await stage.ready(20);
      const before = senders.reduce((sum, { batches }) => sum + batches, 0);
      await until('batches to go on', () => senders.reduce((sum, { batches }) => sum + batches, 0) > before);
    }
  });
  const refused = senders.reduce((sum, sender) => sum + sender.refusals + sender.failures, 0) - refusedBefore;
  const rows = await check(stage, senders);
  t.diagnostic(`seed ${seed}: ${hits} restarts, ${refused} requests refused or cut, ${rows} records checked`);
  assert.equal(hits, STOPS);
  assert.ok(refused > 0, 'no restart hit a request');
});

test('while the database is away requests are refused at once with 503 and Retry-After', async () => {
  await stage.cluster('stop');
  await until('not ready', async () => (await stage.internal('/readyz')).status === 503);
  const answer = await stage.get('school-0', '/v1/children', { unchecked: true });
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  assert.match(answer.json.type, /database_away$/);
  assert.equal((await stage.internal('/healthz')).status, 200);
  await stage.cluster('restart');
  // Each worker finds the database again by itself, within its back-off.
  await until('all workers to be connected', async () => {
    const { text } = await stage.internal('/metrics');
    return Number(/^sencod_pool_connections (\d+)$/m.exec(text)[1]) === WORKERS * CONNECTIONS;
  }, 60);
  assert.equal((await stage.get('school-0', '/v1/children')).status, 200);
});

test('a function lost in a bad deploy is an error at once, and the next request is served', async () => {
  await stage.sql('ALTER FUNCTION api.need_merge RENAME TO need_merge_away');
  const records = Array.from({ length: 12 }, (_, n) => [child(`d-${n}`, { born_on: '2017-04-05' }), need(`d-${n}`)]).flat();
  await stage.addClient('bystander', 'school_system', { settings: ['urn:106288'] });
  const answer = await stage.batch('bystander', 'urn:106288', records, { unchecked: true });
  assert.equal(answer.status, 500);
  assert.match(answer.json.type, /internal$/);
  await stage.sql('ALTER FUNCTION api.need_merge_away RENAME TO need_merge');
  assert.equal((await stage.batch('bystander', 'urn:106288', records)).json.created, 24);
});

test('a body that takes longer to come than a proof of identity holds is taken', async () => {
  // Not a minute, for the sake of the test: longer than the daemon keeps it.
  await stage.sql(`DO $$ BEGIN EXECUTE replace(pg_get_functiondef('core.token_mint(uuid)'::regprocedure), '+ 60', '+ 7'); END $$`);
  await stage.addClient('slow', 'school_system', { settings: ['urn:106289'] });
  const bytes = Buffer.from(JSON.stringify({ records: [child('slow', { born_on: '2017-04-05' })] }));
  const status = await new Promise((resolve, reject) => {
    const req = https.request({ host: 'localhost', port: stage.port, method: 'POST', agent: stage.agent('slow'),
      path: '/v1/sync/batches?setting=urn:106289', headers: { 'content-type': 'application/json', 'content-length': bytes.length,
        'idempotency-key': 'slow' } }, (res) => res.resume().on('end', () => resolve(res.statusCode)));
    req.on('error', reject);
    // Evenly, over nine seconds.
    let at = 0;
    const timer = setInterval(() => {
      const upto = Math.min(bytes.length, at + Math.ceil(bytes.length / 36));
      req.write(bytes.subarray(at, upto));
      at = upto;
      if (at < bytes.length) return;
      clearInterval(timer);
      req.end();
    }, 250);
  });
  assert.equal(status, 200);
  await stage.deploy(); // mends it
});

test('a deploy under load repeats no write and fails no read', async (t) => {
  let reads = 0;
  await underLoad(async () => {
    for (let i = 0; i < 3; i++) await stage.deploy();
  }, async (isOver) => {
    while (!isOver()) {
      const answer = await stage.get('school-1', '/v1/children?limit=5');
      assert.equal(answer.status, 200, answer.text);
      reads++;
    }
  });
  const rows = await check(stage, senders);
  t.diagnostic(`3 deploys under ${reads} reads, ${rows} records checked`);
  assert.ok(reads > 0);
});
