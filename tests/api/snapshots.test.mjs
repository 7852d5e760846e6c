// A full roll of a setting: opened, sent, looked at, committed or dropped;
// what is absent goes, what is invalid stays, and nobody empties a school
// without a name.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { builders, child, need, placement, roll } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283', OTHER = 'urn:106284', KINDS = ['child', 'need', 'placement'];
let stage, cursor;

before(async () => {
  stage = await Stage.start({ name: 'snapshots' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('second', 'school_system', { settings: [SCHOOL, OTHER] });
  await stage.addClient('officer', 'la_officer');
  await stage.batch('school', SCHOOL, roll(0, 30));
});
after(() => stage?.stop());

const open = (kinds = KINDS, { name = 'school', setting = SCHOOL } = {}) =>
  stage.request(name, 'POST', `/v1/sync/snapshots?setting=${setting}`, { body: { kinds } });
const send = (id, records, { name = 'school', setting = SCHOOL, ...options } = {}) =>
  stage.batch(name, `${setting}&snapshot=${id}`, records, options);
const look = (id, name = 'school') => stage.get(name, `/v1/sync/snapshots/${id}`);
const leavers = async (id) => (await stage.get('school', `/v1/sync/snapshots/${id}/leavers`)).json.items;
const close = (id, verb, body, name = 'school') =>
  stage.request(name, 'POST', `/v1/sync/snapshots/${id}/${verb}`, verb === 'drop' ? {} : { body: body ?? {} });
const outcomes = (answer) => answer.json.outcomes.map(({ outcome }) => outcome);
const slug = (answer) => answer.json.type.replace(/.*[:/]/, '');
const of = (result, kind) => result.kinds.find((one) => one.kind === kind);
const live = async (table = 'child_records') =>
  Number((await stage.sql(`SELECT count(*) FROM core.${table} AS t JOIN core.settings AS s ON s.id = t.setting_id
    WHERE s.ref = '${SCHOOL}' AND t.deleted_at IS NULL`))[0][0]);
const without = (records, ...ids) => records.filter((record) =>
  !ids.includes(record.source_id) && !ids.includes(record.data?.child));

/** A snapshot of these records, ready to be looked at. */
async function filled(records, kinds) {
  const opened = await open(kinds);
  assert.equal(opened.status, 201, opened.text);
  const { id } = opened.json;
  const answer = await send(id, records);
  assert.equal(answer.status, 200, answer.text);
  return id;
}

test('a roll is sent, looked at and committed: who is absent has left', async () => {
  const records = without(roll(0, 31), 'c-7');
  records.find(({ source_id: id }) => id === 'n-3').data.provision = 'E';
  records.find(({ source_id: id }) => id === 'n-3').revision = 2;
  const opened = await open();
  assert.equal(opened.status, 201);
  assert.deepEqual([opened.json.state, opened.json.kinds, opened.json.setting], ['open', KINDS, SCHOOL]);
  const { id } = opened.json;
  // Needs before their children: the order of batches makes no difference.
  const half = records.filter(({ kind }) => kind === 'need');
  assert.deepEqual(new Set(outcomes(await send(id, half))), new Set(['staged']));
  const rest = await send(id, records.filter(({ kind }) => kind !== 'need'));
  assert.equal(rest.json.staged, 60);
  assert.equal(await live(), 30, 'nothing is applied yet');

  const before = await stage.sql(`SELECT (SELECT count(*) FROM core.changes), (SELECT count(*) FROM audit.entries WHERE action LIKE 'sync.%'),
    (SELECT md5(string_agg(r::text, ',' ORDER BY source_id)) FROM core.child_records AS r),
    (SELECT md5(string_agg(n::text, ',' ORDER BY source_id)) FROM core.needs AS n), (SELECT count(*) FROM core.children)`);
  const preview = (await look(id)).json.preview;
  assert.deepEqual(KINDS.map((kind) => ['joiners', 'changed', 'unchanged', 'invalid', 'leavers'].map((what) => of(preview, kind)[what])),
    [[1, 0, 29, 0, 1], [1, 1, 28, 0, 1], [1, 0, 29, 0, 1]]);
  assert.equal(preview.needs_name, false);
  assert.deepEqual((await leavers(id)).map((one) => `${one.kind} ${one.source_id}`), ['child c-7', 'need n-7', 'placement p-7']);
  assert.deepEqual(await stage.sql(`SELECT (SELECT count(*) FROM core.changes), (SELECT count(*) FROM audit.entries WHERE action LIKE 'sync.%'),
    (SELECT md5(string_agg(r::text, ',' ORDER BY source_id)) FROM core.child_records AS r),
    (SELECT md5(string_agg(n::text, ',' ORDER BY source_id)) FROM core.needs AS n), (SELECT count(*) FROM core.children)`), before,
  'a preview leaves nothing behind');
  assert.deepEqual(await stage.sql(`SELECT DISTINCT cardinality(child_ids) FROM audit.entries WHERE action LIKE '%/leavers'`), [['1']],
    'who was shown as a leaver is in the audit log');

  cursor = (await stage.get('second', '/v1/sync/changes?limit=5000')).json.next;
  const committed = await close(id, 'commit');
  assert.equal(committed.status, 200, committed.text);
  assert.equal(committed.json.state, 'committed');
  assert.deepEqual(committed.json.result, preview);
  assert.equal(await live(), 30);
  assert.deepEqual(await stage.sql(`SELECT source_id, revision FROM core.needs WHERE deleted_at IS NOT NULL`), [['n-7', '1']]);
  const again = await close(id, 'commit', { confirmed_by: 'Somebody Else' });
  assert.equal(again.text, committed.text, 'a commit repeated gets the stored answer');
});

test('the change feed tells of leavers as of any delete', async () => {
  const rows = (await stage.get('second', `/v1/sync/changes?after=${cursor}&limit=1000`)).json.items;
  assert.deepEqual(rows.filter(({ op }) => op === 'delete').map((row) => row.source_id).sort(), ['c-7', 'n-7', 'p-7']);
});

test('a late older put of a leaver stays out, its next revision comes in', async () => {
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [child(7)])), ['stale']);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [child(7, {}, 2)])), ['created']);
});

test('who is back on the roll is back, also at the revision it left with', async () => {
  const id = await filled(roll(0, 31).map((record) => (record.source_id === 'c-7' ? child(7, {}, 2) : record)));
  const committed = await close(id, 'commit');
  assert.equal(committed.status, 200, committed.text);
  assert.equal(of(committed.json.result, 'need').joiners, 1, committed.text);
  assert.equal(await live('needs'), 31);
});

test('an invalid record is not an absent one, when read or when merged', async () => {
  const records = without(roll(0, 31), 'p-2', 'n-4', 'n-5', 'c-7');
  records.push(child(7, { born_on: '2018-02-30' }, 3), need(4, { provision: '?' }, 3), need(5, { end_on: '2001-01-01' }, 3));
  const id = await filled(records);
  const { preview } = (await look(id)).json;
  assert.deepEqual(KINDS.map((kind) => [of(preview, kind).invalid, of(preview, kind).leavers]), [[1, 0], [2, 1], [0, 2]]);
  assert.deepEqual(preview.refused.map((one) => [one.kind, one.source_id, one.slug, one.pointer]), [
    ['child', 'c-7', 'malformed_field', '/data/born_on'],
    ['need', 'n-4', 'unknown_code', '/data/provision'],
    ['need', 'n-5', 'dates_reversed', '/data/end_on']]);
  assert.deepEqual((await leavers(id)).map((one) => one.source_id), ['n-7', 'p-2', 'p-7']);
  assert.equal((await close(id, 'drop')).json.state, 'dropped');
});

test('a record whose id cannot be read makes nothing of its kind absent', async () => {
  const opened = (await open()).json;
  const records = without(roll(0, 31), 'c-7');
  await send(opened.id, [...without(records, 'n-1'), { kind: 'need', revision: 1, data: {} }]);
  const { preview } = (await look(opened.id)).json;
  assert.equal(preview.unreadable, 1);
  assert.deepEqual(KINDS.map((kind) => [of(preview, kind).leavers, of(preview, kind).absence_known]), [[0, true], [0, false], [1, true]]);
  // And one whose kind cannot be read, nothing at all.
  const line = await stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}&snapshot=${opened.id}`, {
    body: '{"kind":"need', headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() } });
  assert.deepEqual(outcomes(line), ['refused']);
  const blind = (await look(opened.id)).json.preview;
  assert.deepEqual(KINDS.map((kind) => [of(blind, kind).leavers, of(blind, kind).absence_known]), [[0, false], [0, false], [0, false]]);
  await close(opened.id, 'drop');
});

test('what an ordinary batch changed after the opening is newer than the roll', async () => {
  const opened = (await open()).json;
  assert.deepEqual(outcomes(await stage.batch('second', SCHOOL, [need(6, { provision: 'E' }, 9), child(200), placement(200)])),
    ['updated', 'created', 'created']);
  await send(opened.id, without(roll(0, 31), 'c-6', 'c-7'));
  assert.deepEqual((await leavers(opened.id)).map((one) => one.source_id), ['c-7', 'n-7', 'p-6', 'p-7']);
  await close(opened.id, 'drop');
  const gone = [child(200), placement(200)].map(({ kind, source_id }) => ({ kind, source_id, revision: 5, op: 'delete' }));
  await stage.batch('second', SCHOOL, gone);
});

test('more than a tenth, or more than twenty, leave only with a name', async () => {
  const id = await filled(roll(0, 27));
  assert.equal((await look(id)).json.preview.needs_name, true);
  const refused = await close(id, 'commit');
  assert.equal(refused.status, 409);
  assert.equal(slug(refused), 'leavers_unconfirmed');
  assert.equal(await live(), 31, 'and nothing was done');
  assert.equal((await close(id, 'commit', { confirmed_by: '' })).status, 422);
  assert.equal((await close(id, 'commit', { confirmed_by: 'x'.repeat(121) })).status, 422);
  const committed = await close(id, 'commit', { confirmed_by: 'A. Head' });
  assert.equal(committed.status, 200, committed.text);
  assert.equal(committed.json.confirmed_by, 'A. Head');
  assert.equal(await live(), 27);
  assert.deepEqual(await stage.sql(`SELECT details->>'confirmed_by' FROM audit.entries WHERE details->>'snapshot' = '${id}' AND action = 'snapshot.commit'`),
    [['A. Head']]);
  assert.ok(!stage.log().includes('A. Head'), 'the name is in no log');
  await stage.batch('school', SCHOOL, roll(27, 33).map((record) => ({ ...record, revision: 5 })));
});

test('an empty roll of needs does not empty the school of needs', async () => {
  const { id } = (await open(['need'])).json;
  assert.equal(of((await look(id)).json.preview, 'need').leavers, await live('needs'));
  assert.equal(slug(await close(id, 'commit')), 'leavers_unconfirmed');
  await close(id, 'drop');
});

test('one snapshot of a setting is open at a time, whoever opened it', async () => {
  const first = (await open()).json;
  for (const name of ['school', 'second']) {
    const answer = await open(KINDS, { name });
    assert.equal(answer.status, 409);
    assert.equal(slug(answer), 'snapshot_open');
  }
  const elsewhere = await open(['child'], { name: 'second', setting: OTHER });
  assert.equal(elsewhere.status, 201);
  await close(elsewhere.json.id, 'drop', null, 'second');
  const found = (await stage.get('school', `/v1/sync/snapshots?setting=${SCHOOL}&state=open`)).json.items;
  assert.deepEqual(found.map(({ id }) => id), [first.id]);
  await close(first.id, 'drop');
});

test('a snapshot is its client\'s, and of its setting', async () => {
  const { id } = (await open(KINDS, { name: 'second' })).json;
  for (const answer of [await look(id), await close(id, 'commit'), await close(id, 'drop'), await send(id, [child(1)]),
    await stage.get('school', `/v1/sync/snapshots/${id}/leavers`), await look(randomUUID()),
    await send(id, [child(1)], { name: 'second', setting: OTHER })]) {
    assert.equal(answer.status, 404, answer.text);
    assert.equal(slug(answer), 'not_found');
  }
  assert.equal((await look(id, 'officer')).status, 403);
  assert.equal(slug(await open(['child'], { setting: OTHER })), 'setting_not_granted');
  assert.equal(slug(await open(['parrot'])), 'unknown_kind');
  await close(id, 'drop', null, 'second');
});

test('a batch sent again is kept once, and its key is of one snapshot', async () => {
  const { id } = (await open()).json;
  const key = randomUUID();
  const first = await send(id, roll(0, 5), { key });
  assert.equal((await send(id, roll(0, 5), { key })).text, first.text);
  assert.equal((await look(id)).json.records, 15);
  assert.equal(slug(await stage.batch('school', SCHOOL, roll(0, 5), { key })), 'batch_differs');
  // One record in two batches: the higher revision stands, two of one do not.
  await send(id, [need(0, { provision: 'E' }, 7), need(1, { provision: 'E' }, 7), need(2, {}, 1)]);
  await send(id, [need(1, { provision: 'N' }, 7)]);
  const { preview } = (await look(id)).json;
  assert.deepEqual([of(preview, 'need').changed, of(preview, 'need').invalid], [1, 1]);
  assert.deepEqual(preview.refused.map((one) => [one.source_id, one.slug]), [['n-1', 'record_twice']]);
  assert.equal((await close(id, 'drop')).json.state, 'dropped');
  assert.equal((await close(id, 'drop')).json.state, 'dropped');
  for (const answer of [await send(id, roll(0, 1)), await close(id, 'commit'),
    await stage.get('school', `/v1/sync/snapshots/${id}/leavers`)]) {
    assert.equal(answer.status, 409);
    assert.equal(slug(answer), 'snapshot_closed');
  }
  assert.equal((await send(id, roll(0, 5), { key })).text, first.text, 'its answer is still there');
  assert.equal((await look(id)).json.preview, null);
});

test('a record that got a new id is neither a leaver nor, refused, an absent one', async () => {
  const { id } = (await open(['placement'])).json;
  await send(id, [...roll(0, 33).filter(({ kind, source_id: one }) => kind === 'placement' && !['p-0', 'p-1', 'p-2'].includes(one)),
    { ...placement(0, {}, 60), source_id: 'p-new', was: 'p-0' },
    { ...placement(1, { start_on: '2022-02-30' }, 60), source_id: 'p-wrong', was: 'p-1' },
    { ...placement(2, { child: 'nobody' }, 60), source_id: 'p-lost', was: 'p-2' }]);
  const { preview } = (await look(id)).json;
  assert.deepEqual([of(preview, 'placement').invalid, of(preview, 'placement').leavers], [2, 0], JSON.stringify(preview));
  assert.deepEqual(await leavers(id), []);
  await close(id, 'drop');
});

test('one batch may hold every kind, kept or merged', async () => {
  const all = Object.values(builders).flatMap((builder) => Array.from({ length: 12 }, (_, n) => builder(300 + n)));
  const { id } = (await open()).json;
  const kept = await send(id, all);
  assert.equal(kept.json.staged, all.length, kept.text);
  const { preview } = (await look(id)).json;
  assert.deepEqual(preview.kinds.map(({ joiners }) => joiners), preview.kinds.map(() => 12), JSON.stringify(preview));
  await close(id, 'drop');
  // In a setting of its own: the other tests count.
  const merged = await stage.batch('second', OTHER, all);
  assert.equal(merged.json.created, all.length, merged.text);
});

test('a snapshot holds at most what one may', async () => {
  const { id } = (await open()).json;
  await stage.sql(`UPDATE core.snapshot_rules SET value = 20 WHERE name = 'records'`);
  await send(id, roll(0, 6));
  const answer = await send(id, roll(6, 7));
  assert.equal(answer.status, 413);
  assert.equal(slug(answer), 'snapshot_too_large');
  await stage.sql(`UPDATE core.snapshot_rules SET value = 50000 WHERE name = 'records'`);
  await stage.sql(`UPDATE core.snapshot_rules SET value = 100 WHERE name = 'bytes'`);
  assert.equal(slug(await send(id, roll(6, 7))), 'snapshot_too_large');
  await stage.sql(`UPDATE core.snapshot_rules SET value = 67108864 WHERE name = 'bytes'`);
  assert.equal((await look(id)).json.records, 18);
  await close(id, 'drop');
});

test('one left open expires, and stands in nobody\'s way', async () => {
  const { id } = (await open()).json;
  await send(id, roll(0, 2));
  await stage.sql(`UPDATE core.snapshots SET expires_at = now() WHERE id = '${id}'`);
  assert.equal((await look(id)).json.state, 'expired');
  assert.equal(slug(await close(id, 'commit')), 'snapshot_closed');
  assert.equal(slug(await send(id, roll(0, 2))), 'snapshot_closed');
  const next = await open(KINDS, { name: 'second' });
  assert.equal(next.status, 201);
  await close(next.json.id, 'drop', null, 'second');
  assert.equal((await close(id, 'drop')).json.state, 'expired');
});

test('what was sent outlives the workers, and a commit wakes who waits', async () => {
  const { id } = (await open()).json;
  const records = roll(0, 32).map((record) => (record.source_id === 'n-1' ? need(1, { provision: 'E' }, 50) : record));
  await send(id, records);
  const workers = stage.workers();
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await until('new workers', () => stage.workers().length === workers.length && !stage.workers().some((pid) => workers.includes(pid)));
  await until('the daemon to be ready', async () => (await stage.internal('/readyz')).status === 200);
  stage.agents.clear();
  const { next } = (await stage.get('second', '/v1/sync/changes?limit=5000')).json;
  const parked = stage.get('second', `/v1/sync/changes?after=${next}&wait=20`);
  const committed = await until('the commit', async () => {
    const answer = await close(id, 'commit');
    return answer.status === 200 && answer;
  });
  assert.equal(of(committed.json.result, 'need').changed, 1, committed.text);
  assert.ok((await parked).json.items.some((row) => row.source_id === 'n-1'));
});
