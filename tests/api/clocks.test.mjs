// The statutory timetable: read by everybody, explained for any start; and
// the terms in which school days are counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaseload, authority, SETTING, slug } from '../lib/authority.mjs';

let stage;
const EVERYBODY = ['school', 'senco', 'officer', 'administrator', 'auditor'];

before(async () => {
  stage = await authority('clocks');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional East', [[SETTING.primary]], { holder: 'senco' });
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer), answer.json.pointer ?? null];
const explain = async (query, who = 'officer') => stage.get(who, `/v1/clocks/${query}`);
const put = async (who, body, query = '') => stage.request(who, 'PUT', `/v1/terms/2027${query}`, { body });

test('every clock has its source, for everybody and in three forms', async () => {
  for (const who of EVERYBODY) assert.equal((await stage.get(who, '/v1/clocks')).status, 200, who);
  const { json: { items } } = await stage.get('officer', '/v1/clocks?process=assessment&on=2026-11-25');
  assert.ok(items.length >= 7);
  for (const { reference, sentence, process } of items) assert.ok(reference && sentence && process === 'assessment');
  assert.deepEqual((await stage.get('officer', '/v1/clocks?process=assessment&on=2026-11-25', { accept: 'application/x-ndjson' })).rows, items);
  assert.match((await stage.get('officer', '/v1/clocks', { accept: 'text/csv' })).text, /^clock,valid_from,/);
  assert.deepEqual((await stage.get('officer', '/v1/clocks?on=2001-01-01')).json.items, []);
  assert.equal((await stage.get('senco', '/v1/clocks/exceptions')).json.items.length, 4);
});

test('a date is explained', async () => {
  const { json } = await explain('final_plan/explain?start=2026-11-25');
  assert.deepEqual([json.due_on, json.counting, json.reference, json.version, json.owner, json.exceptions.length],
    ['2027-04-14', '20 weeks after 2026-11-25', 'SI 2014/1530 reg 13(2)', '2014-09-01', 'la', 4]);
  assert.deepEqual(refused(await explain('no_such_clock/explain?start=2026-11-25')), [404, 'not_found', null]);
  assert.equal((await explain('final_plan/explain')).status, 400);
  assert.equal((await explain('final_plan/explain?start=2026-02-30')).status, 400);
});

test('school days are counted by the authority\'s terms, or a setting\'s own', async () => {
  const ctf = async () => (await explain(`ctf_sent/explain?start=2026-09-04&setting=${SETTING.primary}`)).json.due_on;
  assert.equal(await ctf(), null, 'no calendar, no guess');
  const { json } = await put('officer', { terms: ['2026-09-02/2026-10-23', '2026-11-02/2026-12-18'], closures: ['2026-09-02'] });
  assert.deepEqual(json.items.map(({ from_on: from, school_days: days, closures }) => [from, days, closures]),
    [['2026-09-02', 37, ['2026-09-02']], ['2026-11-02', 35, []]]);
  assert.equal(await ctf(), '2026-09-25');
  assert.equal((await put('school', { terms: ['2026-09-14/2026-10-23'] }, `?setting=${SETTING.primary}`)).status, 200);
  assert.equal(await ctf(), '2026-10-02');
  assert.equal((await stage.get('senco', `/v1/terms/2027?setting=${SETTING.primary}`)).json.items.length, 1);
  for (const who of EVERYBODY) assert.equal((await stage.get(who, '/v1/terms/2027')).json.items.length, 2, who);
});

test('whose terms they are not, and what is no term, is refused with its place', async () => {
  assert.deepEqual(refused(await put('school', { terms: ['2026-09-14/2026-10-23'] })), [403, 'forbidden', null]);
  assert.deepEqual(refused(await put('school', { terms: [] }, `?setting=${SETTING.primary2}`)), [422, 'missing_field', '/terms']);
  assert.deepEqual(refused(await put('school', { terms: ['2026-09-14/2026-10-23'] }, `?setting=${SETTING.primary2}`)), [404, 'not_found', null]);
  for (const who of ['senco', 'administrator', 'auditor'])
    assert.deepEqual(refused(await put(who, { terms: ['2026-09-14/2026-10-23'] })), [403, 'forbidden', null], who);
  assert.deepEqual(refused(await put('officer', { terms: ['2026-09-14/2026-10-23', '2026-10-20/2026-12-18'] })), [422, 'malformed_field', '/terms/1']);
  assert.deepEqual(refused(await put('officer', { terms: ['2026-10-23/2026-09-14'] })), [422, 'dates_reversed', '/terms/0']);
  assert.deepEqual(refused(await put('officer', { terms: ['2026-09-14/2026-10-23'], closures: ['2026-12-24'] })), [422, 'malformed_field', '/closures/0']);
  assert.equal((await stage.get('officer', '/v1/terms/2027')).json.items.length, 2, 'nothing half-applied');
});
