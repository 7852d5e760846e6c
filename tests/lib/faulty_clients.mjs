// faulty_clients.mjs — what else goes on in the campaign of faults, each with
// its own setting and its own judgement at the end: the school's agent, a
// follower of the feed, and a full roll that is committed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { AgentFolder } from './agent_folder.mjs';
import { drawLineFault } from './fault_line.mjs';
import { roll } from './records.mjs';
import { until } from './stage.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const idOf = (setting) => `(SELECT i.setting_id FROM core.setting_identifiers AS i WHERE i.ref = '${setting}')`;

/** A lane by which anything is asked until it is answered; 4xx is the caller's to judge. */
async function answered(lane, isOver, method, target, options) {
  const end = Date.now() + 180_000;
  while (!isOver()) {
    const answer = await lane.ask(method, target, options).catch((error) => {
      if (error.code === 'ERR_ASSERTION') throw error;
      return null;
    });
    if (answer && answer.status < 500 && answer.status !== 408) return answer;
    assert.ok(Date.now() < end, `${method} ${target.split('?')[0]} was not answered: ${answer?.text}`);
    await pause(20);
  }
  throw new Error('the test is over');
}

/** senco-sync with a folder of its own, killed while it has a connection. */
export class Agent {
  static async start(stage, lane, random) {
    const agent = new Agent();
    Object.assign(agent, { stage, lane, random, children: 12, round: 0 });
    agent.folder = await AgentFolder.make(stage.file('agent'), { server: `https://localhost:${lane.line.port}`,
      setting: lane.setting, pki: stage.file('pki'), name: lane.client, settings: { retry_seconds: 120 } });
    return agent;
  }

  rows() {
    return Array.from({ length: this.children }, (_, n) => ({ source_id: `c-a${n}`, surname: `Fictional-${n}`, forename: 'Testchild',
      born_on: '2017-04-05', preferred_surname: `Round-${n % 3 === 0 ? this.round : 0}` }));
  }

  /** News in the inbox; killed on the way or not, and pushed to the end. */
  async killed(isOver) {
    this.children += 3;
    this.round++;
    this.folder.csv('children.csv', this.rows());
    const fault = this.random() < 0.5 ? drawLineFault(this.random, this.lane.line.seen) : null;
    this.lane.line.arm(fault);
    const run = this.folder.start('push');
    let code;
    run.ended.then((how) => { code = how; });
    await until('the agent to connect', () => isOver() || code !== undefined || this.lane.line.connections.size > 0, 120);
    await pause(this.random() * 60);
    run.child.kill('SIGKILL');
    const isHit = await run.ended === 'SIGKILL';
    for (let end = Date.now() + 180_000; !isOver();) {
      const { code: how, stdout, stderr } = await this.folder.run('push');
      if (how === 0) break;
      assert.ok(how === 3 && Date.now() < end, `senco-sync push: ${how} ${stdout} ${stderr}`);
    }
    return isHit;
  }

  async check() {
    const verified = await this.folder.run('verify');
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.match(verified.stdout, /identical/);
    assert.doesNotMatch(verified.stdout, /DIFFERENT/);
    const stored = await this.stage.sql(`SELECT source_id, preferred_surname FROM core.child_records
      WHERE setting_id = ${idOf(this.lane.setting)} AND deleted_at IS NULL`);
    assert.deepEqual(new Map(stored), new Map(this.rows().map((row) => [row.source_id, row.preferred_surname])));
    const twice = await this.stage.sql(`SELECT source_id, revision FROM core.changes
      WHERE setting_id = ${idOf(this.lane.setting)} AND op = 'put' GROUP BY 1, 2 HAVING count(*) > 1`);
    assert.deepEqual(twice, [], 'applied twice');
  }
}

/** Follows the feed of what a client may see, from its beginning. */
export class Follower {
  constructor(lane) {
    Object.assign(this, { lane, cursor: '', held: new Map() });
  }

  /** One run of the feed; true when there was nothing new. */
  async step(isOver) {
    const { status, json, text } = await answered(this.lane, isOver, 'GET',
      `/v1/sync/changes?limit=200${this.cursor && `&after=${encodeURIComponent(this.cursor)}`}`);
    assert.equal(status, 200, text);
    for (const change of json.items) this.take(change);
    this.cursor = json.next;
    return json.items.length === 0;
  }

  /** As the contract says: a map by setting, kind and source_id. */
  take({ op, kind, source_id: id, setting, revision, data }) {
    const name = (k, i) => `${setting} ${k} ${i}`;
    if (op === 'delete' || op === 'leave') this.held.delete(name(kind, id));
    else if (op === 'enter' && kind === 'child')
      for (const [of, list] of Object.entries(data))
        for (const one of list) this.held.set(name(of, one.source_id), one.revision);
    else if (op === 'put' || op === 'enter') this.held.set(name(kind, id), revision);
  }

  async follow(isDone, isOver) {
    while (!isDone()) if (await this.step(isOver)) await pause(100);
  }

  /** Nothing is sent any more: it has come to hold what is stored. */
  async check(stage, settings) {
    this.lane.rate = 0;
    while (!await this.step(() => false));
    const kinds = await stage.sql("SELECT name, table_name FROM core.kinds WHERE table_name IS NOT NULL");
    const rows = await stage.sql(kinds.map(([kind, table]) => `SELECT i.ref || ' ${kind} ' || t.source_id, t.revision FROM core.${table} AS t
      JOIN core.setting_identifiers AS i USING (setting_id)
      WHERE i.ref = ANY ('{${settings}}') AND t.deleted_at IS NULL`).join(' UNION ALL '));
    assert.deepEqual(new Map([...this.held].sort()), new Map(rows.map(([name, revision]) => [name, Number(revision)]).sort()));
    assert.ok(rows.length > 0);
  }
}

/** A full roll that is committed in the midst of faults: all of it or nothing. */
export class Roll {
  constructor(stage, lane) {
    Object.assign(this, { stage, lane, size: 10, committed: 0 });
  }

  /** A commit; aim does something to it while it is on its way, and answers whether it met it. */
  async commit(aim, isOver) {
    const { setting } = this.lane, ask = (method, target, options) => answered(this.lane, isOver, method, target, options);
    const json = (body, more = {}) => ({ body: Buffer.from(JSON.stringify(body)), headers: { 'content-type': 'application/json', ...more } });
    // Some leave, some come: fewer than the brake asks a name for.
    const records = roll(this.committed * 2, this.committed * 2 + this.size + 20);
    const opened = await ask('POST', `/v1/sync/snapshots?setting=${setting}`, json({ kinds: ['child', 'placement', 'need'] }, { 'idempotency-key': randomUUID() }));
    // The answer to an earlier attempt may have been lost: then that one is open.
    const id = opened.status === 201 ? opened.json.id : (await this.stage.sql(`SELECT id FROM core.snapshots
      WHERE setting_id = ${idOf(setting)} AND state = 'open'`))[0][0];
    const sent = await ask('POST', `/v1/sync/batches?setting=${setting}&snapshot=${id}`, json({ records }, { 'idempotency-key': randomUUID() }));
    assert.equal(sent.status, 200, sent.text);
    const aimed = aim();
    const answer = await ask('POST', `/v1/sync/snapshots/${id}/commit`, json({ confirmed_by: 'Fictional Head' }));
    assert.ok([200, 409].includes(answer.status), answer.text);
    const { json: state } = await ask('GET', `/v1/sync/snapshots/${id}`, {});
    assert.equal(state.state, 'committed', JSON.stringify(state));
    this.committed++;
    const ids = await this.stage.sql(`SELECT source_id FROM core.child_records WHERE setting_id = ${idOf(setting)} AND deleted_at IS NULL
      UNION ALL SELECT source_id FROM core.needs WHERE setting_id = ${idOf(setting)} AND deleted_at IS NULL
      UNION ALL SELECT source_id FROM core.placements WHERE setting_id = ${idOf(setting)} AND deleted_at IS NULL`);
    assert.deepEqual(ids.flat().sort(), records.map(({ source_id: one }) => one).sort(), 'the roll is the committed one');
    return await aimed;
  }
}

/** An export fetched over a line that is cut again and again, each time from where it broke off. */
export async function exported(stage, lane, isOver, cuts) {
  const ask = (method, target, options) => answered(lane, isOver, method, target, { rate: 0, ...options });
  const made = await ask('POST', '/v1/sync/exports', {});
  assert.equal(made.status, 202, made.text);
  let job;
  await until('the export', async () => {
    job = (await ask('GET', `/v1/sync/exports/${made.json.id}`)).json;
    return job.state === 'ready';
  }, 120);
  const end = Date.now() + 180_000;
  let hits = 0, records = 0;
  for (const { url, bytes, sha256, records: some } of job.files) {
    const pieces = [];
    let have = 0;
    while (have < bytes) {
      const cut = cuts > 0 && cuts-- && { what: 'reset', direction: 'down', at: 2000 + Math.floor(lane.random() * bytes / 2) };
      const body = await lane.fetch(url, have, cut || null);
      hits += cut?.hit && have + body.length < bytes ? 1 : 0;
      pieces.push(body);
      have += body.length;
      assert.ok(!isOver() && Date.now() < end, 'an export could not be fetched');
    }
    assert.equal(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'), sha256, url);
    records += some;
  }
  return { hits, records };
}
