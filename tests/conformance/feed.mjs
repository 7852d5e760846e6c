// feed.mjs — requirements on the change feed, and on all answers together.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { refusedWith } from './batches.mjs';
import { Skip } from './supplier.mjs';

const FEED = 'openapi.yaml /v1/sync/changes';
const sorted = (list) => [...list].sort();
const name = ({ op, kind, source_id: id, revision }) => `${op} ${kind} ${id} ${revision}`;

export const feed = [
  { id: 'feed.own-put', place: FEED, sentence: 'what was put is in the feed once, with what the record holds',
    async check(kit) {
      const after = await kit.feedEnd();
      const child = kit.child(), records = [child, kit.placement(child), kit.need(child), kit.transition(child)];
      await kit.batch(records);
      const rows = await kit.changesOf(records.map(({ source_id: id }) => id), after, records.length);
      assert.deepEqual(sorted(rows.map(name)), sorted(records.map(name)));
      for (const record of records)
        assert.deepEqual(rows.find(({ source_id: id }) => id === record.source_id).data, record.data, record.kind);
      assert.equal(new Set(rows.map(({ child_id: id }) => id)).size, 1, 'one child_id for all of them');
    } },
  { id: 'feed.unchanged', place: FEED, sentence: 'an unchanged, a stale and a refused record leave no row in the feed',
    async check(kit) {
      const child = kit.child({}, { revision: 2 }), last = kit.child();
      await kit.batch([child]);
      const after = await kit.feedEnd();
      await kit.batch([child]);
      await kit.batch([{ ...child, revision: 1, data: { ...child.data, forename: 'Late' } }, kit.child({ sex: 'Q' })]);
      await kit.batch([last]);
      const rows = await kit.changesOf([...kit.made.keys()].map((key) => key.split(' ')[1]), after, 1);
      const late = rows.filter(({ source_id: id, revision }) => id === last.source_id || (id === child.source_id && revision !== 2));
      assert.deepEqual(late.map(name), [name(last)]);
    } },
  { id: 'feed.order', place: FEED, sentence: 'changes come in the order of commits, each with what the record holds by now',
    async check(kit) {
      const after = await kit.feedEnd();
      const one = kit.child(), two = kit.child(), steps = [one, two, { ...one, revision: 2, data: { ...one.data, forename: 'Second' } },
        { ...two, revision: 2, data: { ...two.data, forename: 'Second' } }];
      for (const record of steps) await kit.batch([record]);
      const rows = await kit.changesOf([one.source_id, two.source_id], after, steps.length);
      assert.deepEqual(rows.map(name), [...steps.slice(2), ...steps.slice(2)].map(name));
    } },
  { id: 'feed.cursor', place: FEED, sentence: 'a cursor asked again gives the same changes, and a page at a time gives what one run gives',
    async check(kit) {
      const after = await kit.feedEnd();
      const records = [kit.child(), kit.child(), kit.child()], ids = records.map(({ source_id: id }) => id);
      for (const record of records) await kit.batch([record]);
      const once = await kit.changesOf(ids, after, 3), again = await kit.changesOf(ids, after, 3);
      assert.equal(once.length, 3);
      const set = (rows) => sorted(rows.map((row) => JSON.stringify(row)));
      assert.deepEqual(set(again), set(once));
      assert.deepEqual(set(await kit.changesOf(ids, after, 3, { limit: 1 })), set(once));
    } },
  { id: 'feed.end', place: FEED, sentence: 'at the end a run is empty and its cursor goes on from there',
    async check(kit) {
      const after = await kit.feedEnd();
      const { json } = await kit.changes(after);
      assert.equal(typeof json.next, 'string');
      const child = kit.child();
      await kit.batch([child]);
      assert.equal((await kit.changesOf([child.source_id], json.next, 1)).length, 1);
    } },
  { id: 'feed.delete', place: FEED, sentence: 'a delete is in the feed with op delete and no data',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      const after = await kit.feedEnd();
      await kit.batch([{ kind: 'child', source_id: child.source_id, revision: 7, op: 'delete' }]);
      const rows = (await kit.changesOf([child.source_id], after, 1)).filter(({ revision }) => revision === 7);
      assert.deepEqual(rows.map(({ op, data }) => [op, data]), [['delete', null]]);
    } },
  { id: 'feed.foreign-cursor', place: FEED, sentence: 'a cursor this server did not make, or of which a letter was changed, is 400 cursor_malformed',
    async check(kit) {
      refusedWith(await kit.changes('bm90LWEtY3Vyc29y'), 400, 'cursor_malformed');
      const after = await kit.feedEnd();
      const changed = after.slice(0, 8) + (after[8] === 'A' ? 'B' : 'A') + after.slice(9);
      refusedWith(await kit.changes(changed), 400, 'cursor_malformed');
    } },
  { id: 'feed.limit', place: FEED, sentence: 'a run has at most limit changes; a limit outside 1 to 5000 is refused',
    async check(kit) {
      await kit.batch([kit.child(), kit.child()]);
      assert.ok((await kit.changes(undefined, 1)).json.items.length <= 1);
      for (const limit of [0, 5001]) refusedWith(await kit.changes(undefined, limit), 400, 'malformed_parameter');
    } },
  { id: 'feed.forms', place: FEED, sentence: 'the feed as NDJSON has the same rows, and its Link header the cursor',
    async check(kit) {
      const json = await kit.changes(undefined, 2), rows = await kit.changes(undefined, 2, { accept: 'application/x-ndjson' });
      const set = (list) => sorted(list.map((row) => JSON.stringify(row)));
      assert.deepEqual(set(rows.rows), set(json.json.items));
      assert.match(rows.headers.link ?? '', /after=[\w-]+[^>]*>; rel="next"/);
    } },
  { id: 'feed.wait', place: FEED, sentence: 'with wait=N an answer comes when there is something, not before and not only at the end',
    async check(kit) {
      const after = await kit.feedEnd(), child = kit.child();
      let isAnswered = false;
      const waiting = kit.get(`/v1/sync/changes?wait=60&after=${encodeURIComponent(after)}`).finally(() => { isAnswered = true; });
      await kit.get('/v1/whoami');
      assert.ok(!isAnswered || (await waiting).json.items.length > 0, 'answered empty at once');
      await kit.batch([child]);
      const rows = (await waiting).json.items;
      assert.ok(rows.length > 0, 'answered with nothing');
    } },
  { id: 'feed.wait-over', place: FEED, sentence: 'a wait that finds nothing is answered with no items and a cursor',
    async check(kit) {
      const after = await kit.feedEnd();
      const { status, json } = await kit.get(`/v1/sync/changes?wait=1&after=${encodeURIComponent(after)}`);
      assert.equal(status, 200);
      assert.equal(typeof json.next, 'string');
      refusedWith(await kit.get('/v1/sync/changes?wait=61'), 400, 'malformed_parameter');
    } },
  { id: 'feed.scope', place: FEED, sentence: 'the feed holds nothing of a setting that is not granted',
    async check(kit) {
      if (!kit.other) throw new Skip('give --other-setting, one that this certificate is not granted');
      for (let after, seen = 0; seen < 20_000;) {
        const { json } = await kit.changes(after);
        assert.ok(json.items.every(({ setting }) => setting !== kit.other));
        if (json.items.length === 0) return;
        seen += json.items.length;
        after = json.next;
      }
    } },
];

/** Last: every answer of this run was held against the contract. */
export const contract = [
  { id: 'contract.answers', place: 'openapi.yaml', sentence: 'every answer of this run is one the contract knows, member for member',
    async check(kit) {
      await kit.get('/v1/whoami');
      assert.deepEqual([...new Set(kit.violations)].slice(0, 5), []);
    } },
];
