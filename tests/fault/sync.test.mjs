// Faults while schools send: a worker killed, the database stopped. What was
// acknowledged is there exactly once; what was not is there at most once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check, seeded, Sender } from '../lib/ledger.mjs';
import { child, need } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const KILLS = process.env.SOAK ? 2000 : 20;
const STOPS = process.env.SOAK ? 200 : 4;
const WORKERS = 12; // so many that none dies often enough to be held back
const SETTINGS = ['urn:106283', 'urn:106284', 'urn:106285'];
let stage, senders;

before(async () => {
  stage = await Stage.start({ name: 'fault-sync', config: {
    workers: WORKERS, database_connections: 2, queue_timeout_ms: 1000 } });
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

test('a worker killed at any moment loses nothing that was acknowledged and doubles nothing', async (t) => {
  let hits = 0;
  await underLoad(async () => {
    for (let i = 0; i < KILLS; i++) {
      const before = senders.reduce((sum, { batches }) => sum + batches, 0);
      await until('batches to go on', () => senders.reduce((sum, { batches }) => sum + batches, 0) > before);
      const { client } = senders[Math.floor(random() * senders.length)];
      const pid = await until('a worker that serves it', () => stage.workerOf(client));
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
      process.kill(pid, 'SIGKILL');
      hits++;
      await until('another worker', () => stage.workers().length === WORKERS && !stage.workers().includes(pid));
    }
  });
  const failures = senders.reduce((sum, sender) => sum + sender.failures, 0);
  const rows = await check(stage, senders);
  t.diagnostic(`seed ${seed}: ${hits} workers killed, ${failures} requests cut, ${rows} records checked`);
  assert.equal(hits, KILLS);
  assert.ok(failures > 0, 'no kill hit a request');
});

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
  await until('both workers to serve', async () =>
    (await stage.get('school-0', '/v1/children', { unchecked: true })).status === 200 &&
    (await stage.get('school-1', '/v1/children', { unchecked: true })).status === 200, 30);
  await stage.ready(20);
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
