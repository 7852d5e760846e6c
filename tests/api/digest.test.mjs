// A school proves to itself that the authority holds what it sent: by one
// number a kind, then by buckets, then by records.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { digestOf, hashOf } from '../lib/hash.mjs';
import { contract } from '../lib/openapi.mjs';
import { builders, child, need } from '../lib/records.mjs';
import { Stage } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283', OTHER = 'urn:106284';
// Those settings own; what they send of the others is a proposal.
const kinds = contract.components.schemas.Record.properties.kind.enum.filter((kind) => kind !== 'ehc_transfer');
const bucketOf = (id) => createHash('sha256').update(id).digest()[0];
let stage;

before(async () => {
  stage = await Stage.start({ name: 'digest' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('other', 'school_system', { settings: [OTHER] });
  await stage.addClient('officer', 'la_officer');
  await stage.addClient('auditor', 'auditor');
});
after(() => stage?.stop());

const ask = async (client, query = '') => {
  const answer = await stage.get(client, `/v1/sync/digest?setting=${SCHOOL}${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.items;
};
const outcomes = (answer) => answer.json.outcomes.map(({ outcome }) => outcome);
const mine = new Map(); // what the school holds
const holds = (kind) => [...mine.values()].filter((record) => record.kind === kind);
async function send(records) {
  const answer = await stage.batch('school', SCHOOL, records);
  for (const record of records) {
    if (record.was) mine.delete(`${record.kind} ${record.was}`);
    if (record.op === 'delete') mine.delete(`${record.kind} ${record.source_id}`);
    else mine.set(`${record.kind} ${record.source_id}`, record);
  }
  return outcomes(answer);
}
const isIdentical = async () => assert.deepEqual(await ask('school'), kinds
  .map((kind) => ({ kind, records: holds(kind).length, digest: digestOf(holds(kind).map(hashOf)) }))
  .sort((a, b) => order(a.kind) - order(b.kind) || (a.kind < b.kind ? -1 : 1)));
const order = (kind) => (kind === 'child' ? 1 : ['post', 'roll'].includes(kind) ? 3 : 2);

test('a setting that sent nothing has no records and zero digests', isIdentical);

test('what a school holds and what it sent have one digest, through puts, deletes and new ids', async () => {
  for (let n = 1; n <= 30; n++) await send(kinds.map((kind) => builders[kind](n)));
  await isIdentical();
  await send([need(1, { provision: 'E' }, 2), { kind: 'need', source_id: 'n-2', revision: 2, op: 'delete' }]);
  await isIdentical();
  assert.deepEqual(await send([{ ...need(3, {}, 2), source_id: 'n-new', was: 'n-3' }]), ['updated']);
  await isIdentical();
  const moved = [{ ...child(4, {}, 2), source_id: 'c-new', was: 'c-4' },
    ...kinds.filter((kind) => order(kind) === 2).map((kind) => builders[kind](4, { child: 'c-new' }))];
  assert.deepEqual(await send(moved), moved.map(() => 'updated'));
  await isIdentical();
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, moved)), moved.map(() => 'unchanged'));
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [{ ...need(5, {}, 9), source_id: 'n-6', was: 'n-5' }])), ['refused']);
  await isIdentical();
});

test('a former id in a batch is kept when a later revision of the record stands', async () => {
  assert.deepEqual(await send([{ ...need(7, {}, 2), source_id: 'n-moved', was: 'n-7' },
    { ...need(7, { provision: 'N' }, 3), source_id: 'n-moved' }]), ['stale', 'updated']);
  await isIdentical();
});

test('the buckets of a kind, and the records of a bucket, are those of the school', async () => {
  const buckets = await ask('school', '&kind=need');
  const wanted = new Map();
  for (const record of holds('need')) {
    const at = bucketOf(record.source_id);
    wanted.set(at, [...(wanted.get(at) ?? []), record]);
  }
  assert.deepEqual(buckets, [...wanted].sort(([a], [b]) => a - b)
    .map(([bucket, records]) => ({ bucket, records: records.length, digest: digestOf(records.map(hashOf)) })));
  const { bucket } = buckets.at(-1);
  const rows = await ask('school', `&kind=need&bucket=${bucket}`);
  assert.deepEqual(rows.map(({ source_id, hash, revision }) => ({ source_id, hash, revision })), wanted.get(bucket)
    .map((record) => ({ source_id: record.source_id, hash: hashOf(record), revision: record.revision })));
  const [[audited]] = await stage.sql(`SELECT child_ids FROM audit.entries
    WHERE action = 'GET /v1/sync/digest' ORDER BY id DESC LIMIT 1`);
  assert.match(audited, new RegExp(rows[0].child_id));
});

test('an officer reads any setting\'s, another school and an auditor do not', async () => {
  assert.equal((await ask('officer')).length, kinds.length);
  const other = await stage.get('other', `/v1/sync/digest?setting=${SCHOOL}`);
  assert.deepEqual([other.status, other.json.type.split('/').at(-1)], [403, 'setting_not_granted']);
  assert.equal((await stage.get('auditor', `/v1/sync/digest?setting=${SCHOOL}`)).status, 403);
});

test('a kind nobody knows, and a bucket of no kind, are refused', async () => {
  const slug = async (query) => (await stage.get('school', `/v1/sync/digest?setting=${SCHOOL}${query}`)).json.type.split(/[/:]/).at(-1);
  assert.equal(await slug('&kind=parrot'), 'unknown_kind');
  assert.equal(await slug('&bucket=3'), 'missing_parameter');
  assert.equal(await slug('&kind=need&bucket=256'), 'malformed_parameter');
});
