// proof.mjs — requirements on what makes both sides sure: the digest, full
// snapshots, exports.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { outcomes, refusedWith } from './batches.mjs';

const DIGEST = 'openapi.yaml /v1/sync/digest', SNAPSHOT = 'openapi.yaml /v1/sync/snapshots', EXPORT = 'openapi.yaml /v1/sync/exports';
const at = (kit, path, query = '') => `/v1/sync/${path}?setting=${encodeURIComponent(kit.setting)}${query}`;
const bucketOf = (id) => createHash('sha256').update(id).digest()[0];

/** Digests of this setting by kind: { need: { records, digest } }. */
async function digests(kit) {
  const { status, json } = await kit.get(at(kit, 'digest'));
  assert.equal(status, 200);
  return Object.fromEntries(json.items.map(({ kind, ...rest }) => [kind, rest]));
}

const xor = (a, b) => (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(16).padStart(32, '0');

/** Opens a snapshot of these kinds, runs `use`, and drops it: a test setting keeps what it has. */
async function withSnapshot(kit, kinds, use) {
  const opened = await kit.request('POST', at(kit, 'snapshots'), { body: { kinds }, headers: { 'idempotency-key': randomUUID() } });
  assert.equal(opened.status, 201, opened.text);
  try {
    return await use(opened.json);
  } finally {
    await kit.request('POST', `/v1/sync/snapshots/${opened.json.id}/drop`, { body: {} });
  }
}

const send = (kit, id, records) => kit.request('POST', `${kit.batchTarget()}&snapshot=${id}`, { body: { records },
  headers: { 'idempotency-key': randomUUID() } });
const preview = async (kit, id, kind) => (await kit.get(`/v1/sync/snapshots/${id}`)).json.preview.kinds.find((row) => row.kind === kind);

export const proof = [
  { id: 'digest.order', place: DIGEST, sentence: 'the digest of a kind is the exclusive or of its records: what is added and deleted again leaves it as it was',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      const before = await digests(kit);
      const one = kit.need(child), two = kit.need(child);
      await kit.batch([one, two]);
      const between = await digests(kit);
      assert.notEqual(between.need.digest, before.need?.digest);
      assert.equal(between.need.records, (before.need?.records ?? 0) + 2);
      await kit.batch([two, one].map(({ kind, source_id: id }) => ({ kind, source_id: id, revision: 9, op: 'delete' })));
      assert.deepEqual((await digests(kit)).need ?? { records: 0, digest: '0'.repeat(32) },
        before.need ?? { records: 0, digest: '0'.repeat(32) });
    } },
  { id: 'digest.levels', place: DIGEST, sentence: 'buckets add up to the digest of their kind, and ids to that of their bucket',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      const { child: whole } = await digests(kit);
      const { json: { items: buckets } } = await kit.get(at(kit, 'digest', '&kind=child'));
      assert.equal(buckets.reduce((sum, { digest }) => xor(sum, digest), '0'), whole.digest);
      assert.equal(buckets.reduce((sum, { records }) => sum + records, 0), whole.records);
      const mine = buckets.find(({ bucket }) => bucket === bucketOf(child.source_id));
      const { json: { items: ids } } = await kit.get(at(kit, 'digest', `&kind=child&bucket=${mine.bucket}`));
      assert.equal(ids.reduce((sum, { hash }) => xor(sum, hash), '0'), mine.digest);
      assert.equal(ids.find(({ source_id: id }) => id === child.source_id).revision, child.revision);
    } },
  { id: 'snapshot.staged', place: SNAPSHOT, sentence: 'what is sent to a snapshot is staged: nothing is stored before it is committed',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      const after = await kit.feedEnd(), one = kit.transition(child);
      await withSnapshot(kit, ['transition'], async ({ id }) => {
        assert.deepEqual(outcomes(await send(kit, id, [one])), ['staged']);
        assert.equal((await preview(kit, id, 'transition')).joiners, 1);
      });
      assert.deepEqual(await kit.changesOf([one.source_id], after, 0), []);
    } },
  { id: 'snapshot.invalid', place: SNAPSHOT, sentence: 'a record that is invalid in a snapshot is counted as invalid and not as absent',
    async check(kit) {
      const child = kit.child(), one = kit.transition(child);
      await kit.batch([child, one]);
      await withSnapshot(kit, ['transition'], async ({ id }) => {
        const absent = await preview(kit, id, 'transition');
        assert.deepEqual(outcomes(await send(kit, id, [{ ...one, revision: 2, data: { ...one.data, kind: 'NONE' } }])), ['refused']);
        const named = await preview(kit, id, 'transition');
        assert.equal(named.invalid, 1);
        assert.equal(named.leavers, absent.leavers - 1);
      });
    } },
  { id: 'snapshot.overlap', place: SNAPSHOT, sentence: 'a second snapshot of a setting is refused while one is open',
    async check(kit) {
      await withSnapshot(kit, ['transition'], async () =>
        refusedWith(await kit.request('POST', at(kit, 'snapshots'), { body: { kinds: ['transition'] },
          headers: { 'idempotency-key': randomUUID() } }), 409, 'snapshot_open'));
    } },
  { id: 'export.whole', place: EXPORT, sentence: 'an export becomes ready; its files have the records, bytes and SHA-256 it names, and can be resumed by Range',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      const asked = await kit.request('POST', at(kit, 'exports'), { body: {}, headers: { 'idempotency-key': randomUUID() } });
      assert.equal(asked.status, 202, asked.text);
      const target = `/v1/sync/exports/${asked.json.id}`;
      try {
        let told;
        for (const end = Date.now() + 60_000; ;) {
          told = (await kit.get(target)).json;
          if (told.state === 'ready' || told.state === 'failed' || Date.now() > end) break;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        assert.equal(told.state, 'ready');
        const file = told.files.find(({ kind }) => kind === 'child');
        const whole = await kit.bytes(file.url);
        assert.equal(whole.bytes.length, file.bytes);
        assert.equal(createHash('sha256').update(whole.bytes).digest('hex'), file.sha256);
        const rows = gunzipSync(whole.bytes).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
        assert.equal(rows.length, file.records);
        assert.ok(rows.some(({ source_id: id }) => id === child.source_id));
        const half = Math.floor(file.bytes / 2);
        const rest = await kit.bytes(file.url, { range: `bytes=${half}-` });
        assert.equal(rest.status, 206);
        assert.ok(rest.bytes.equals(whole.bytes.subarray(half)));
        assert.equal((await kit.changes(told.cursor)).status, 200, 'its cursor goes on');
      } finally {
        await kit.request('POST', `${target}/drop`, { body: {} });
      }
    } },
  { id: 'export.unknown', place: EXPORT, sentence: 'an export that is not this client\'s is 404',
    async check(kit) {
      refusedWith(await kit.get(`/v1/sync/exports/${randomUUID()}`), 404, 'not_found');
    } },
];
