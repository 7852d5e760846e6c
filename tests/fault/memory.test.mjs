// Out of memory ends the worker that met it, never the service. Uses the
// release build: a sanitizer's own memory cannot be limited.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { need } from '../lib/records.mjs';
import { root, Stage, until } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283';
let stage;

before(async () => {
  stage = await Stage.start({ name: 'memory', program: path.join(root, 'build/sencod'), config: { workers: 2 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
});
after(() => stage?.stop());

test('a worker without memory ends, its work is cut, and the service goes on', async (t) => {
  let hits = 0;
  for (let round = 0; round < 4; round++) {
    const before = stage.workers();
    for (const pid of before) {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[0]);
      execFileSync('prlimit', [`--pid=${pid}`, `--as=${pages * 4096 + 256 * 1024}:`]);
    }
    const records = Array.from({ length: 5000 }, (_, n) => need(n, { child: `nobody-${round}-${n}` }));
    const outcome = await stage.batch('school', SCHOOL, records, { unchecked: true }).catch((error) => error);
    assert.ok(outcome instanceof Error, 'the batch was served in no memory');
    await until('the worker to be replaced', () => stage.workers().length === 2 &&
      stage.workers().some((pid) => !before.includes(pid)));
    hits += stage.workers().filter((pid) => !before.includes(pid)).length;
    for (const pid of stage.workers()) execFileSync('prlimit', [`--pid=${pid}`, '--as=unlimited:']);
    assert.equal((await stage.get('school', '/v1/whoami')).status, 200);
  }
  t.diagnostic(`${hits} workers ran out of memory`);
  assert.ok(hits >= 4);
  // The allocator's own words, or the abort of one that may not log.
  assert.match(stage.log(), /out of memory|worker_ended .* signal=6/);
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.sync_batches'), [['0']]);
  const answer = await stage.batch('school', SCHOOL, [need(1, { child: 'nobody' })]);
  assert.equal(answer.json.refused, 1);
});
