// ledger.mjs — what a setting's clients sent and what was acknowledged, and a
// checker that knows only this and SQL: acknowledged is there exactly once,
// unacknowledged at most once. Randomness is seeded: a failing run can be run
// again.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { hashOf } from './hash.mjs';
import { child, need, placement, transition } from './records.mjs';

const ACKNOWLEDGED_S = 180; // whatever happens to the server meanwhile
const RETRIED = [408, 503, 504];

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

/** A day that only this revision has: what is stored tells which revision it is. */
const dayOf = (revision) => new Date(Date.UTC(2019, 0, 1 + revision)).toISOString().slice(0, 10);

/** The kinds sent: a record from its number and revision, and the field its revision can be told by. */
const KINDS = {
  child: { mark: 'preferred_surname', make: (n, revision) =>
    child(n, { born_on: '2017-04-05', preferred_surname: dayOf(revision) }, revision) },
  placement: { mark: 'start_on', make: (n, revision) => placement(n, { start_on: dayOf(revision) }, revision) },
  need: { mark: 'start_on', make: (n, revision) => need(n, { start_on: dayOf(revision) }, revision) },
  transition: { mark: 'target_on', make: (n, revision) => transition(n, { target_on: dayOf(revision) }, revision) },
};
const DELETED = ['need', 'transition']; // nothing hangs on these

/** All that was ever sent for one setting, by however many clients. */
export class Ledger {
  constructor(setting, prefix, isShared = false) {
    Object.assign(this, { setting, prefix, isShared, entries: new Map(), batches: new Map(), next: 0 });
  }

  /** A record with a revision that was never sent before. */
  make(kind, n, op = 'put') {
    const name = `${kind} ${n}`;
    if (!this.entries.has(name)) this.entries.set(name, { kind, n, newest: 0, acknowledged: 0, isChanged: new Set(), ops: new Map() });
    const entry = this.entries.get(name), revision = ++entry.newest;
    const record = KINDS[kind].make(n, revision);
    entry.id = record.source_id;
    entry.ops.set(revision, op);
    return op === 'put' ? record : { kind, source_id: record.source_id, revision, op };
  }

  /** New children with what hangs on them, and news of what was acknowledged. */
  records(random, size) {
    const records = [];
    for (let i = 0; i < size; i++) {
      const n = `${this.prefix}${this.next++}`;
      for (const kind of Object.keys(KINDS)) records.push(this.make(kind, n));
    }
    const known = [...this.entries.values()].filter(({ acknowledged }) => acknowledged);
    const taken = new Set(records.map(({ source_id: id }) => id));
    for (let i = 0; i < 3 * size && known.length; i++) {
      const { kind, n, id } = known[Math.floor(random() * known.length)];
      const isDelete = DELETED.includes(kind) && random() < 0.2;
      if (!taken.has(id)) records.push(this.make(kind, n, isDelete ? 'delete' : 'put'));
      taken.add(id);
    }
    return records;
  }

  /** Noted before its first byte goes out. */
  send(key, client, records) {
    this.batches.set(key, { client, records, answer: null });
  }

  acknowledge(key, answer) {
    const batch = this.batches.get(key);
    assert.equal(answer.refused, 0, JSON.stringify(answer.outcomes.filter(({ slug }) => slug)).slice(0, 500));
    assert.equal(answer.outcomes.length, batch.records.length);
    if (batch.answer) assert.deepEqual(answer.outcomes, batch.answer.outcomes, 'a repeated batch got another answer');
    batch.answer = answer;
    for (const [i, { kind, source_id: id, revision }] of batch.records.entries()) {
      const entry = this.entries.get(`${kind} ${id.slice(2)}`);
      const { outcome } = answer.outcomes[i];
      entry.acknowledged = Math.max(entry.acknowledged, revision);
      if (outcome === 'created' || outcome === 'updated') entry.isChanged.add(revision);
      // No two revisions are alike, but what is gone can be deleted again.
      if (outcome === 'unchanged') assert.ok(entry.ops.get(revision) === 'delete' || entry.isChanged.has(revision) || this.isShared, id);
    }
  }
}

export class Sender {
  /** post(records, key): one attempt; answers { status, json, text } or throws. */
  constructor(stage, { client, setting, prefix, random, size = 12, ledger = new Ledger(setting, prefix), post }) {
    Object.assign(this, { stage, client, setting, random, size, ledger });
    this.post = post ?? ((records, key) => stage.batch(client, setting, records, { key, unchecked: true }));
    this.failures = this.refusals = this.batches = 0;
  }

  /** Sends one batch until it is acknowledged, or `end` says so: same key, same body. */
  async batch(end) {
    const records = this.ledger.records(this.random, this.size), key = randomUUID();
    this.ledger.send(key, this.client, records);
    const deadline = Date.now() + ACKNOWLEDGED_S * 1000;
    while (!await this.attempt(records, key)) {
      if (end?.()) return;
      assert.ok(Date.now() < deadline, `a batch was not acknowledged in ${ACKNOWLEDGED_S} s`);
      await new Promise((resolve) => setTimeout(resolve, 10 + this.random() * 60));
    }
  }

  /** One attempt; true when it was acknowledged. */
  async attempt(records, key) {
    let answer;
    try {
      answer = await this.post(records, key);
    } catch (error) {
      if (error.code === 'ERR_ASSERTION') throw error;
      this.failures++;
      return false;
    }
    if (answer.status === 200) {
      this.ledger.acknowledge(key, answer.json);
      this.batches++;
      return true;
    }
    this.refusals++;
    assert.ok(RETRIED.includes(answer.status), `${answer.status} ${answer.text}`);
    return false;
  }
}

/** kind, source_id, revision, whether deleted, and the mark, of all a setting has. */
async function stored(stage, setting) {
  const kinds = await stage.sql('SELECT name, table_name FROM core.kinds WHERE table_name IS NOT NULL');
  const rows = await stage.sql(kinds.map(([kind, table]) => `
    SELECT '${kind}', t.source_id, t.revision, t.deleted_at IS NOT NULL, to_jsonb(t) ->> '${KINDS[kind]?.mark ?? 'none'}'
      FROM core.${table} AS t JOIN core.setting_identifiers AS i USING (setting_id)
     WHERE i.ref = '${setting}'`).join(' UNION ALL '));
  return new Map(rows.map(([kind, id, revision, deleted, mark]) =>
    [`${kind} ${id.slice(2)}`, { revision: Number(revision), isDeleted: deleted === 't', mark }]));
}

function checkStored(entries, rows) {
  for (const [name, { acknowledged, isChanged, ops }] of entries) {
    const row = rows.get(name);
    if (!acknowledged) continue;
    assert.ok(row, `${name} was acknowledged and is not there`);
    // Deleting what is gone leaves it as it was.
    assert.ok(row.revision >= acknowledged || (row.isDeleted && ops.get(acknowledged) === 'delete' && row.revision >= Math.max(0, ...isChanged)),
      `${name}: revision ${acknowledged} was acknowledged, ${row.revision} is there`);
  }
  for (const [name, { revision, isDeleted, mark }] of rows) {
    const op = entries.get(name)?.ops.get(revision);
    assert.ok(op, `${name}: revision ${revision} is there and was never sent`);
    assert.equal(isDeleted, op === 'delete', `${name}: revision ${revision} is a ${op}`);
    if (op === 'put') assert.equal(mark, dayOf(revision), `${name}: revision ${revision} has the content of another`);
  }
}

/** The digests kept for the setting are those of what was sent in the stored revisions. */
async function checkDigests(stage, { setting, entries }, rows) {
  const expected = new Map(Object.keys(KINDS).map((kind) => [kind, { count: 0, digest: 0n }]));
  for (const [name, { revision, isDeleted }] of rows) {
    const { kind, n } = entries.get(name), sum = expected.get(kind);
    if (isDeleted) continue;
    sum.count++;
    sum.digest ^= BigInt(`0x${hashOf(KINDS[kind].make(n, revision))}`);
  }
  const kept = new Map((await stage.sql(`SELECT d.kind, d.records, d.digest FROM core.setting_digests AS d
    JOIN core.setting_identifiers AS i USING (setting_id) WHERE i.ref = '${setting}'`))
    .map(([kind, records, bits]) => [kind, { count: Number(records), digest: BigInt(`0b${bits}`) }]));
  for (const [kind, sum] of expected)
    assert.deepEqual(kept.get(kind) ?? { count: 0, digest: 0n }, sum, `the digest of ${kind}`);
}

/** Each revision at most once in the feed, and each that changed something. */
async function checkFeed(stage, setting, entries) {
  const seen = new Map();
  for (const [kind, id, revision, op] of await stage.sql(`SELECT c.kind, c.source_id, c.revision, c.op
      FROM core.changes AS c JOIN core.setting_identifiers AS i USING (setting_id)
     WHERE i.ref = '${setting}' AND c.op IN ('put', 'delete') AND c.kind IN ('${Object.keys(KINDS).join("','")}')`)) {
    const name = `${kind} ${id.slice(2)} revision ${revision}`;
    assert.ok(!seen.has(name), `${name} is twice in the feed`);
    seen.set(name, op);
    assert.equal(entries.get(`${kind} ${id.slice(2)}`)?.ops.get(Number(revision)), op, `${name} was never sent so`);
  }
  for (const [name, { isChanged }] of entries)
    for (const revision of isChanged)
      assert.ok(seen.has(`${name} revision ${revision}`), `${name}: revision ${revision} changed something and is not in the feed`);
}

/** The stored answers are the acknowledged ones, each with its one audit row. */
async function checkBatches(stage, { setting, batches }) {
  const rows = new Map((await stage.sql(`SELECT b.key, b.outcomes, b.records, b.setting_id
      FROM core.sync_batches AS b JOIN core.setting_identifiers AS i USING (setting_id) WHERE i.ref = '${setting}'`))
    .map(([key, outcomes]) => [key, outcomes]));
  const letters = { created: 'c', updated: 'u', unchanged: '=', stale: 's' };
  for (const [key, { answer }] of batches)
    if (answer) assert.equal(rows.get(key), answer.outcomes.map(({ outcome }) => letters[outcome]).join(''), 'a stored answer');
  const [[audited]] = await stage.sql(`SELECT count(*) FROM audit.entries AS e
    JOIN core.setting_identifiers AS i USING (setting_id) WHERE i.ref = '${setting}' AND e.action = 'sync.batch'`);
  assert.equal(Number(audited), rows.size, 'an audit row for each batch');
}

/** Fails unless the database holds what these senders' ledgers say; answers how many records it looked at. */
export async function check(stage, senders) {
  let count = 0;
  for (const ledger of new Set(senders.map((sender) => sender.ledger))) {
    const rows = await stored(stage, ledger.setting);
    checkStored(ledger.entries, rows);
    await checkDigests(stage, ledger, rows);
    await checkFeed(stage, ledger.setting, ledger.entries);
    await checkBatches(stage, ledger);
    count += rows.size;
  }
  const orphans = await stage.sql(`SELECT count(*) FROM core.children AS c
    WHERE NOT EXISTS (SELECT FROM core.child_records AS r WHERE r.child_id = c.id)`);
  assert.deepEqual(orphans, [['0']], 'children nobody sent');
  return count;
}
