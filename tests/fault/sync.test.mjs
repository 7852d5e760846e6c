// Faults while schools send: a worker killed, the database stopped. What was
// acknowledged is there exactly once; what was not is there at most once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check, seeded, Sender } from '../lib/ledger.mjs';
import { Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const KILLS = process.env.SOAK ? 2000 : 40;
const STOPS = process.env.SOAK ? 200 : 6;
const SETTINGS = ['urn:106283', 'urn:106284', 'urn:106285'];
let stage, senders;

before(async () => {
  stage = await Stage.start({ name: 'fault-sync', config: { workers: 2, queue_timeout_ms: 1000 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  senders = [];
  for (const [i, setting] of SETTINGS.entries()) {
    await stage.addClient(`school-${i}`, 'school_system', { settings: [setting] });
    senders.push(new Sender(stage, { client: `school-${i}`, setting, prefix: `${i}-`, random }));
  }
});
after(() => stage?.stop());

/** The supervisor's children, from the kernel. */
function workers() {
  const pid = stage.daemon.pid;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function underLoad(faults) {
  let isOver = false;
  const load = senders.map(async (sender) => { while (!isOver) await sender.batch(); });
  const failed = Promise.race(load.map((one) => one.then(() => new Promise(() => {}))));
  await Promise.race([faults(), failed]);
  isOver = true;
  await Promise.all(load);
}

test('a worker killed at any moment loses nothing that was acknowledged and doubles nothing', async (t) => {
  let hits = 0;
  await underLoad(async () => {
    for (let i = 0; i < KILLS; i++) {
      const before = senders.reduce((sum, { batches }) => sum + batches, 0);
      await until('batches to go on', () => senders.reduce((sum, { batches }) => sum + batches, 0) > before);
      const pids = workers();
      const pid = pids[Math.floor(random() * pids.length)];
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
      process.kill(pid, 'SIGKILL');
      hits++;
      await until('another worker', () => workers().length === 2 && !workers().includes(pid));
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
  await stage.ready(20);
  assert.equal((await stage.get('school-0', '/v1/children')).status, 200);
});
