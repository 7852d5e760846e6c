// A school's agent killed at any moment of a push, over and over: each record
// is taken exactly once, and nothing known is ever sent twice. Judged by what
// the school's files say and by SQL, not by the agent.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AgentFolder } from '../lib/agent_folder.mjs';
import { seeded } from '../lib/ledger.mjs';
import { Stage, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const random = seeded(seed);
const ROUNDS = process.env.SOAK ? 500 : 3;
const SETTING = 'urn:106283', CHILDREN = 400;
let stage, agent;

before(async () => {
  stage = await Stage.start({ name: 'fault-senco-sync' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SETTING] });
  agent = await AgentFolder.make(stage.file('agent'), { server: `https://localhost:${stage.port}`, setting: SETTING,
    pki: stage.file('pki'), name: 'school' });
});
after(() => stage?.stop());

/** Distinct batches and their records, as the server keeps them. */
async function taken() {
  const [[batches, records]] = await stage.sql('SELECT count(*), coalesce(sum(records), 0) FROM core.sync_batches');
  return { batches: Number(batches), records: Number(records) };
}

/** How many changes the feed tells of. */
async function applied() {
  return Number((await stage.sql('SELECT count(*) FROM core.changes'))[0][0]);
}

/** Whether the agent's memory holds a batch without its answer. */
const isUnderWay = () => agent.sql('SELECT count(*) FROM batches')[0][0] !== '0';

test('an agent killed at any moment of a push sends each record once', async (t) => {
  const children = Array.from({ length: CHILDREN }, (_, i) => ({ source_id: `c-${i}`, surname: `Fictional-${i}`,
    forename: 'Testchild', born_on: '2018-05-01', preferred_forename: '' }));
  const needs = children.map((child, i) => ({ source_id: `n-${i}`, child: child.source_id, provision: 'K', start_on: '2023-09-01' }));
  const kills = { before: 0, during: 0 };
  let full = 1500; // ms that a push takes
  for (let round = 0; round < ROUNDS; round++) {
    const sent = await taken(), changes = await applied();
    let changed = 0;
    for (let i = 0; i < CHILDREN; i++) {
      if (round > 0 && random() < 0.5) continue;
      children[i].preferred_forename = `Round-${round}`;
      needs[i].provision = needs[i].provision === 'K' ? 'E' : 'K';
      changed += 2;
    }
    agent.csv('children.csv', children);
    agent.csv('needs.csv', needs);
    for (let isDone = false, tries = 0; !isDone; tries++) {
      const run = agent.start('push');
      const begun = Date.now();
      // The first of a round is aimed: as soon as a batch is under way.
      let isOver = false;
      run.ended.then(() => { isOver = true; });
      if (tries === 0 && await until('a batch under way', () => isOver || isUnderWay()) && !isOver) run.child.kill('SIGKILL');
      const timer = setTimeout(() => run.child.kill('SIGKILL'), tries < 6 ? random() * full : 120_000);
      const code = await run.ended;
      clearTimeout(timer);
      if (code === 'SIGKILL') {
        kills[isUnderWay() ? 'during' : 'before']++;
        continue;
      }
      assert.equal(code, 0, `seed ${seed}: ${run.said}`);
      full = Math.max(300, (full + Date.now() - begun) / 2);
      isDone = true;
    }
    const now = await taken();
    assert.equal(now.records - sent.records, changed, `seed ${seed}, round ${round}: what is known was sent again, or something was not`);
    assert.equal(await applied() - changes, changed, `seed ${seed}, round ${round}: each change is told once`);
  }
  const held = await stage.sql(`SELECT c.source_id, c.preferred_forename, n.provision FROM core.child_records AS c
    JOIN core.needs AS n ON n.setting_id = c.setting_id AND n.child = c.source_id WHERE c.deleted_at IS NULL AND n.deleted_at IS NULL`);
  assert.deepEqual(held.map((row) => row.join(' ')).sort(),
    children.map((child, i) => `${child.source_id} ${child.preferred_forename} ${needs[i].provision}`).sort());
  t.diagnostic(`seed ${seed}: ${kills.before + kills.during} kills, ${kills.during} of them with a batch in flight, in ${ROUNDS} rounds; `
    + `${(await taken()).batches} batches`);
  assert.ok(kills.during > 0, 'no kill hit a batch in flight');
});
