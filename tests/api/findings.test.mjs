// What the law makes of each setting's SENCO: findings by every role and in
// every form, filters, days and what was known; and one setting explained.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaseload, asCsv, authority, SETTING, settingId, slug } from '../lib/authority.mjs';
import { csvRows } from '../lib/stub_server.mjs';

const ON = '2026-11-25';
const { primary: A, primary2: B, secondary: S, nursery: N1, nursery2: N2 } = SETTING;
let stage, north;
const ids = {};

/** A member of staff with posts [ref, kind, from, to, more columns] and qualifications [kind, state, began, completed]. */
async function person(name, posts, qualifications = []) {
  const quoted = (value) => (value === null || value === undefined ? 'NULL' : `'${value}'`);
  const [[id]] = await stage.sql(`INSERT INTO core.staff (name) VALUES ('${name}') RETURNING id`);
  for (const [ref, kind, from, to, more = {}] of posts) {
    const names = Object.keys(more), values = Object.values(more).map(quoted);
    await stage.sql(`INSERT INTO core.posts (${['staff_id', 'setting_id', 'kind', 'from_on', 'to_on', 'known_from', ...names]})
      VALUES (${[id, await settingId(stage, ref), quoted(kind), quoted(from), quoted(to), "'2020-01-01'", ...values]})`);
  }
  for (const [kind, state, began, completed] of qualifications)
    await stage.sql(`INSERT INTO core.qualifications (staff_id, kind, state, began_on, completed_on, known_from)
      VALUES (${[id, quoted(kind), quoted(state), quoted(began), quoted(completed), "'2020-01-01'"]})`);
  return Number(id);
}

before(async () => {
  stage = await authority('findings');
  ids.ada = await person('Ada Example', [[A, 'senco', '2022-09-01', null, { hours_per_week: 12 }]], [['qts', 'held']]);
  ids.bea = await person('Bea Example', [[B, 'senco', '2020-09-01', '2026-10-31'], [S, 'senco', '2025-09-01', null, { hours_per_week: 20 }]],
    [['qts', 'held'], ['nasenco', 'held', '2015-09-01', '2016-07-01']]);
  await person('Cy Example', [[N1, 'senco', '2025-09-01', null]]);
  north = await addCaseload(stage, 'Fictional North', [[N1], [N2]], { holder: 'senco' });
  await stage.addClient('newcomer', 'area_senco');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await stage.addClient('school', 'school_system', { settings: [A] });
  await stage.addClient('teacher', 'senco', { staff: ids.bea });
});
after(() => stage?.stop());

const findings = async (who, query = '') => (await stage.get(who, `/v1/findings?on=${ON}${query}`)).json.items;
const brief = (rows) => rows.map(({ setting, finding }) => `${setting} ${finding}`).sort();

test('an officer has all of them, in one shape and every form, the gravest first', async () => {
  const rows = await findings('officer');
  assert.deepEqual((await stage.get('officer', `/v1/findings?on=${ON}`, { accept: 'application/x-ndjson' })).rows, rows);
  const csv = csvRows((await stage.get('officer', `/v1/findings?on=${ON}`, { accept: 'text/csv' })).text);
  assert.deepEqual(csv.map((row) => ({ ...row, inputs: JSON.stringify(JSON.parse(row.inputs)) })), rows.map(asCsv));
  const ranks = rows.map(({ severity }) => ['error', 'warn', 'info'].indexOf(severity));
  assert.deepEqual(ranks, [...ranks].sort());
  assert.deepEqual(rows.find(({ setting }) => setting === A), { setting_id: await settingId(stage, A), setting: A,
    setting_name: rows.find(({ setting }) => setting === A).setting_name, staff_id: ids.ada, staff: 'Ada Example', state: 'OVERDUE',
    rule: 'senco_q4_anniversary_months', finding: 'qualification_overdue', severity: 'error',
    sentence: 'Ada Example became SENCO on 1 September 2022 and had to hold the qualification by 1 September 2025; none that counts is recorded.',
    inputs: rows.find(({ setting }) => setting === A).inputs, reference: 'SI 2014/1530 reg 49(4)' });
  assert.deepEqual(rows.find(({ setting }) => setting === A).inputs, { on: ON, type: '1', regime: 'school', kind: 'senco', arrangement: 'own',
    duty: 'A mainstream maintained school must designate a SENCO.', is_acting: false, became_on: '2022-09-01', anniversary_on: '2025-09-01',
    is_head: false, is_qualified_teacher: true, months: 36, qualification: 'qualification_overdue' });
  const vacant = rows.find(({ setting }) => setting === B);
  assert.deepEqual([vacant.finding, vacant.staff, vacant.staff_id, vacant.state, vacant.inputs.vacant_since],
    ['senco_vacant', null, null, 'VACANT', '2026-11-01']);
  assert.deepEqual(await findings('manager'), rows);
});

test('who sees which: caseload, own settings, and whoever has none gets none', async () => {
  assert.deepEqual(brief(await findings('senco')), [`${N2} senco_not_identified`]);
  assert.deepEqual(await findings('newcomer'), []);
  assert.deepEqual(brief(await findings('school')), [`${A} qualification_overdue`]);
  assert.deepEqual(await findings('teacher'), [], 'of the school where she is SENCO today nothing is to be said');
  for (const who of ['administrator', 'auditor'])
    for (const target of ['/v1/findings', `/v1/settings/${A}/senco`]) {
      const answer = await stage.get(who, target);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${target}`);
    }
});

test('each filter keeps what it names', async () => {
  const all = await findings('officer');
  for (const [query, kept] of [[`&setting=${A}`, ({ setting }) => setting === A], ['&severity=error', ({ severity }) => severity === 'error'],
    ['&severity=warn,info', ({ severity }) => severity !== 'error'], ['&finding=senco_vacant,qualification_overdue',
      ({ finding }) => ['senco_vacant', 'qualification_overdue'].includes(finding)], ['&state=OVERDUE', ({ state }) => state === 'OVERDUE'],
    ['&rule=senco_q4_anniversary_months', ({ rule }) => rule === 'senco_q4_anniversary_months'],
    [`&caseload=${north}`, ({ setting }) => [N1, N2].includes(setting)],
    ['&caseload=999999', () => false], ['&setting=urn:999998', () => false], ['&finding=none_such', () => false]]) {
    const expected = all.filter(kept);
    assert.deepEqual(await findings('officer', query), expected, query);
    if (kept.toString() !== '() => false') assert.ok(expected.length > 0 && expected.length < all.length, query);
  }
  assert.deepEqual(await findings('senco', `&setting=${A}`), [], 'of a foreign setting none');
});

test('a day and what was known: before the anniversary, and before the correction', async () => {
  const at = async (on, query = '') => brief((await stage.get('officer', `/v1/findings?on=${on}&setting=${A}${query}`)).json.items);
  assert.deepEqual(await at('2025-09-01'), [`${A} anniversary_near`]);
  assert.deepEqual(await at('2025-09-02'), [`${A} qualification_overdue`]);
  assert.deepEqual(await at('2025-09-02', '&as_of=2019-06-01T00:00:00Z'), [`${A} senco_never_recorded`]);
});

test('one setting explained, to those who may see it', async () => {
  const { json, status } = await stage.get('officer', `/v1/settings/${S}/senco?on=${ON}`);
  assert.equal(status, 200);
  assert.deepEqual([json.state, json.senco, json.staff_id, json.sencos, json.became_on, json.anniversary_on, json.due_on, json.prior_days,
    json.severity, json.is_compliant, json.rule, json.regime],
  ['EXEMPT_PRIOR_SERVICE', 'Bea Example', ids.bea, 1, '2025-09-01', '2028-09-01', null, 1826, null, true, 'senco_q3_prior_service_months', 'school']);
  assert.deepEqual(json.holders, [{ staff_id: ids.bea, name: 'Bea Example', kind: 'senco', arrangement: 'own', hours_per_week: 20,
    is_acting: false, became_on: '2025-09-01', state: 'EXEMPT_PRIOR_SERVICE' }]);
  assert.equal(json.sentence, 'Bea Example was SENCO before for more than 12 months in total.');
  const vacant = (await stage.get('officer', `/v1/settings/${B}/senco?on=${ON}`)).json;
  assert.deepEqual([vacant.state, vacant.senco, vacant.holders, vacant.severity], ['VACANT', null, [], 'error']);
  for (const [who, ref, expected] of [['teacher', S, 200], ['teacher', A, 404], ['school', A, 200], ['school', B, 404],
    ['senco', N1, 200], ['senco', A, 404], ['newcomer', N1, 404], ['manager', N1, 200], ['officer', 'urn:999998', 404]]) {
    const answer = await stage.get(who, `/v1/settings/${ref}/senco?on=${ON}`);
    assert.equal(answer.status, expected, `${who} ${ref}`);
    if (expected === 404) assert.equal(slug(answer), 'not_found');
  }
});

test('a parameter that is none is refused', async () => {
  for (const [target, why, pointer] of [['/v1/findings?on=2026-02-30', 'malformed_parameter', 'on'],
    ['/v1/findings?as_of=yesterday', 'malformed_parameter', 'as_of'], ['/v1/findings?severity=grave', 'malformed_parameter', 'severity'],
    ['/v1/findings?state=LATE', 'malformed_parameter', 'state'], ['/v1/findings?setting=106283', 'malformed_parameter', 'setting'],
    ['/v1/findings?caseload=north', 'malformed_parameter', 'caseload'], ['/v1/findings?limit=3', 'unknown_parameter', undefined],
    [`/v1/settings/${A}/senco?as_of=2026`, 'malformed_parameter', 'as_of']]) {
    const answer = await stage.get('officer', target);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [400, why, pointer], target);
  }
});
