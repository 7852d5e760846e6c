// ledger.mjs — a school client that writes down what it sent and what was
// acknowledged, retries what was not, and a checker that knows only this
// ledger and SQL. Randomness is seeded: a failing run can be run again.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { child, need, placement } from './records.mjs';

const ACKNOWLEDGED_S = 180; // whatever happens to the server meanwhile

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Sender {
  constructor(stage, { client, setting, prefix, random, size = 12 }) {
    Object.assign(this, { stage, client, setting, prefix, random, size });
    this.sent = new Map();   // source_id -> revision, whether acknowledged or not
    this.acknowledged = new Map();
    this.failures = 0;
    this.refusals = 0;
    this.batches = 0;
    this.next = 0;
  }

  /** New children, and new revisions of some that were acknowledged. */
  records() {
    const records = [];
    for (let i = 0; i < this.size; i++) {
      const n = `${this.prefix}${this.next++}`;
      records.push(child(n, { born_on: '2017-04-05' }), placement(n), need(n));
    }
    const known = [...this.acknowledged].filter(([id]) => id.startsWith('n-'));
    for (let i = 0; i < this.size && known.length; i++) {
      const [id, revision] = known[Math.floor(this.random() * known.length)];
      if (records.some(({ source_id: other }) => other === id)) continue;
      records.push({ ...need(id.slice(2), { provision: revision % 2 ? 'E' : 'K' }), revision: revision + 1 });
    }
    return records;
  }

  /** Sends one batch until it is acknowledged: same key, same body. */
  async batch(end) {
    const records = this.records(), key = randomUUID();
    for (const { source_id: id, revision } of records)
      this.sent.set(id, Math.max(revision, this.sent.get(id) ?? 0));
    const deadline = Date.now() + ACKNOWLEDGED_S * 1000;
    for (;;) {
      try {
        const answer = await this.stage.batch(this.client, this.setting, records, { key, unchecked: true });
        if (answer.status === 200) {
          assert.equal(answer.json.refused, 0, answer.text.slice(0, 500));
          for (const { source_id: id, revision } of records) this.acknowledged.set(id, revision);
          this.batches++;
          return;
        }
        this.refusals++;
        assert.ok([503, 504, 408].includes(answer.status), `${answer.status} ${answer.text}`);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
        this.failures++;
      }
      if (end?.()) return;
      assert.ok(Date.now() < deadline, `a batch was not acknowledged in ${ACKNOWLEDGED_S} s`);
      await new Promise((resolve) => setTimeout(resolve, 10 + this.random() * 60));
    }
  }
}

/** Acknowledged is stored, exactly once in the feed a revision; nothing unsent is there. */
export async function check(stage, senders) {
  let rows = 0;
  for (const { setting, sent, acknowledged } of senders) {
    const [scheme, value] = setting.split(':');
    const stored = new Map();
    for (const [id, revision] of await stage.sql(
      `SELECT r.source_id, r.revision FROM core.setting_identifiers AS s
         JOIN (SELECT setting_id, source_id, revision FROM core.child_records
               UNION ALL SELECT setting_id, source_id, revision FROM core.placements
               UNION ALL SELECT setting_id, source_id, revision FROM core.needs) AS r USING (setting_id)
        WHERE s.scheme = '${scheme}' AND s.value = '${value}'`)) stored.set(id, Number(revision));
    for (const [id, revision] of acknowledged) {
      assert.ok(stored.has(id), `${id} was acknowledged and is not there`);
      assert.ok(stored.get(id) >= revision, `${id}: revision ${revision} was acknowledged, ${stored.get(id)} is there`);
    }
    for (const [id, revision] of stored)
      assert.ok(sent.get(id) >= revision, `${id}: revision ${revision} is there and was never sent`);
    rows += stored.size;
  }
  const doubled = await stage.sql(
    'SELECT kind, source_id, revision, count(*) FROM core.changes GROUP BY setting_id, 1, 2, 3 HAVING count(*) > 1');
  assert.deepEqual(doubled, [], 'applied twice');
  const orphans = await stage.sql(`SELECT count(*) FROM core.children AS c
    WHERE NOT EXISTS (SELECT FROM core.child_records AS r WHERE r.child_id = c.id)`);
  assert.deepEqual(orphans, [['0']], 'children nobody sent');
  return rows;
}
