// Every kind of record goes in, comes out of the feed as it was sent, and is
// hashed as the contract says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { hashOf } from '../lib/hash.mjs';
import { contract } from '../lib/openapi.mjs';
import { builders, child, contact, ehcTransfer, plan, rollCount } from '../lib/records.mjs';
import { root, Stage } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283';
// Those settings own; what they send of the others is a proposal.
const kinds = contract.components.schemas.Record.properties.kind.enum.filter((kind) => kind !== 'ehc_transfer');
let stage;

before(async () => {
  stage = await Stage.start({ name: 'kinds' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
});
after(() => stage?.stop());

const outcomes = (answer) => answer.json.outcomes.map(({ outcome }) => outcome);
const sample = (n) => kinds.map((kind) => builders[kind](n));

test('each kind is created, found unchanged, updated and deleted', async () => {
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, sample(1))), kinds.map(() => 'created'));
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, sample(1))), kinds.map(() => 'unchanged'));
  const later = sample(1).map((record) => {
    const field = { child: ['sex', 'F'], roll: ['headcount', 31], contact: ['held_on', '2025-10-02'], transition: ['target_on', '2027-09-01'],
      involvement: ['end_on', '2026-01-31'] }[record.kind] ?? ['end_on', '2026-01-31'];
    return { ...record, revision: 2, data: { ...record.data, [field[0]]: field[1] } };
  });
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, later)), kinds.map(() => 'updated'));
  const gone = later.map(({ kind, source_id }) => ({ kind, source_id, revision: 3, op: 'delete' }));
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, gone)), kinds.map(() => 'updated'));
});

test('the feed tells each as it was sent', async () => {
  const { json: { next } } = await stage.get('school', '/v1/sync/changes?limit=5000');
  const sent = sample(2);
  await stage.batch('school', SCHOOL, sent);
  const { json } = await stage.get('school', `/v1/sync/changes?limit=5000&after=${next}`);
  const told = new Map(json.items.map((item) => [`${item.kind} ${item.source_id}`, item]));
  for (const { kind, source_id: id, data } of sent) {
    assert.deepEqual(told.get(`${kind} ${id}`).data, data);
    assert.equal(told.get(`${kind} ${id}`).child_id === null, ['post', 'roll'].includes(kind), kind);
  }
  assert.equal(json.items.length, kinds.length);
});

test('the hash is the one a supplier computes from the contract', async () => {
  const sent = [...sample(3), builders.child(4, { surname: 'Łoś-Ünder', postcode: 'M33 7ZZ' }), builders.need(3, { types: [] })];
  sent.at(-1).source_id = 'n-none';
  await stage.batch('school', SCHOOL, sent);
  const rows = [];
  for (const [table] of await stage.sql('SELECT table_name FROM core.kinds WHERE table_name IS NOT NULL'))
    rows.push(...await stage.sql(`SELECT source_id, content_hash FROM core.${table}`));
  const stored = new Map(rows.map(([id, hash]) => [id, hash.replaceAll('-', '')]));
  for (const record of sent) assert.equal(stored.get(record.source_id), hashOf(record), record.kind);
});

test('the migration that hashed stored records anew gives the same', async () => {
  const hashes = `SELECT source_id, content_hash FROM core.child_records UNION ALL SELECT source_id, content_hash FROM core.placements
    UNION ALL SELECT source_id, content_hash FROM core.needs UNION ALL SELECT source_id, content_hash FROM core.transitions ORDER BY 1`;
  const before = await stage.sql(hashes);
  await stage.sql(`BEGIN; ${readFileSync(path.join(root, 'sql/migrations/0012_hashes.sql'), 'utf8')} COMMIT;`);
  assert.deepEqual(await stage.sql(hashes), before);
  assert.ok(before.length > 8);
});

test('a list of texts is refused where one of them is none', async () => {
  const bad = [['a\nb'], ['a', 1], 'a', [''], [' '], ['a\tb'], ['a\u0000'], Array(21).fill('a'), ['x'.repeat(501)]];
  const answer = await stage.batch('school', SCHOOL, bad.map((outcomes, i) =>
    plan(3, { outcomes })).map((record, i) => ({ ...record, source_id: `bad-${i}` })));
  assert.deepEqual(answer.json.outcomes.map(({ slug, pointer }) => [slug, pointer]),
    bad.map((_, i) => ['malformed_field', `/records/${i}/data/outcomes`]));
  const fits = await stage.batch('school', SCHOOL, [contact(3, { views: Array(20).fill('x'.repeat(1000)) }, 2)]);
  assert.deepEqual(outcomes(fits), ['updated']);
  const none = await stage.batch('school', SCHOOL, [plan(3, { outcomes: [] }, 2)]);
  assert.deepEqual(none.json.outcomes.map(({ slug, pointer }) => [slug, pointer]), [['missing_field', '/records/0/data/outcomes']]);
});

test('a count of which the parts are more than the whole is counts_disagree', async () => {
  const { json } = await stage.batch('school', SCHOOL, [rollCount(5, { headcount: 4, sen_support: 3, ehcp: 2 })]);
  assert.deepEqual(json.outcomes, [{ outcome: 'refused', slug: 'counts_disagree', pointer: '/records/0/data/headcount', detail: json.outcomes[0].detail }]
    .map((outcome) => JSON.parse(JSON.stringify(outcome))));
});

test('what a school sends of the authority\'s own is proposed, and changes nothing', async () => {
  const proposals = () => stage.sql(`SELECT source_id, state, data ->> 'review_held_on' FROM core.proposals ORDER BY source_id, at, state`);
  const mixed = await stage.batch('school', SCHOOL, [ehcTransfer(6), child(6), ehcTransfer(60)]);
  assert.deepEqual(outcomes(mixed), ['proposed', 'created', 'refused']);
  assert.equal(mixed.json.proposed, 1);
  assert.deepEqual(mixed.json.outcomes[2].slug, 'unknown_child');
  assert.deepEqual(await proposals(), [['e-6', 'open', '2026-11-10']]);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [ehcTransfer(6)])), ['unchanged']);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [ehcTransfer(6, { review_held_on: '2026-11-12' }, 2)])), ['proposed']);
  assert.deepEqual(await proposals(), [['e-6', 'open', '2026-11-12']]);
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.ehc_transfers'), [['0']]);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [{ kind: 'ehc_transfer', source_id: 'e-6', revision: 3, op: 'delete' }])), ['updated']);
  assert.deepEqual(await proposals(), [['e-6', 'declined', '2026-11-12']]);
  const many = Array.from({ length: 12 }, (_, n) => ({ ...ehcTransfer(6, { year: 2027 + n }), source_id: `e-6-${n}` }));
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, many)), many.map(() => 'proposed'));
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, many)), many.map(() => 'unchanged'));
});
