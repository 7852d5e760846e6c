// How are my nurseries: each setting of a caseload with its SENCO, children
// with SEN support and plans, who moves, how long it has been silent and what
// is due. The expected numbers are counted here from the records sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, everyPage, rowsInEveryForm, send, SETTING, settingId, slug }
  from '../lib/authority.mjs';
import { child, need, placement, transition } from '../lib/records.mjs';

const ON = '2026-11-10'; // the school year that ends in 2027
const { nursery: N1, nursery2: N2, nursery3: N3, nursery4: N4, infant: INFANT } = SETTING;
let stage, north, south;
const sent = new Map(); // ref -> what its children are

before(async () => {
  stage = await authority('caseloads');
  await stage.addClient('nurseries', 'school_system', { settings: [N1, N2, N3, N4, INFANT] });
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  north = await addCaseload(stage, 'Fictional North', [[N1], [N2, "'2026-11-10'"], [N3, "'2020-01-01'", "'2026-11-10'"],
    [INFANT]], { holder: 'senco', staff: 'Nora Fictional-Area' });
  south = await addCaseload(stage, 'Fictional South', [[N4]], { holder: 'colleague', staff: 'Sam "S" Fictional-Area' });
  await fill(N1, [
    { born: '2023-03-01', provision: 'K' }, { born: '2023-08-31', provision: 'K' }, { born: '2022-09-01', provision: 'E' },
    { born: '2022-10-01', provision: 'N' }, { born: '2023-09-01', provision: 'K' }, { born: '2024-06-01', provision: null },
    { born: '2023-01-01', provision: 'K', until: '2026-11-09' }, { born: '2023-01-01', provision: 'E', from: '2026-11-11' },
    { born: '2023-01-02', provision: 'E', needUntil: '2026-11-09' }]);
  await fill(INFANT, [
    { born: '2020-01-15', year: '2', provision: 'E' }, { born: '2020-02-15', year: '2', provision: 'K' },
    { born: '2021-01-15', year: '1', provision: 'E' }, { born: '2019-02-01', year: '2', provision: 'N' },
    { born: '2023-04-01', year: 'N2', provision: 'K', move: 2027 }, { born: '2023-04-02', year: 'N2', provision: 'K', move: 2028 }]);
  await fill(N4, [{ born: '2023-03-01', provision: 'E' }]);
  await stage.sql(`WITH s AS (INSERT INTO core.staff (name) VALUES ('Former Fictional-Senco'), ('Present Fictional, "Senco"'),
      ('Deputy Fictional-Senco') RETURNING id, name)
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on)
    SELECT id, ${await settingId(stage, N1)}, CASE WHEN name LIKE 'Deputy%' THEN 'deputy' ELSE 'senco' END,
      CASE WHEN name LIKE 'Present%' THEN date '2026-11-10' ELSE '2020-01-01' END,
      CASE WHEN name LIKE 'Former%' THEN date '2026-11-09' END FROM s`);
});
after(() => stage?.stop());

async function fill(ref, people) {
  sent.set(ref, people);
  await send(stage, 'nurseries', ref, people.flatMap((one, i) => {
    const name = `${ref.replace(/\W/g, '')}-${i}`;
    const records = [child(name, { born_on: one.born, year_group: one.year ?? null }),
      placement(name, { start_on: one.from ?? '2025-09-01', end_on: one.until ?? null })];
    if (one.provision) records.push(need(name, { provision: one.provision, start_on: '2025-09-01', end_on: one.needUntil ?? null }));
    if (one.move) records.push(transition(name, { kind: 'EYS', year: one.move }));
    return records;
  }));
}

/** What the report must say of a setting, from what was sent: school years by hand. */
function expected(ref, on = ON) {
  const here = sent.get(ref)?.filter((one) => (one.from ?? '2025-09-01') <= on && (one.until ?? '9999') >= on) ?? [];
  const with_ = (code) => here.filter((one) => one.provision === code && (one.needUntil ?? '9999') >= on).length;
  const moves = here.filter((one) => {
    if (one.move) return one.move === 2027;
    if (ref === INFANT) return one.year === '2';
    return one.born <= '2023-08-31'; // school starts in September 2027 at the latest
  });
  const plans = moves.some((one) => one.provision === 'E' && (one.needUntil ?? '9999') >= on);
  const support = moves.some((one) => one.provision === 'K' && (one.needUntil ?? '9999') >= on);
  const due = plans ? ['2027-02-15', 'phase_transfer_before_15_february', 'final plan']
    : support ? ['2027-05-31', 'rag_support_form_sent', 'transition form sent'] : [null, null, null];
  return { sen_support: with_('K'), ehc_plan: with_('E'), moving: moves.length,
    next_deadline_on: due[0], next_deadline: due[1], next_deadline_for: due[2] };
}

const settings = async (who, id, on = ON) => (await stage.get(who, `/v1/caseloads/${id}/settings?on=${on}`)).json.items;
const some = (row) => Object.fromEntries(['sen_support', 'ehc_plan', 'moving', 'next_deadline_on', 'next_deadline',
  'next_deadline_for'].map((name) => [name, row[name]]));

test('the list holds one\'s own caseloads, all of them for officers and managers', async () => {
  const rows = [{ caseload_id: north, name: 'Fictional North', area_senco: 'Nora Fictional-Area' },
    { caseload_id: south, name: 'Fictional South', area_senco: 'Sam "S" Fictional-Area' }];
  const today = new Date().toISOString().slice(0, 10);
  const held = [[N1], [N2, '2026-11-10'], [N3, '0', '2026-11-10'], [INFANT]]
    .filter(([, from = '0', to = '9']) => from <= today && to >= today).length;
  const all = rows.map((row, i) => ({ ...row, settings: i === 0 ? held : 1 }));
  for (const who of ['officer', 'manager']) assert.deepEqual(await rowsInEveryForm(stage, who, '/v1/caseloads'), all);
  assert.deepEqual(await rowsInEveryForm(stage, 'senco', '/v1/caseloads'), [all[0]]);
  assert.deepEqual(await rowsInEveryForm(stage, 'colleague', '/v1/caseloads'), [all[1]]);
  assert.deepEqual(await everyPage(stage, 'officer', '/v1/caseloads?limit=1'), all);
});

test('each setting is counted as its records say', async () => {
  const rows = await settings('senco', north);
  assert.deepEqual(rows.map(({ ref }) => ref).sort(), [N1, N2, N3, INFANT].sort());
  for (const row of rows) {
    assert.deepEqual(some(row), expected(row.ref), row.ref);
    assert.equal(row.setting_id, await settingId(stage, row.ref));
  }
  // The same by hand, so that the counting above is held to something.
  assert.deepEqual(some(rows.find(({ ref }) => ref === N1)), { sen_support: 3, ehc_plan: 1, moving: 5,
    next_deadline_on: '2027-02-15', next_deadline: 'phase_transfer_before_15_february', next_deadline_for: 'final plan' });
  assert.deepEqual(some(rows.find(({ ref }) => ref === INFANT)), { sen_support: 3, ehc_plan: 2, moving: 4,
    next_deadline_on: '2027-02-15', next_deadline: 'phase_transfer_before_15_february', next_deadline_for: 'final plan' });
});

test('a row names the setting as the register does, in order of name', async () => {
  const rows = await settings('senco', north);
  assert.deepEqual(rows.map(({ name }) => name), rows.map(({ name }) => name).sort());
  const infant = rows.find(({ ref }) => ref === INFANT), nursery = rows.find(({ ref }) => ref === N1);
  assert.deepEqual([infant.name, infant.type, infant.type_name, infant.urn, infant.ofsted_urn],
    ['Templemoor Infant and Nursery School', '1', 'Community school', '106312', null]);
  assert.deepEqual([nursery.name, nursery.type, nursery.urn, nursery.ofsted_urn],
    ['Invitation2play', 'ofsted:non_domestic', null, '2506054']);
});

test('the SENCO is who held the post that day; a deputy is none', async () => {
  const senco = async (on) => (await settings('senco', north, on)).find(({ ref }) => ref === N1).senco;
  assert.equal(await senco('2026-11-09'), 'Former Fictional-Senco');
  assert.equal(await senco('2026-11-10'), 'Present Fictional, "Senco"');
  assert.equal(await senco('2019-12-31').catch(() => 'no row'), 'no row', 'the caseload began in 2020');
  assert.equal((await settings('senco', north)).find(({ ref }) => ref === N2).senco, null);
});

test('settings come and go with the days of the caseload, both ends included', async () => {
  const refs = async (on) => (await settings('senco', north, on)).map(({ ref }) => ref).sort();
  assert.deepEqual(await refs('2026-11-09'), [N1, N3, INFANT].sort());
  assert.deepEqual(await refs('2026-11-10'), [N1, N2, N3, INFANT].sort());
  assert.deepEqual(await refs('2026-11-11'), [N1, N2, INFANT].sort());
  assert.deepEqual(await refs('2019-12-31'), []);
});

test('days since data: none before the first, then counted; any batch counts', async () => {
  const row = async (on) => (await settings('officer', north, on)).find(({ ref }) => ref === N1);
  assert.equal((await settings('officer', north)).find(({ ref }) => ref === N3).last_data_at, null);
  assert.equal((await settings('officer', north)).find(({ ref }) => ref === N3).days_since_data, null);
  await stage.sql(`UPDATE core.setting_contacts SET last_data_at = '2026-11-01T12:00:00Z'
    WHERE setting_id = ${await settingId(stage, N1)}`);
  const { last_data_at: at, days_since_data: days } = await row('2026-11-10');
  assert.deepEqual([at, days], ['2026-11-01T12:00:00Z', 9]);
  assert.equal((await row('2026-11-01')).days_since_data, 0);
  // Half past midnight in London summer time is still the day before in UTC.
  await stage.sql(`UPDATE core.setting_contacts SET last_data_at = '2026-07-01T23:30:00Z'
    WHERE setting_id = ${await settingId(stage, N1)}`);
  assert.equal((await row('2026-07-03')).days_since_data, 1);
  await send(stage, 'nurseries', N1, [child(`${N1.replace(/\W/g, '')}-0`, { born_on: '2023-03-01', year_group: null })]);
  const { json } = await stage.get('officer', `/v1/caseloads/${north}/settings`);
  const fresh = json.items.find(({ ref }) => ref === N1);
  assert.equal(fresh.days_since_data, 0);
});

test('milestones move the next deadline on', async () => {
  const id = await childId(stage, N1, `c-${N1.replace(/\W/g, '')}-2`);
  const answer = await stage.request('officer', 'PUT', `/v1/ehc/transfers/${id}/2027`,
    { body: { review_held_on: '2026-10-01', amendment_noticed_on: '2026-10-10', plan_final_on: '2026-11-01' } });
  assert.equal(answer.status, 200);
  const row = (await settings('senco', north)).find(({ ref }) => ref === N1);
  assert.equal(row.next_deadline_for, 'transition form sent');
  assert.deepEqual([row.next_deadline_on, row.next_deadline], ['2027-05-31', 'rag_support_form_sent'],
    'the only plan is final, so support is next');
  assert.equal((await settings('senco', north, '2027-06-01')).find(({ ref }) => ref === N1).next_deadline_on, '2027-07-01');
});

test('JSON, NDJSON and CSV say the same, and everybody who may see it sees the same', async () => {
  const rows = await rowsInEveryForm(stage, 'senco', `/v1/caseloads/${north}/settings?on=${ON}`);
  assert.equal(rows.length, 4);
  for (const who of ['officer', 'manager']) assert.deepEqual(await settings(who, north), rows);
});

test('somebody else\'s caseload is empty, like one that does not exist', async () => {
  for (const on of ['2024-01-01', ON, '2027-06-01'])
    for (const [who, id] of [['senco', south], ['colleague', north], ['senco', 999999], ['officer', 999999]])
      assert.deepEqual((await stage.get(who, `/v1/caseloads/${id}/settings?on=${on}`)).json, { items: [], next: null });
});

test('schools, administrators and auditors have no caseloads', async () => {
  for (const who of ['school', 'nurseries', 'administrator', 'auditor'])
    for (const target of ['/v1/caseloads', `/v1/caseloads/${north}/settings`]) {
      const answer = await stage.get(who, target);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${target}`);
    }
});

test('an id or a day that is none is refused', async () => {
  for (const id of ['x', '-1', '3.5', '99999999999', 'null']) {
    const answer = await stage.get('officer', `/v1/caseloads/${id}/settings`);
    assert.deepEqual([answer.status, slug(answer)], [404, 'not_found'], id);
  }
  for (const [query, why, pointer] of [['on=2026-02-30', 'malformed_parameter', 'on'], ['on=today', 'malformed_parameter', 'on'],
    ['on=', 'malformed_parameter', 'on'], ['on=2026-11-10&on=2026-11-10', 'malformed_parameter', 'on'],
    ['year=2027', 'unknown_parameter', undefined], ['limit=3', 'unknown_parameter', undefined]]) {
    const answer = await stage.get('officer', `/v1/caseloads/${north}/settings?${query}`);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [400, why, pointer], query);
  }
});
