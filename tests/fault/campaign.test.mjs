// A campaign of seeded faults while schools send: every kind that issue and
// contract name, in random order and over each other. The checker knows only
// what was sent and acknowledged (ledger.mjs) and SQL. A fault that met no
// request in flight does not count. SEED=N draws the same faults again.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { check, Ledger, seeded } from '../lib/ledger.mjs';
import { Agent, exported, Follower, Roll } from '../lib/faulty_clients.mjs';
import { Lane } from '../lib/lane.mjs';
import { ProcessFaults } from '../lib/process_faults.mjs';
import { Shim } from '../lib/shim.mjs';
import { Stage } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const TIMES = Number(process.env.TIMES ?? (process.env.SOAK ? 60 : 1));
const LINE_HITS = 150 * TIMES;
const WORKERS = 12; // so many that none dies often enough to be held back
const SCHOOLS = ['urn:106283', 'urn:106284', 'urn:106285', 'urn:106286', 'urn:106287', 'urn:106288'];
const SHARED = 'urn:106289'; // two clients at once
const AGENT = 'urn:106290', ROLL = 'urn:106291';
const EXPORT_CUTS = 6;
/** How often each must hit. */
const WANTED = { workerKilled: 10, supervisorKilled: 2, sessionEnded: 8, stoppedFast: 2, crashed: 2, sessionKilled: 1,
  diskFull: 2, diskFullForLog: 1, clockJumps: 3, databaseClockJumps: 3, together: 6, agentKilled: 2, rollCommitted: 3 };
const hits = new Map(), tries = new Map();
const count = (map, what, n = 1) => map.set(what, (map.get(what) ?? 0) + n);
let stage, shim, lanes, twins, faults, agent, follower, full, isFailed = false;
const isOver = () => isFailed;

before(async () => {
  shim = new Shim();
  stage = await Stage.start({ name: 'campaign', env: shim.env, clusterEnv: shim.env, config: {
    workers: WORKERS, database_connections: 2, queue_timeout_ms: 2000, handshake_timeout_ms: 5000, head_timeout_ms: 5000,
    body_timeout_ms: 5000, write_timeout_ms: 5000, drain_timeout_ms: 3000, log_level: 'info' } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  // Killed processes lose nothing the kernel has; after a crash PostgreSQL would flush all its files for seconds.
  await stage.sql('ALTER SYSTEM SET fsync = off');
  await stage.sql('SELECT pg_reload_conf()');
  shim.commitUs = 20000;
  const hit = (what) => count(hits, what);
  const add = async (client, setting, ledger) => {
    await stage.addClient(client, 'school_system', { settings: [setting] });
    return Lane.start(stage, { client, setting, ledger, prefix: `${client}-`, random, size: 4, hit });
  };
  lanes = [];
  for (const [i, setting] of SCHOOLS.entries()) lanes.push(await add(`school-${i}`, setting));
  const shared = new Ledger(SHARED, 'shared-', true);
  twins = [await add('twin-0', SHARED, shared), await add('twin-1', SHARED, shared)];
  const others = {};
  for (const [name, settings] of Object.entries({ agent: [AGENT], full: [ROLL], reader: [...SCHOOLS, SHARED] })) {
    await stage.addClient(name, 'school_system', { settings });
    others[name] = await Lane.start(stage, { client: name, setting: settings[0], prefix: name, random, hit });
  }
  agent = await Agent.start(stage, others.agent, random);
  full = new Roll(stage, others.full);
  follower = new Follower(others.reader);
  faults = new ProcessFaults(stage, lanes.concat(twins), shim, random, isOver);
});
after(async () => {
  for (const lane of [...lanes ?? [], ...twins ?? [], agent?.lane, full?.lane, follower?.lane]) await lane?.stop();
  await stage?.stop();
  shim?.release();
});

/**
 * Two clients tell the same news of one setting at the same moment, each by
 * its own key, and one of them by two connections under one key.
 */
async function together() {
  const [one, other] = twins, records = one.ledger.records(random, 3);
  const keys = [randomUUID(), randomUUID()];
  one.ledger.send(keys[0], one.client, records);
  other.ledger.send(keys[1], other.client, records);
  let isOverlapping = false, running = 0;
  const untilTaken = async (lane, key) => {
    for (let isTaken = false; !isTaken && !isFailed;) {
      isOverlapping ||= ++running > 1;
      isTaken = await lane.attempt(records, key);
      running--;
    }
  };
  await Promise.all([untilTaken(one, keys[0]), untilTaken(other, keys[1])]);
  return isOverlapping;
}

/** The session that commits a full roll ended, or its worker killed. */
async function rollCommitted() {
  const isWorker = random() < 0.4;
  return full.commit(() => (isWorker ? faults.workerOf(full.lane) : faults.aim('snapshot_commit', 'PERFORM pg_terminate_backend(v_pid);')), isOver);
}

const deeds = { together, rollCommitted, agentKilled: () => agent.killed(isOver) };

/** The faults to come, in the order of the dice. */
function drawn() {
  const list = Object.entries(WANTED).flatMap(([what, times]) => Array(times * TIMES).fill(what));
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

async function campaign() {
  for (const what of drawn())
    for (let isHit = false; !isHit && !isFailed;) {
      count(tries, what);
      isHit = await (deeds[what] ? deeds[what]() : faults[what]());
      if (isHit) count(hits, what);
    }
}

const lineHits = () => [...hits].filter(([what]) => what.startsWith('line')).reduce((sum, [, n]) => sum + n, 0);

test('no fault loses what was acknowledged or does anything twice', async (t) => {
  let isDone = false;
  const started = Date.now();
  const senders = lanes.map(async (lane) => { while (!isDone || (lineHits() < LINE_HITS && !isFailed)) await lane.batch(isOver); });
  senders.push(follower.follow(() => isDone || isFailed, isOver));
  const failed = Promise.race(senders.map((one) => one.then(() => new Promise(() => {}))));
  try {
    await Promise.race([campaign(), failed]);
    isDone = true;
    await Promise.all(senders);
  } finally {
    isFailed = !isDone;
    isDone = true;
    await Promise.allSettled(senders);
  }
  const rows = await check(stage, lanes.concat(twins));
  await agent.check();
  await follower.check(stage, [...SCHOOLS, SHARED]);
  const fetched = await exported(stage, follower.lane, isOver, EXPORT_CUTS);
  assert.equal(fetched.records, follower.held.size, 'an export holds what the feed has told');
  count(hits, 'export cut and resumed', fetched.hits);
  const total = [...hits.values()].reduce((sum, n) => sum + n, 0);
  for (const [what, n] of [...hits].sort()) t.diagnostic(`${what}: hit ${n} times${tries.has(what) ? ` of ${tries.get(what)}` : ''}`);
  t.diagnostic(`seed ${seed}: ${total} faults hit in ${Math.round((Date.now() - started) / 1000)} s, ` +
    `${lanes.concat(twins).reduce((sum, lane) => sum + lane.batches, 0)} batches acknowledged, ${rows} records checked`);
  assert.ok(total >= 200 * TIMES, `only ${total} faults hit`);
});
