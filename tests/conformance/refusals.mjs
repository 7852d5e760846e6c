// refusals.mjs — requirements on refusals: slug and pointer by kind,
// identifiers kept apart, settings, and the form of problem documents.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { outcomes, refusedWith } from './batches.mjs';
import { Skip } from './supplier.mjs';

const WIRE = 'protocol/README.md "A record on the wire"', TABLE = 'problems.tsv', CONTRACT = 'openapi.yaml';
const NOWHERE = 'urn:999998';

/** The table of refusals: slug -> [status, title]. */
const problems = new Map(readFileSync(new URL('../../protocol/problems.tsv', import.meta.url), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'))
  .map(([slug, status, title]) => [slug, [Number(status), title]]));

/** rows: [record, slug, where below the record]; all in one batch, each refused so. */
async function refusesRecords(kit, rows, before = []) {
  if (before.length) await kit.batch(before);
  const { status, json } = await kit.batch(rows.map(([record]) => record));
  assert.equal(status, 200);
  const seen = json.outcomes.map(({ outcome, slug, pointer }) => `${outcome} ${slug} ${pointer}`);
  assert.deepEqual(seen, rows.map(([, slug, where], i) => `refused ${slug} /records/${i}${where}`));
}

const without = (record, name) => {
  const { [name]: left, ...rest } = record;
  assert.notEqual(left, undefined);
  return rest;
};
const withoutData = (record, name) => ({ ...record, data: without(record.data, name) });

/** The check letter of a UPN that is wrong for its body, and the digit of an NHS number. */
function wrongUpn(body) {
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ';
  const sum = [...body].reduce((total, digit, i) => total + (i + 2) * Number(digit), 0);
  return letters[(sum + 1) % 23] + body;
}
function nhsNumber(nine) {
  const check = (11 - [...nine].reduce((total, digit, i) => total + (10 - i) * Number(digit), 0) % 11) % 11;
  return check === 10 ? null : nine + check;
}

export const refusals = [
  { id: 'refusal.record', place: TABLE, sentence: 'what is wrong with a record itself is told by slug and pointer',
    async check(kit) {
      await refusesRecords(kit, [
        [{ ...kit.nothing(), kind: 'parrot' }, 'unknown_kind', '/kind'],
        [without(kit.child(), 'kind'), 'missing_field', '/kind'],
        [without(kit.child(), 'source_id'), 'missing_field', '/source_id'],
        [without(kit.child(), 'revision'), 'missing_field', '/revision'],
        [without(kit.child(), 'data'), 'missing_field', '/data'],
        [{ ...kit.child(), op: 'upsert' }, 'unknown_code', '/op'],
        [{ ...kit.child(), colour: 'red' }, 'unknown_field', '/colour'],
        [{ ...kit.child(), data: [] }, 'malformed_field', '/data'],
        ['a text', 'malformed_field', ''],
      ]);
    } },
  { id: 'refusal.member-twice', place: WIRE, sentence: 'a member given twice refuses its record with duplicate_field',
    async check(kit) {
      const text = JSON.stringify(kit.child()).replace('"born_on"', '"surname":"Fictional","born_on"');
      const { json } = await kit.body(`{"records":[${text}]}`);
      const [{ outcome, slug, pointer }] = json.outcomes;
      assert.deepEqual([outcome, slug, pointer], ['refused', 'duplicate_field', '/records/0/data/surname']);
    } },
  { id: 'refusal.child', place: TABLE, sentence: 'the faults of a child record are told by slug and pointer',
    check: (kit) => refusesRecords(kit, [
      [withoutData(kit.child(), 'born_on'), 'missing_field', '/data/born_on'],
      [kit.child({ born_on: '2018-02-30' }), 'malformed_field', '/data/born_on'],
      [kit.child({ born_on: 20180501 }), 'malformed_field', '/data/born_on'],
      [kit.child({ surname: '' }), 'malformed_field', '/data/surname'],
      [kit.child({ surname: 'x'.repeat(121) }), 'malformed_field', '/data/surname'],
      [kit.child({ forename: 'nul\0' }), 'malformed_field', '/data/forename'],
      [kit.child({ sex: 'Q' }), 'unknown_code', '/data/sex'],
      [kit.child({ year_group: '99' }), 'unknown_code', '/data/year_group'],
      [kit.child({ upn: 'NOT-A-UPN' }), 'malformed_field', '/data/upn'],
      [kit.child({ postcode: '12345' }), 'malformed_field', '/data/postcode'],
      [kit.child({ shoe_size: 7 }), 'unknown_field', '/data/shoe_size'],
    ]) },
  { id: 'refusal.placement', place: TABLE, sentence: 'the faults of a placement are told by slug and pointer',
    async check(kit) {
      const child = kit.child();
      await refusesRecords(kit, [
        [withoutData(kit.placement(child), 'start_on'), 'missing_field', '/data/start_on'],
        [kit.placement(child, { enrolment: 'sometimes' }), 'unknown_code', '/data/enrolment'],
        [kit.placement(child, { end_on: '2001-01-01' }), 'dates_reversed', '/data/end_on'],
        [kit.placement({ source_id: kit.id('x') }), 'unknown_child', '/data/child'],
      ], [child]);
    } },
  { id: 'refusal.need', place: TABLE, sentence: 'the faults of a need are told by slug and pointer',
    async check(kit) {
      const child = kit.child();
      await refusesRecords(kit, [
        [withoutData(kit.need(child), 'provision'), 'missing_field', '/data/provision'],
        [kit.need(child, { provision: 'Q' }), 'unknown_code', '/data/provision'],
        [kit.need(child, { types: ['SLCN', 'QQQ'] }), 'unknown_code', '/data/types'],
        [kit.need(child, { types: 'SLCN' }), 'malformed_field', '/data/types'],
        [kit.need(child, { end_on: '2001-01-01' }), 'dates_reversed', '/data/end_on'],
        [kit.need({ source_id: kit.id('x') }), 'unknown_child', '/data/child'],
      ], [child]);
    } },
  { id: 'refusal.transition', place: TABLE, sentence: 'the faults of a transition are told by slug and pointer',
    async check(kit) {
      const child = kit.child();
      await refusesRecords(kit, [
        [withoutData(kit.transition(child), 'year'), 'missing_field', '/data/year'],
        [kit.transition(child, { year: 1066 }), 'malformed_field', '/data/year'],
        [kit.transition(child, { kind: 'QQQ' }), 'unknown_code', '/data/kind'],
        [kit.transition(child, { to_setting: 'somewhere' }), 'malformed_field', '/data/to_setting'],
        [kit.transition(child, { to_setting: NOWHERE }), 'unknown_setting', '/data/to_setting'],
        [kit.transition({ source_id: kit.id('x') }), 'unknown_child', '/data/child'],
      ], [child]);
    } },

  { id: 'identifiers.noted', place: WIRE, sentence: 'a UPN, ULN or NHS number with a wrong check character is kept apart and noted, not refused',
    async check(kit) {
      const answer = await kit.batch([kit.child(), kit.child({ upn: wrongUpn('000000000000'), uln: '1000000001', nhs_number: '9990000124' })]);
      assert.deepEqual(outcomes(answer), ['created', 'created']);
      assert.deepEqual(answer.json.notes.map(({ slug, pointer }) => [slug, pointer]), [
        ['upn_check_letter', '/records/1/data/upn'], ['uln_check_digit', '/records/1/data/uln'],
        ['nhs_check_digit', '/records/1/data/nhs_number']]);
    } },
  { id: 'identifiers.good', place: WIRE, sentence: 'an NHS number whose check digit holds is not noted, with blanks or without',
    async check(kit) {
      // 999 is the range the NHS keeps for tests.
      const number = [...'0123456789'].map((digit) => nhsNumber(`99900012${digit}`)).find(Boolean);
      const child = kit.child({ nhs_number: number });
      assert.deepEqual((await kit.batch([child])).json.notes, []);
      const spaced = number.replace(/^(...)(...)/, '$1 $2 ');
      assert.deepEqual(outcomes(await kit.batch([{ ...child, data: { ...child.data, nhs_number: spaced } }])), ['unchanged']);
    } },

  { id: 'setting.unknown', place: TABLE, sentence: 'a setting that does not exist is 403 setting_not_granted',
    async check(kit) {
      refusedWith(await kit.batch([kit.nothing()], { setting: NOWHERE }), 403, 'setting_not_granted');
    } },
  { id: 'setting.not-granted', place: TABLE, sentence: 'a setting that is not granted is answered exactly like one that does not exist',
    async check(kit) {
      if (!kit.other) throw new Skip('give --other-setting, one that this certificate is not granted');
      const answer = await kit.batch([kit.nothing()], { setting: kit.other });
      refusedWith(answer, 403, 'setting_not_granted');
      assert.equal(answer.text, (await kit.batch([kit.nothing()], { setting: NOWHERE })).text);
    } },
  { id: 'setting.parameter', place: CONTRACT, sentence: 'a batch names its setting: without it 400 missing_parameter, misspelt malformed_parameter',
    async check(kit) {
      const headers = { 'idempotency-key': randomUUID() };
      refusedWith(await kit.request('POST', '/v1/sync/batches', { body: { records: [] }, headers }), 400, 'missing_parameter');
      refusedWith(await kit.batch([], { setting: 'banana' }), 400, 'malformed_parameter');
    } },

  { id: 'problem.shape', place: `${CONTRACT} Problem`, sentence: 'a refusal is an RFC 9457 document whose type, title and status are a row of the table',
    async check(kit) {
      const answers = [await kit.get('/v1/nothing-is-here'), await kit.get('/v1/settings?colour=red'),
        await kit.get('/v1/clients'), await kit.request('DELETE', '/v1/whoami'), await kit.body('{'), await kit.body('{}')];
      for (const { status, type, json } of answers) {
        assert.match(type, /^application\/problem\+json/);
        const slug = /^\/problems\/([a-z_]+)$/.exec(json.type)?.[1];
        assert.ok(problems.has(slug), `${slug} is a row of the table`);
        assert.deepEqual([json.status, json.title], problems.get(slug));
        assert.equal(json.status, status);
      }
    } },
  { id: 'problem.no-echo', place: 'protocol/README.md "Invariants"', sentence: 'no refusal repeats a value that was sent',
    async check(kit) {
      const secret = `Zq${kit.run}Zq`, child = kit.child();
      const key = `key-${randomUUID()}`;
      await kit.batch([kit.nothing()], { key });
      const answers = [
        await kit.get(`/v1/${secret}`), await kit.get(`/v1/settings?limit=${secret}`), await kit.get(`/v1/settings?${secret}=1`),
        await kit.get(`/v1/settings/urn:${secret}`), await kit.get(`/v1/sync/changes?after=${secret}`),
        await kit.get('/v1/settings', { accept: `image/${secret}` }),
        await kit.body(`{"records":[{"kind":"child","data":{"surname":"${secret}"`),
        await kit.body(`{"kind":"child","data":{"surname":"${secret}"`, 'application/x-ndjson'),
        await kit.body(secret, `text/${secret}`),
        await kit.batch([], { setting: secret }), await kit.batch([kit.child({ surname: secret })], { key }),
        await kit.batch([
          kit.child({ born_on: secret }), kit.child({ surname: secret, sex: 'Q' }), kit.child({ sex: secret }),
          kit.child({ upn: secret }), kit.child({ uln: secret }), kit.child({ nhs_number: secret }),
          kit.child({ postcode: secret }), kit.child({ [`${secret} is no name`]: 1 }),
          kit.need({ source_id: secret }), kit.need(child, { types: [secret] }), kit.need(child, { provision: secret }),
          kit.transition(child, { to_setting: secret }), { ...kit.child(), op: secret }, { ...kit.child(), kind: secret },
          { ...kit.child(), revision: secret }, { ...kit.nothing(), source_id: secret.repeat(20) },
        ]),
      ];
      assert.equal(answers.at(-1).json.refused, 16, 'all of them are refused');
      for (const { text, headers } of answers)
        assert.ok(!`${text}${JSON.stringify(headers)}`.toLowerCase().includes(secret.toLowerCase()),
          `repeats what was sent: ${text.slice(0, 200)}`);
    } },
];
