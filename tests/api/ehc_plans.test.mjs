// Plans of children: versions with the events that issue them, placements of
// section I, budgets; the lists of reviews, forecasts and findings. Who writes,
// who reads, in every form.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';

let stage, fern, oak, caseload, id;
const N = SETTING.nursery, P = SETTING.primary, S = SETTING.special;

before(async () => {
  stage = await authority('ehc plans');
  await stage.addClient('nursery', 'school_system', { settings: [N] });
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  caseload = await addCaseload(stage, 'Fictional Middle', [[P]], { holder: 'area' });
  await send(stage, 'nursery', N, [child(1), placement(1), need(1, { provision: 'E' })]);
  await send(stage, 'school', P, [child(2), placement(2), need(2, { provision: 'E' })]);
  fern = await childId(stage, N, 'c-1');
  oak = await childId(stage, P, 'c-2');
  id = await caseOf(oak, [['request_received', '2025-09-01'], ['assessment_decided', '2025-10-01', 'assess']]);
});
after(() => stage?.stop());

/** A case in which these events happened, as it would have been written down. */
async function caseOf(of, events) {
  const [[made]] = await stage.sql(`INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT '${of}', 'parent', '${events[0][1]}', c.id, '${of}', gen_random_uuid() FROM core.clients AS c WHERE c.name = 'officer' RETURNING id`);
  for (const [event, on, outcome] of events)
    await stage.sql(`INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, client_id, key)
      SELECT c.id, c.child_id, '${event}', '${on}', ${outcome ? `'${outcome}'` : 'NULL'}, c.client_id, '${of} ${event}' FROM core.ehc_cases AS c WHERE c.id = '${made}'`);
  return made;
}

const EVERYBODY = ['nursery', 'school', 'area', 'officer', 'manager', 'administrator', 'auditor'];
const NOT_WRITING = ['nursery', 'school', 'area', 'administrator', 'auditor'];
const refused = (answer) => [answer.status, slug(answer), answer.json.pointer];
const call = (method, who, address, body, { key = randomUUID(), match } = {}) => stage.request(who, method, address, { body,
  headers: { ...(key ? { 'idempotency-key': key } : {}), ...(match ? { 'if-match': `"${match}"` } : {}) } });
const post = (...of) => call('POST', ...of);
const put = (who, address, body, match) => call('PUT', who, address, body, { key: null, match });
const rows = async (who, address) => (await stage.get(who, address)).json.items;

/** Each role gets so many rows in every form, or is refused. */
async function read(address, expected) {
  for (const who of EVERYBODY) {
    if (expected[who] === 403) assert.deepEqual(refused(await stage.get(who, address)).slice(0, 2), [403, 'forbidden'], who);
    else assert.equal((await rowsInEveryForm(stage, who, address)).length, expected[who], `${who} ${address}`);
  }
}
const OAKS = (n) => ({ nursery: 0, school: n, area: n, officer: n, manager: n, administrator: 403, auditor: 403 });

test('a version is written down with the event that issues it', async () => {
  const address = `/v1/ehc/cases/${id}/plans`;
  const key = randomUUID();
  const draft = { kind: 'draft', issued_on: '2025-11-03', sections: ['K', 'A', 'B', 'E'] };
  for (const who of NOT_WRITING) assert.deepEqual(refused(await post(who, address, draft)).slice(0, 2), [403, 'forbidden'], who);
  for (const [body, ...why] of [
    [{ ...draft, kind: 'final' }, 422, 'transition_order', '/issued_on'], [{ ...draft, kind: 'sketch' }, 422, 'unknown_code', '/kind'],
    [{ ...draft, sections: ['Z'] }, 422, 'unknown_code', '/sections'], [{ ...draft, sections: ['I'] }, 422, 'malformed_field', '/sections'],
    [{ ...draft, setting: S }, 422, 'malformed_field', '/setting'], [{ ...draft, changed: ['F'] }, 422, 'malformed_field', '/changed'],
    [{ ...draft, issued_on: '2025-09-30' }, 422, 'event_order', '/on_date'], [{ ...draft, issued_on: '2099-01-01' }, 422, 'malformed_field', '/issued_on'],
    [{ kind: 'draft' }, 422, 'missing_field', '/issued_on']]) assert.deepEqual(refused(await post('officer', address, body)), why, JSON.stringify(body));
  assert.deepEqual(refused(await post('officer', address, draft, { key: null })).slice(0, 2), [400, 'idempotency_key_missing']);
  assert.deepEqual(refused(await post('officer', `/v1/ehc/cases/${randomUUID()}/plans`, draft)).slice(0, 2), [404, 'not_found']);
  const first = await post('officer', address, draft, { key });
  assert.equal(first.status, 201, first.text);
  assert.deepEqual([first.json.version, first.json.sections, first.json.is_in_force, first.json.author], [1, ['A', 'B', 'E', 'K'], false, 'officer']);
  assert.deepEqual((await post('officer', address, draft, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await post('officer', address, { ...draft, sections: [] }, { key })).slice(0, 2), [409, 'batch_differs']);
  const final = { kind: 'final', issued_on: '2025-12-15', sections: ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H1', 'H2', 'I'], setting: S, is_sen_unit: false, entry_on: '2026-01-05' };
  for (const [body, ...why] of [[{ ...final, setting: null }, 422, 'missing_field', '/setting_type'], [{ ...final, setting: 'urn:999998' }, 422, 'unknown_setting', '/setting'],
    [{ ...final, setting_type: 'mainstream' }, 422, 'malformed_field', '/setting_type'], [{ ...final, year: 2027 }, 422, 'malformed_field', '/year']])
    assert.deepEqual(refused(await post('manager', address, body)), why, JSON.stringify(body));
  const second = await post('manager', address, final);
  assert.equal(second.status, 201, second.text);
  assert.deepEqual([second.json.version, second.json.missing, second.json.is_in_force, second.json.placements.map(({ setting }) => setting)], [2, ['K'], true, [S]]);
  assert.deepEqual(await stage.sql(`SELECT event, on_date FROM core.ehc_events WHERE case_id = '${id}' AND event IN ('draft_sent', 'final_issued') ORDER BY on_date`),
    [['draft_sent', '2025-11-03'], ['final_issued', '2025-12-15']]);
  await read(address, OAKS(2));
  await read('/v1/ehc/sections', { ...OAKS(12), nursery: 12 });

  const outcome = { outcome: 'Invented: travels alone', area: 'independent_living', target_on: '2027-07-01' };
  assert.deepEqual(refused(await post('school', `${address}/2/outcomes`, outcome)).slice(0, 2), [403, 'forbidden']);
  assert.deepEqual(refused(await post('officer', `${address}/2/outcomes`, { ...outcome, target_on: '2025-12-15' })), [422, 'dates_reversed', '/target_on']);
  assert.deepEqual((await post('officer', `${address}/2/outcomes`, outcome)).json.outcomes, [outcome]);
});

test('placements of section I and personal budgets', async () => {
  const address = `/v1/ehc/cases/${id}/placements`;
  const second = { named_on: '2026-02-02', setting: P, rank: 2, is_resourced_provision: true };
  for (const who of NOT_WRITING) assert.deepEqual(refused(await post(who, address, second)).slice(0, 2), [403, 'forbidden'], who);
  for (const [body, ...why] of [[{ ...second, setting: null, is_resourced_provision: null }, 422, 'missing_field', '/setting_type'], [{ ...second, rank: 3 }, 422, 'malformed_field', '/rank'],
    [{ ...second, version: 1 }, 422, 'transition_order', '/version'], [{ ...second, left_on: '2026-03-01' }, 422, 'missing_field', '/entry_on']])
    assert.deepEqual(refused(await post('officer', address, body)), why, JSON.stringify(body));
  const named = await post('officer', address, second);
  assert.equal(named.status, 201, named.text);
  assert.deepEqual([named.json.version, named.json.setting_type, named.json.named_on], [2, 'mainstream', '2026-02-02']);
  const one = `/v1/ehc/placements/${named.json.placement_id}`;
  assert.deepEqual((await stage.get('school', one)).json, named.json, 'the school reads it');
  assert.deepEqual(refused(await stage.get('nursery', one)).slice(0, 2), [404, 'not_found']);
  assert.deepEqual(refused(await put('officer', one, { entry_on: '2026-02-09' })).slice(0, 2), [428, 'precondition_missing']);
  assert.deepEqual(refused(await put('officer', one, { entry_on: '2026-02-09' }, '9')).slice(0, 2), [412, 'precondition_failed']);
  assert.deepEqual(refused(await put('school', one, { entry_on: '2026-02-09' }, '1')).slice(0, 2), [403, 'forbidden']);
  const there = await put('officer', one, { entry_on: '2026-02-09', left_on: '2026-03-01' }, named.json.etag);
  assert.deepEqual([there.status, there.json.entry_on, there.json.left_on, there.json.etag], [200, '2026-02-09', '2026-03-01', '2']);
  await read(address, OAKS(2));

  const budgets = `/v1/ehc/cases/${id}/budgets`;
  const agreed = { kind: 'combined', payments: ['education', 'health'], from_on: '2026-03-02' };
  for (const who of NOT_WRITING) assert.deepEqual(refused(await post(who, budgets, agreed)).slice(0, 2), [403, 'forbidden'], who);
  assert.deepEqual(refused(await post('officer', budgets, { ...agreed, payments: null })), [422, 'missing_field', '/payments']);
  const budget = await post('officer', budgets, agreed);
  assert.equal(budget.status, 201, budget.text);
  assert.deepEqual(refused(await post('officer', budgets, agreed)), [422, 'periods_overlap', '/from_on']);
  assert.deepEqual((await stage.get('area', `/v1/ehc/budgets/${budget.json.budget_id}`)).json, budget.json);
  const ended = await post('officer', `/v1/ehc/budgets/${budget.json.budget_id}/end`, { to_on: '2026-04-01' }, { match: budget.json.etag });
  assert.deepEqual([ended.status, ended.json.to_on], [200, '2026-04-01'], ended.text);
  await read(budgets, OAKS(1));
});

test('reviews to come, by role and filter; what a meeting covered', async () => {
  const on = 'on=2026-06-01';
  await read(`/v1/ehc/reviews?${on}`, { nursery: 1, school: 1, area: 1, officer: 2, manager: 2, administrator: 403, auditor: 403 });
  const [{ due_on: due, meeting_by: by, state, basis, case_id: of }] = await rows('school', `/v1/ehc/reviews?${on}`);
  assert.deepEqual([due, by, state, basis, of], ['2026-12-15', '2026-11-17', 'open', 'case', id]);
  for (const [query, ...found] of [['basis=record', fern], [`setting=${P}`, oak], [`caseload=${caseload}`, oak], ['until=2026-12-14'], ['until=2026-12-15', oak],
    ['state=unknown,late', fern], ['adulthood=true']])
    assert.deepEqual((await rows('officer', `/v1/ehc/reviews?${on}&${query}`)).map(({ child_id: whose }) => whose), found, query);
  assert.deepEqual((await rows('officer', '/v1/ehc/reviews?on=2026-12-16&state=late')).map(({ days_left: left }) => left), [-1]);

  const [[held]] = await stage.sql(`INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
    SELECT c.id, c.child_id, 'review_held', '2026-05-04', c.client_id, 'held' FROM core.ehc_cases AS c WHERE c.id = '${id}' RETURNING id`);
  const address = `/v1/ehc/events/${held}/adulthood`;
  const covered = { areas: ['employment', 'health'] };
  for (const who of NOT_WRITING) assert.deepEqual(refused(await put(who, address, covered)).slice(0, 2), [403, 'forbidden'], who);
  assert.deepEqual(refused(await put('officer', address, { areas: ['sport'] })), [422, 'unknown_code', '/areas']);
  assert.deepEqual(refused(await put('officer', `/v1/ehc/events/${randomUUID()}/adulthood`, covered)).slice(0, 2), [404, 'not_found']);
  const said = await put('officer', address, covered);
  assert.deepEqual([said.status, said.json.areas, said.json.held_on], [200, covered.areas, '2026-05-04'], said.text);
  assert.deepEqual(refused(await put('officer', address, { areas: [] })).slice(0, 2), [428, 'precondition_missing']);
  assert.deepEqual((await put('officer', address, { areas: [] }, said.json.etag)).json.areas, [], 'none of it is an answer');
  assert.deepEqual((await stage.get('school', address)).json.areas, []);
  assert.deepEqual(refused(await stage.get('nursery', address)).slice(0, 2), [404, 'not_found']);
});

test('forecast and findings, by role and filter', async () => {
  await caseOf(fern, [['request_received', '2026-05-01']]);
  const on = 'on=2026-05-20';
  await read(`/v1/ehc/forecast?${on}`, { nursery: 403, school: 403, area: 1, officer: 4, manager: 4, administrator: 403, auditor: 403 });
  for (const [query, ...found] of [[`setting=${N}`, 'assess_decision', 'draft', 'final_plan'], [`caseload=${caseload}`, 'review_decision'], ['milestone=draft,advice', 'draft'],
    ['late=true'], ['late=false&milestone=final_plan', 'final_plan']])
    assert.deepEqual((await rows('officer', `/v1/ehc/forecast?${on}&${query}`)).map(({ milestone }) => milestone).sort(), found, query);
  const [{ sentence, chance_late: chance, inputs }] = await rows('officer', `/v1/ehc/forecast?${on}&milestone=draft`);
  assert.deepEqual([sentence, chance, inputs.cases], ['Cases that took 19 days or more: 1; with fewer than 20 there is no estimate.', null, 1]);
  await read(`/v1/ehc/findings?${on}`, OAKS(2));
  for (const [query, ...found] of [['severity=warn', 'placement_age', 'sections_missing'], ['severity=error'], [`setting=${N}`], [`caseload=${caseload}`, 'placement_age', 'sections_missing']])
    assert.deepEqual((await rows('manager', `/v1/ehc/findings?${on}&${query}`)).map(({ finding }) => finding), found, query);
});
