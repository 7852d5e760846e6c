// The moves settings plan: each once, in pages, by year and by child; what is
// withdrawn is gone, what is changed is the newest.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, everyPage, rowsInEveryForm, send, SETTING, settingId, slug }
  from '../lib/authority.mjs';
import { child, placement, transition } from '../lib/records.mjs';

const KINDS = ['EYS', 'INJ', 'PRM', 'PRS', 'MDS', 'SEP', 'P16', 'INY', '6FS', 'MOV'];
let stage;
const sent = []; // [ref, source_id, child, kind, year]

before(async () => {
  stage = await authority('transitions');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('other', 'school_system', { settings: [SETTING.primary2, SETTING.secondary] });
  await addCaseload(stage, 'Fictional North', [[SETTING.primary2]], { holder: 'senco' });
  for (const [who, ref, first] of [['school', SETTING.primary, 0], ['other', SETTING.primary2, 100]]) {
    const records = [];
    for (let n = first; n < first + 12; n++) {
      records.push(child(n), placement(n));
      for (const year of n % 3 ? [2027] : [2027, 2028]) {
        const plan = { ...transition(n, { kind: KINDS[n % 10], year, to_setting: n % 2 ? SETTING.secondary : null }), source_id: `t-${n}-${year}` };
        records.push(plan);
        sent.push([ref, plan.source_id, `c-${n}`, plan.data.kind, year]);
      }
    }
    await send(stage, who, ref, records);
  }
});
after(() => stage?.stop());

const all = (who = 'officer', query = 'limit=1000') => everyPage(stage, who, `/v1/transitions?${query}`);
const plans = (rows) => rows.map((row) => `${row.setting} ${row.kind} ${row.year}`).sort();
const expected = (keep = () => true) => sent.filter(keep).map(([ref, , , kind, year]) => `${ref} ${kind} ${year}`).sort();

test('every plan is in the list once, in whatever pages', async () => {
  for (const limit of [1, 3, 7, 1000]) {
    const rows = await all('officer', `limit=${limit}`);
    assert.deepEqual(plans(rows), expected(), `limit ${limit}`);
    assert.equal(new Set(rows.map(({ transition_id: id }) => id)).size, sent.length);
    assert.deepEqual(rows.map(({ transition_id: id }) => id), rows.map(({ transition_id: id }) => id).sort());
  }
  await rowsInEveryForm(stage, 'officer', '/v1/transitions?limit=1000');
});

test('each sees the plans of their own settings; who is planned for does not see them yet', async () => {
  assert.deepEqual(plans(await all('school')), expected(([ref]) => ref === SETTING.primary));
  assert.deepEqual(plans(await all('senco')), expected(([ref]) => ref === SETTING.primary2));
  await stage.addClient('receiver', 'school_system', { settings: [SETTING.secondary] });
  assert.deepEqual(await all('receiver'), []);
});

test('year and child narrow the list, together too', async () => {
  for (const year of [2027, 2028, 2029])
    assert.deepEqual(plans(await all('officer', `year=${year}&limit=5`)), expected((plan) => plan[4] === year), String(year));
  for (const n of [0, 1, 103]) {
    const ref = n < 100 ? SETTING.primary : SETTING.primary2, id = await childId(stage, ref, `c-${n}`);
    assert.deepEqual(plans(await all('officer', `child=${id}`)), expected((plan) => plan[0] === ref && plan[2] === `c-${n}`));
    assert.deepEqual(plans(await all('officer', `child=${id}&year=2028`)),
      expected((plan) => plan[0] === ref && plan[2] === `c-${n}` && plan[4] === 2028));
    assert.deepEqual((await all('senco', `child=${id}`)).length > 0, ref === SETTING.primary2);
  }
  assert.deepEqual(await all('officer', `child=${randomUUID()}`), []);
});

test('a row is the plan as it was sent, with both settings named', async () => {
  await send(stage, 'school', SETTING.primary, [child(50), { ...transition(50, { kind: 'PRS', year: 2029, to_setting: 'laestab:3584015',
    target_on: '2029-09-01', parent_agreed_on: '2029-03-01', meeting_on: '2029-06-01', form_sent_on: '2029-05-01',
    form_acknowledged_on: '2029-05-09' }) }]);
  const [{ transition_id: id, known_from: known, ...row }] = await all('officer', 'year=2029');
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Date.now() - Date.parse(known)) < 60000);
  assert.deepEqual(row, { child_id: await childId(stage, SETTING.primary, 'c-50'), kind: 'PRS', year: 2029,
    setting_id: await settingId(stage, SETTING.primary), setting: SETTING.primary, setting_name: 'Navigation Primary School',
    to_setting_id: await settingId(stage, SETTING.secondary), to_setting: SETTING.secondary, to_setting_name: 'Lostock High School',
    target_on: '2029-09-01', parent_agreed_on: '2029-03-01', meeting_on: '2029-06-01', form_sent_on: '2029-05-01',
    form_acknowledged_on: '2029-05-09' });
});

test('a changed plan keeps its id, a withdrawn one is gone, one put again is back', async () => {
  const [{ transition_id: id }] = await all('officer', 'year=2029');
  await send(stage, 'school', SETTING.primary, [transition(50, { year: 2029, kind: 'INY', to_setting: null }, 2)]);
  assert.deepEqual((await all('officer', 'year=2029')).map((row) => [row.transition_id, row.kind, row.to_setting]), [[id, 'INY', null]]);
  await send(stage, 'school', SETTING.primary, [{ kind: 'transition', source_id: 't-50', revision: 3, op: 'delete' }]);
  assert.deepEqual(await all('officer', 'year=2029'), []);
  assert.deepEqual(plans(await all()), expected());
  await send(stage, 'school', SETTING.primary, [transition(50, { year: 2029, kind: 'MOV' }, 4)]);
  assert.deepEqual((await all('school', 'year=2029')).map(({ kind }) => kind), ['MOV']);
});

test('pages are audited with the children on them', async () => {
  const last = Number((await stage.sql('SELECT max(id) FROM audit.entries'))[0][0]);
  const { json } = await stage.get('officer', '/v1/transitions?limit=6');
  const ids = [...new Set(json.items.map(({ child_id: id }) => id))].sort();
  assert.deepEqual(await stage.sql(`SELECT action, role, array_to_string(ARRAY(SELECT unnest(child_ids) ORDER BY 1), ',')
    FROM audit.entries WHERE id > ${last}`), [['GET /v1/transitions', 'la_officer', ids.join(',')]]);
});

test('what cannot be meant is refused with the parameter', async () => {
  for (const [query, why, pointer] of [
    ['year=0', 'malformed_parameter', 'year'], ['year=2101', 'malformed_parameter', 'year'], ['year=', 'malformed_parameter', 'year'],
    ['year=2027&year=2028', 'malformed_parameter', 'year'], ['child=7', 'malformed_parameter', 'child'],
    ['child=', 'malformed_parameter', 'child'], ['limit=0', 'malformed_parameter', 'limit'],
    ['after=x', 'malformed_parameter', 'after'], ['kind=PRS', 'unknown_parameter', undefined]]) {
    const answer = await stage.get('officer', `/v1/transitions?${query}`);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [400, why, pointer], query);
  }
  assert.equal((await stage.request('officer', 'POST', '/v1/transitions', { body: {} })).status, 405);
});
