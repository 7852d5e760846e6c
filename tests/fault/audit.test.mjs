// The database killed with all its processes at the moment a child is shown:
// whoever was shown has its audit row in what is left, a row for each time.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { seeded } from '../lib/ledger.mjs';
import { roll } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const KILLS = process.env.SOAK ? 1000 : 15;
const READERS = 8;
const SCHOOL = 'urn:106283';
let stage, ids;

before(async () => {
  stage = await Stage.start({ name: 'fault-audit', config: { workers: 2, queue_timeout_ms: 1000 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('officer', 'la_officer');
  assert.equal((await stage.batch('school', SCHOOL, roll(0, 40))).json.created, 120);
  // After a crash the server flushes all its files, for seconds. Killed
  // processes lose nothing that the kernel has; only what was not written yet.
  await stage.sql('ALTER SYSTEM SET fsync = off');
  await stage.cluster('restart');
  await stage.ready();
  ids = (await stage.sql('SELECT id FROM core.children ORDER BY id')).map(([id]) => id);
});
after(() => stage?.stop());

/** Postmaster and all its children: nobody is left to finish anything. */
function killDatabase() {
  const pid = Number(readFileSync(stage.file('pg/data/postmaster.pid'), 'utf8').split('\n')[0]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  process.kill(pid, 'SIGKILL');
  for (const child of children) {
    try {
      process.kill(child, 'SIGKILL');
    } catch (error) {
      assert.equal(error.code, 'ESRCH'); // it had just ended by itself
    }
  }
}

/** One child, or a page of them; tells the ids as soon as they are here. */
function read(agent, shown) {
  const isList = random() < 0.25;
  const target = isList ? `/v1/children?setting=${SCHOOL}&limit=5` : `/v1/children/${ids[Math.floor(random() * ids.length)]}`;
  return new Promise((resolve) => {
    const req = https.get({ host: 'localhost', port: stage.port, path: target, agent }, (res) => {
      let text = '';
      res.on('data', (piece) => {
        text += piece;
        if (res.statusCode === 200) shown(isList ? '' : target.split('/').at(-1), text);
      });
      res.on('error', () => resolve('cut'));
      res.on('end', () => resolve(res.statusCode));
    });
    req.on('error', () => resolve('cut'));
  });
}

test('no child is shown whose audit row a crash of the database can take back', async (t) => {
  const times = new Map(); // child -> replies that showed it
  const agent = new https.Agent({ keepAlive: true, maxSockets: READERS, ...stage.tls('officer') });
  let replies = 0, failed = 0, hits = 0, killAt = Infinity, isOver = false;
  let back = Promise.resolve(), failing; // the database is back; a reader failed
  const reader = async () => {
    while (!isOver) {
      const seen = new Set(); // by this reply
      const outcome = await read(agent, (id, text) => {
        const found = id ? [id] : [...text.matchAll(/"child_id":"([0-9a-f-]{36})"/g)].map(([, one]) => one);
        for (const one of found) if (!seen.has(one)) {
          seen.add(one);
          times.set(one, (times.get(one) ?? 0) + 1);
        }
        if (seen.size > 0 && ++replies >= killAt) {
          killAt = Infinity;
          hits++;
          killDatabase();
          back = until('the database to come back', async () => { await stage.cluster('restart'); return true; });
        }
      });
      assert.ok([200, 500, 503, 504, 'cut'].includes(outcome), String(outcome));
      if (outcome !== 200) {
        failed++;
        await Promise.race([back, failing]);
        await new Promise((resolve) => setTimeout(resolve, 20 + random() * 40));
      }
    }
  };
  const readers = Promise.all(Array.from({ length: READERS }, reader));
  failing = readers.then(() => new Promise(() => {}));
  for (let i = 1; i <= KILLS; i++) {
    const before = replies;
    await Promise.race([until('replies to go on', () => replies > before), failing]);
    killAt = replies + 1 + Math.floor(random() * 40);
    await Promise.race([until('the kill', () => hits === i), failing]);
    await Promise.race([back, failing]);
  }
  isOver = true;
  await readers;
  agent.destroy();
  const rows = new Map(await stage.sql(`SELECT child, count(*) FROM audit.entries AS e, unnest(e.child_ids) AS child
    WHERE e.client_id = '${stage.ids.get('officer')}' GROUP BY child`));
  t.diagnostic(`seed ${seed}: ${hits} kills at a reply, ${replies} replies showed ${times.size} children, ` +
    `${failed} requests were refused or cut`);
  for (const [id, shown] of times)
    assert.ok(Number(rows.get(id) ?? 0) >= shown, `shown ${shown} times, ${rows.get(id) ?? 0} audit rows`);
  assert.equal(hits, KILLS);
  assert.ok(failed > 0, 'no kill hit a request');
  assert.ok(times.size > 20, 'too few children were shown');
});
