// One allocation fails, somewhere in one request: the request is served
// rightly, refused as our fault, or cut; the worker goes on or ends on
// purpose; nothing acknowledged is missing and the next request is served.
// Uses the release build: a sanitizer has an allocator of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { seeded } from '../lib/ledger.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { root, Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const EACH = Number(process.env.FAULTS ?? (process.env.SOAK ? 2000 : 20)); // in each kind of request
const WORKERS = 24; // so many that none dies often enough to be held back
const HANG_S = 15; // beyond every deadline of the configuration below
const SCHOOL = 'urn:106283';
const register = readFileSync(path.join(root, 'config/demo/registers/gias_trafford_358.csv'), 'latin1');
// The loader takes LD_PRELOAD apart at blanks: not below a path that may have one.
const dir = mkdtempSync('/tmp/sencod-shim-');
let stage, control;

// ---- the shim ----

function buildShim() {
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-fno-builtin', '-shared', '-fPIC',
    '-o', path.join(dir, 'shim.so'), path.join(root, 'tests/lib/malloc_shim.c')]);
  writeFileSync(path.join(dir, 'control'), Buffer.alloc(32));
  control = openSync(path.join(dir, 'control'), 'r+');
  return { LD_PRELOAD: path.join(dir, 'shim.so'), MALLOC_SHIM: path.join(dir, 'control') };
}

/** The n-th allocation from now on fails; 0 for none. */
function arm(n) {
  const bytes = Buffer.alloc(32);
  bytes.writeBigInt64LE(BigInt(n));
  writeSync(control, bytes, 0, 32, 0);
}

function disarm() {
  const bytes = Buffer.alloc(32);
  readSync(control, bytes, 0, 32, 0);
  arm(0);
  const [, hits, counted, size] = [0, 1, 2, 3].map((at) => Number(bytes.readBigInt64LE(8 * at)));
  return { hits, counted, size };
}

before(async () => {
  stage = await Stage.start({ name: 'torture', program: path.join(root, 'build/sencod'), env: buildShim(), config: {
    workers: WORKERS, database_connections: 1, log_level: 'warning', statement_timeout_ms: 2000,
    queue_timeout_ms: 3000, handshake_timeout_ms: 3000, head_timeout_ms: 3000, body_timeout_ms: 3000,
    idle_timeout_ms: 3000, write_timeout_ms: 3000 } });
  assert.equal((await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv')).status, 200);
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  for (const name of strangers) await stage.addClient(name, 'la_officer');
});
after(async () => {
  await stage?.stop();
  if (control !== undefined) closeSync(control);
  rmSync(dir, { recursive: true, force: true });
});

// ---- requests ----

/** A connection whose handshake is over at both ends: in TLS 1.2 the server's word is the last. */
function greeted(name) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: stage.port, servername: 'localhost', maxVersion: 'TLSv1.2',
      ...stage.tls(name) }, () => resolve(socket));
    socket.on('error', reject);
  });
}

/** One request, the last of its connection: that one, or a new one. */
function ask(name, method, target, { socket, body, headers = {} } = {}) {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body, 'latin1') };
    const req = https.request({ host: 'localhost', port: stage.port, path: target, method,
      headers: { ...headers, ...length, connection: 'close' },
      ...(socket ? { createConnection: () => socket } : { agent: false, ...stage.tls(name) }) }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (piece) => { text += piece; });
      res.on('error', () => done({ status: 'cut' }));
      res.on('end', () => done(res.complete ? { status: res.statusCode, text } : { status: 'cut' }));
    });
    const timer = setTimeout(() => done({ status: 'hung' }), HANG_S * 1000);
    function done(answer) {
      clearTimeout(timer);
      req.destroy();
      resolve(answer);
    }
    req.on('error', () => done({ status: 'cut' }));
    req.end(body, 'latin1');
  });
}

/** Asks again while the answer is "later": the database may be being redialled. */
async function served(what, question) {
  let answer;
  await until(what, async () => {
    answer = await question();
    return !['cut', 503, 504].includes(answer.status);
  });
  assert.equal(answer.status, 200, `${what}: ${answer.status} ${answer.text}`);
  return answer;
}

/** A read whose answer is known, by each of these clients in turn. */
function read(target, names, { isNew = false } = {}) {
  const expected = new Map();
  let turn = 0;
  return {
    isNew,
    prepare: async () => {
      const name = names[turn++ % names.length];
      const question = (socket) => ask(name, 'GET', target, { socket });
      if (!expected.has(name)) expected.set(name, (await served(target, () => question())).text);
      return { name, question };
    },
    judge: async (answer, { name }) => assert.equal(answer.text, expected.get(name), target),
    repair: async () => {},
  };
}

let counter = 0;

const acknowledged = new Map(); // key of a batch -> its number
const batch = {
  each: 90, // its stages share a transaction: each place is tried
  prepare: async () => {
    const n = counter++, key = randomUUID();
    const records = [child(n), placement(n), need(n)];
    const question = (socket) => ask('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
      socket, body: JSON.stringify({ records }), headers: { 'content-type': 'application/json', 'idempotency-key': key } });
    return { name: 'school', question, n, key };
  },
  judge: async (answer, { n, key }) => {
    const { created, refused } = JSON.parse(answer.text);
    assert.deepEqual([created, refused], [3, 0], answer.text);
    acknowledged.set(key, n);
  },
  // Not acknowledged: the sender repeats it, and it is there once.
  repair: async (round) => batch.judge(await served('the batch again', () => round.question()), round),
  settle: async () => {
    const rows = await stage.sql(`SELECT b.key, b.records, array_agg(c.source_id ORDER BY c.source_id)
      FROM core.sync_batches AS b
      JOIN unnest('{${[...acknowledged.keys()]}}'::text[], '{${[...acknowledged.values()]}}'::int[]) AS s (key, n) USING (key)
      JOIN core.changes AS c ON c.source_id IN ('c-' || s.n, 'p-' || s.n, 'n-' || s.n) GROUP BY 1, 2`);
    const stored = new Map(rows.map(([key, ...rest]) => [key, rest]));
    for (const [key, n] of acknowledged)
      assert.deepEqual(stored.get(key), ['3', `{c-${n},n-${n},p-${n}}`], `batch ${n} was acknowledged and is not there once`);
    assert.deepEqual(await stage.sql(`SELECT (SELECT count(*) FROM core.sync_batches),
      (SELECT count(*) FROM core.needs)`), [[`${acknowledged.size}`, `${acknowledged.size}`]]);
  },
};

const imported = {
  prepare: async () => {
    const called = `Fictional Round ${counter++}`;
    const lines = register.split('\n');
    const cells = lines[1].split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const header = lines[0].split(',').map((cell) => cell.replace(/"/g, ''));
    cells[header.indexOf('EstablishmentName')] = called;
    lines[1] = cells.join(',');
    const urn = cells[header.indexOf('URN')].replace(/"/g, '');
    return { name: 'administrator', urn, called, question: (socket) => ask('administrator', 'POST', '/v1/settings/imports/gias', {
      socket, body: lines.join('\n'), headers: { 'content-type': 'text/csv' } }) };
  },
  judge: async (answer, { urn, called }) => {
    const { rows, unreadable, ...rest } = JSON.parse(answer.text);
    assert.deepEqual([rows, unreadable, rest.new, rest.closed], [179, 0, 0, 0], answer.text);
    assert.deepEqual(await stage.sql(`SELECT name FROM core.settings WHERE urn = '${urn}'`), [[called]]);
  },
  repair: async (round) => imported.judge(await served('the import again', () => round.question()), round),
};

// An actor is remembered for five seconds: another client each time is unknown.
const strangers = Array.from({ length: 30 }, (_, n) => `officer-${n}`);
const kinds = {
  'a handshake': read('/v1', ['school'], { isNew: true }),
  'the index': read('/v1', ['school']),
  'who am I': read('/v1/whoami', ['school', ...strangers]),
  'the settings': read('/v1/settings?limit=150', ['school']),
  'a batch': batch,
  'an import': imported,
};

/**
 * Places among the allocations of a request: all that every such request
 * makes, or some of them, and some of those that only the first ones make.
 */
function sample(least, most, count) {
  const any = (below) => 1 + Math.floor(random() * below);
  const places = least <= count ? Array.from({ length: least }, (_, n) => n + 1) :
    Array.from({ length: count / 2 }, () => any(least));
  while (places.length < count) places.push(any(most));
  return places;
}

/** How the workers ended since the log had `from` characters. */
const endings = (from) => [...stage.log().slice(from).matchAll(/worker_ended .*exit=(-?\d+) signal=(\d+)/g)]
  .map(([, exit, signal]) => (signal === '0' ? `exit ${exit}` : `signal ${signal}`));

/** Every worker is there, idle and connected: a lost connection comes back after a pause. */
async function wholeAgain() {
  await until('the workers', () => stage.workers().length === WORKERS, 30);
  await until('their connections', async () => {
    const { text } = await stage.internal('/metrics');
    const value = (metric) => Number(new RegExp(`^sencod_${metric} (\\d+)$`, 'm').exec(text)[1]);
    return value('pool_busy') === 0 && value('queue_length') === 0 && value('connections_open') <= 1 &&
      value('pool_connections') === WORKERS;
  }, 30);
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`one failed allocation in ${name} is survived, and no answer lies`, async (t) => {
    await wholeAgain(); // the last fault of the kind before may still be felt
    const start = stage.log().length, outcomes = {};
    const counts = [];
    let hits = 0;
    // How many allocations such a request makes, whoever serves it.
    for (let i = 0; i < 4; i++) {
      const round = await kind.prepare();
      const socket = kind.isNew ? undefined : await greeted(round.name);
      arm(1e9);
      const answer = await round.question(socket);
      counts.push(disarm().counted);
      assert.equal(answer.status, 200, answer.text);
      await kind.judge(answer, round);
    }
    const least = Math.min(...counts), most = Math.max(...counts);
    const places = sample(least, most, Math.max(EACH, kind.each ?? 0));
    for (const n of places) {
      const round = await kind.prepare();
      const socket = kind.isNew ? undefined : await greeted(round.name);
      arm(n);
      const answer = await round.question(socket);
      const { hits: hit, size } = disarm();
      const what = `seed ${seed}, ${name}, allocation ${n} of ${most} (${size} bytes): ${answer.status} ${answer.text}`;
      hits += hit;
      if (hit) outcomes[answer.status] = (outcomes[answer.status] ?? 0) + 1;
      assert.ok(answer.status === 200 || answer.status === 'cut' || answer.status >= 500, what);
      if (answer.status === 200) await kind.judge(answer, round);
      else await kind.repair(round);
      const next = await served('the next request', () => ask('school', 'GET', '/v1/whoami'));
      assert.equal(JSON.parse(next.text).role, 'school_system', what);
      for (const ending of endings(start))
        assert.ok(['signal 6', 'exit 1'].includes(ending), `${ending} after ${what}`);
    }
    await kind.settle?.();
    const ended = endings(start).length;
    t.diagnostic(`seed ${seed}: ${hits} of ${places.length} faults hit among ${most} allocations; ` +
      `${Object.entries(outcomes).map(([status, times]) => `${status}: ${times}`).join(', ')}; ${ended} workers ended`);
    assert.ok(hits > places.length / 4, 'the faults did not hit');
  });
}

test('afterwards every worker is back, idle and connected', wholeAgain);
